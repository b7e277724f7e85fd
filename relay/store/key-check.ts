import type { Kysely } from 'kysely';
import { RelayError } from '../errors.ts';
import type { Tables } from './schema.ts';
import type { Secrets } from './secrets.ts';

const NAME = 'key check';
const COLUMN = 'store_facts.sealed_value';

/**
 * Refuses to start with keys that cannot read this database. Without it, a lost key file or a second gateway with a key
 * of its own would show only later, one user at a time.
 *
 * @throws RelayError `configuration`
 */
export async function checkKeys(db: Kysely<Tables>, secrets: Secrets): Promise<void> {
  const known = await db
    .selectFrom('store_facts')
    .select('sealed_value')
    .where('name', '=', NAME)
    .executeTakeFirst();
  if (known === undefined) {
    const sealed_value = secrets.seal(COLUMN, NAME, NAME);
    await db.insertInto('store_facts').values({ name: NAME, sealed_value }).execute();
    return;
  }
  try {
    secrets.open(COLUMN, NAME, known.sealed_value);
  } catch (cause) {
    throw new RelayError('configuration', 'The database was encrypted with another key.', {
      hint: 'Set TOKEN_ENCRYPTION_KEY to the key it was made with (after a change of keys: new,old), or start with an empty database.',
      cause,
    });
  }
}
