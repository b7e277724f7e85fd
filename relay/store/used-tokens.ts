import type { StoreContext } from './context.ts';
import { hashId } from './opaque-id.ts';

/** Ids of things that may come only once (`jti` of an assertion, a signed request state), kept until they expire. */
export interface UsedTokens {
  /**
   * True the first time, false for every replay, in all processes. `room` keeps ids of different issuers and kinds
   * apart. `expiresAt` (epoch seconds): from then on the thing itself must be refused as expired.
   */
  use(room: string, id: string, expiresAt: number): Promise<boolean>;
  has(room: string, id: string): Promise<boolean>;
}

export function usedTokensIn({ db }: StoreContext): UsedTokens {
  return {
    async use(room, id, expiresAt) {
      const inserted = await db
        .insertInto('used_tokens')
        .values({ id_hash: hashId(room, id), expires_at: Math.ceil(expiresAt) })
        .onConflict((conflict) => conflict.column('id_hash').doNothing())
        .returning('id_hash')
        .executeTakeFirst();
      return inserted !== undefined;
    },

    async has(room, id) {
      const row = await db
        .selectFrom('used_tokens')
        .select('id_hash')
        .where('id_hash', '=', hashId(room, id))
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}
