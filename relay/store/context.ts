import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';
import type { Secrets } from './secrets.ts';

/** What every repository works with. */
export interface StoreContext {
  readonly db: Kysely<Tables>;
  readonly secrets: Secrets;
  /** Whole epoch seconds. */
  readonly now: () => number;
}
