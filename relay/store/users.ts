import type { StoreContext } from './context.ts';
import { principalKey } from './principal.ts';
import type { Principal } from './principal.ts';

/** Decisions of an administrator about one person. */
export interface Users {
  setReadOnly(principal: Principal, readOnly: boolean): Promise<void>;
  /** False for people nobody decided about. */
  isReadOnly(principal: Principal): Promise<boolean>;
  listReadOnly(): Promise<readonly Principal[]>;
}

export function usersIn({ db, now }: StoreContext): Users {
  return {
    async setReadOnly(principal, readOnly) {
      const { issuer, subject } = principal;
      const values = { read_only: readOnly ? 1 : 0, updated_at: now() };
      await db
        .insertInto('users')
        .values({
          principal_key: principalKey(principal),
          issuer,
          subject,
          created_at: now(),
          ...values,
        })
        .onConflict((conflict) => conflict.column('principal_key').doUpdateSet(values))
        .execute();
    },

    async isReadOnly(principal) {
      const row = await db
        .selectFrom('users')
        .select('read_only')
        .where('principal_key', '=', principalKey(principal))
        .executeTakeFirst();
      return row?.read_only === 1;
    },

    async listReadOnly() {
      return await db
        .selectFrom('users')
        .select(['issuer', 'subject'])
        .where('read_only', '=', 1)
        .orderBy('issuer')
        .orderBy('subject')
        .execute();
    },
  };
}
