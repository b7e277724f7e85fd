import type { Selectable } from 'kysely';
import type { StoreContext } from './context.ts';
import { newOpaqueId } from './opaque-id.ts';
import type { Tables } from './schema.ts';

export interface ServerKey {
  readonly id: string;
  /** The key itself, e.g. a private JWK as JSON. */
  readonly material: string;
  /** Epoch seconds. */
  readonly createdAt: number;
  /** From then on it is not given any more; absent: no end. */
  readonly expiresAt?: number;
}

/** Keys that the gateway made for itself and all replicas share: token signing, cookies, request states. */
export interface ServerKeys {
  /** Keys in use for a purpose, oldest first. */
  list(purpose: string): Promise<readonly ServerKey[]>;
  /** The same; if there is none, `make` gives the first. Replicas that start together end up with one. */
  ensure(purpose: string, make: () => Promise<string>): Promise<readonly ServerKey[]>;
  add(purpose: string, material: string): Promise<ServerKey>;
  /** Ends a key then; things signed before may be checked until that time. */
  expire(id: string, expiresAt: number): Promise<void>;
}

const COLUMN = 'server_keys.material';

type Row = Selectable<Tables['server_keys']>;

export function serverKeysIn({ db, secrets, now }: StoreContext): ServerKeys {
  const keyOf = (row: Row): ServerKey => ({
    id: row.key_id,
    material: secrets.open(COLUMN, row.key_id, row.material),
    createdAt: row.created_at,
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
  });

  const list = async (purpose: string): Promise<readonly ServerKey[]> => {
    const rows = await db
      .selectFrom('server_keys')
      .selectAll()
      .where('purpose', '=', purpose)
      .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', now())]))
      .orderBy('position')
      .execute();
    return rows.map(keyOf);
  };

  /** Undefined when another process took the position. */
  const insert = async (
    purpose: string,
    position: number,
    material: string,
  ): Promise<ServerKey | undefined> => {
    const key_id = newOpaqueId();
    const row = await db
      .insertInto('server_keys')
      .values({
        key_id,
        purpose,
        position,
        material: secrets.seal(COLUMN, key_id, material),
        created_at: now(),
        expires_at: null,
      })
      .onConflict((conflict) => conflict.columns(['purpose', 'position']).doNothing())
      .returningAll()
      .executeTakeFirst();
    return row && keyOf(row);
  };

  const nextPosition = async (purpose: string): Promise<number> => {
    const { last } = await db
      .selectFrom('server_keys')
      .select((from) => from.fn.max<number | null>('position').as('last'))
      .where('purpose', '=', purpose)
      .executeTakeFirstOrThrow();
    return (last ?? 0) + 1;
  };

  return {
    list,

    async ensure(purpose, make) {
      const position = await nextPosition(purpose);
      const present = await list(purpose);
      if (present.length > 0) return present;
      await insert(purpose, position, await make());
      return await list(purpose);
    },

    async add(purpose, material) {
      for (;;) {
        const added = await insert(purpose, await nextPosition(purpose), material);
        if (added !== undefined) return added;
      }
    },

    async expire(id, expiresAt) {
      await db
        .updateTable('server_keys')
        .set({ expires_at: expiresAt })
        .where('key_id', '=', id)
        .execute();
    },
  };
}
