import type { Migration } from 'kysely/migration';
import type { Dialect } from './dialect.ts';
import { firstTables } from './0001-first-tables.ts';
import { nextcloudTokens } from './0002-nextcloud-tokens.ts';

/** All steps in order. Forward only: a released step is never edited or removed, a change is a new step. */
export function migrations(dialect: Dialect): Record<string, Migration> {
  return {
    '0001-first-tables': firstTables(dialect),
    '0002-nextcloud-tokens': nextcloudTokens(),
  };
}
