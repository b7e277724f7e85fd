import type { Selectable } from 'kysely';
import type { StoreContext } from './context.ts';
import { newOpaqueId } from './opaque-id.ts';
import { principalKey } from './principal.ts';
import type { Principal } from './principal.ts';
import { rowsByPerson } from './rows-by-person.ts';
import type { Tables } from './schema.ts';
import { listToText, textToList } from './stored-list.ts';

/** What a login at Nextcloud gave us. */
export interface NewAppPassword {
  readonly appPassword: string;
  /** As the person typed it (may be an e-mail address); Basic authentication works with exactly this. */
  readonly loginName: string;
  /** Nextcloud user id, as in DAV paths. */
  readonly userId: string;
  /** Base URL of the Nextcloud. */
  readonly server: string;
  /** What the person allowed; null: no limit beyond the token's. */
  readonly scopes: readonly string[] | null;
}

/** Times are epoch seconds. */
export interface StoredAppPassword extends NewAppPassword {
  readonly principal: Principal;
  /** Names this very password, for `markDead`. */
  readonly id: string;
  readonly createdAt: number;
  readonly lastUsedAt?: number;
  /**
   * When Nextcloud first answered 401 to it. It must not be sent again: Nextcloud throttles the gateway's address for
   * everybody after a few failures.
   */
  readonly deadAt?: number;
}

/** The list an administrator sees. */
export type AppPasswordFacts = Omit<StoredAppPassword, 'appPassword'>;

/** App passwords of people, one each. */
export interface AppPasswords {
  /** Gives the password it replaced, to be deleted at Nextcloud. */
  save(principal: Principal, password: NewAppPassword): Promise<StoredAppPassword | undefined>;
  find(principal: Principal): Promise<StoredAppPassword | undefined>;
  /** True for the first 401 of this password; false when it was dead already, replaced or removed. */
  markDead(principal: Principal, id: string): Promise<boolean>;
  /** Notes the use, to the minute. */
  touch(principal: Principal): Promise<void>;
  /** Forgets it. Gives it, to be deleted at Nextcloud. */
  remove(principal: Principal): Promise<StoredAppPassword | undefined>;
  /** Steady order; go on with `after` = the last one's principal. */
  list(limit: number, after?: Principal): Promise<readonly AppPasswordFacts[]>;
}

const COLUMN = 'app_passwords.app_password';

type Row = Selectable<Tables['app_passwords']>;

export function appPasswordsIn(context: StoreContext): AppPasswords {
  const { db, secrets, now } = context;
  const rows = rowsByPerson('app_passwords', context);

  const stored = (row: Row): StoredAppPassword => ({
    ...factsOf(row),
    appPassword: secrets.open(COLUMN, row.principal_key, row.app_password),
  });

  const swap = async (
    principal: Principal,
    expected: Row | undefined,
    values: Omit<Row, keyof Principal | 'principal_key'>,
  ): Promise<boolean> => {
    const key = principalKey(principal);
    const { issuer, subject } = principal;
    const swapped =
      expected === undefined
        ? await db
            .insertInto('app_passwords')
            .values({ principal_key: key, issuer, subject, ...values })
            .onConflict((conflict) => conflict.column('principal_key').doNothing())
            .returning('password_id')
            .executeTakeFirst()
        : await db
            .updateTable('app_passwords')
            .set(values)
            .where('principal_key', '=', key)
            .where('password_id', '=', expected.password_id)
            .returning('password_id')
            .executeTakeFirst();
    return swapped !== undefined;
  };

  return {
    async save(principal, { appPassword, loginName, userId, server, scopes }) {
      const key = principalKey(principal);
      const values = {
        password_id: newOpaqueId(),
        app_password: secrets.seal(COLUMN, key, appPassword),
        login_name: loginName,
        user_id: userId,
        server,
        scopes: scopes === null ? null : listToText(scopes),
        created_at: now(),
        last_used_at: null,
        dead_at: null,
      };
      // until nobody came in between: of two logins at once each must learn which password it replaced
      for (;;) {
        const replaced = await rows.find(principal);
        if (await swap(principal, replaced, values)) return replaced && stored(replaced);
      }
    },

    async find(principal) {
      const row = await rows.find(principal);
      return row && stored(row);
    },

    async markDead(principal, id) {
      const marked = await db
        .updateTable('app_passwords')
        .set({ dead_at: now() })
        .where('principal_key', '=', principalKey(principal))
        .where('password_id', '=', id)
        .where('dead_at', 'is', null)
        .executeTakeFirst();
      return marked.numUpdatedRows > 0n;
    },

    touch: (principal) => rows.touch(principal),

    async remove(principal) {
      const row = await rows.remove(principal);
      return row && stored(row);
    },

    async list(limit, after) {
      return (await rows.list(limit, after)).map(factsOf);
    },
  };
}

function factsOf(row: Row): AppPasswordFacts {
  return {
    principal: { issuer: row.issuer, subject: row.subject },
    id: row.password_id,
    loginName: row.login_name,
    userId: row.user_id,
    server: row.server,
    scopes: row.scopes === null ? null : textToList(row.scopes),
    createdAt: row.created_at,
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
    ...(row.dead_at === null ? {} : { deadAt: row.dead_at }),
  };
}
