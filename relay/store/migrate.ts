import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { RelayError } from '../errors.ts';
import type { Dialect } from './migrations/dialect.ts';
import { migrations } from './migrations/index.ts';
import type { Tables } from './schema.ts';

/** Any constant will do; it only has to differ from what other programs lock in the same database. */
const LOCK = 7_261_540_319;

/**
 * Brings the tables up to date, then runs `then`, all in one transaction and under one lock: two processes that start
 * together do it one after the other, and one that dies leaves nothing half done. SQLite locks by `begin immediate`
 * (sqlite.ts), PostgreSQL by an advisory lock that ends with the transaction.
 *
 * @throws RelayError `configuration` when a newer release has written this database.
 */
export async function migrate(
  db: Kysely<Tables>,
  dialect: Dialect,
  then: (db: Kysely<Tables>) => Promise<void>,
): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    if (dialect === 'postgres') {
      await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(transaction);
    }
    const steps = migrations(dialect);
    const migrator = new Migrator({
      db: transaction,
      provider: { getMigrations: () => Promise.resolve(steps) },
    });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw failure(error);
    await then(transaction);
  });
}

function failure(error: unknown): unknown {
  const message = error instanceof Error ? error.message : '';
  if (!/previously executed migration .* is missing/.test(message)) return error;
  return new RelayError('configuration', 'The database was written by a newer release.', {
    hint: 'Start that release again, or restore a copy of the database made before the upgrade.',
    cause: error,
  });
}
