import type { Selectable } from 'kysely';
import type { StoreContext } from './context.ts';
import { newOpaqueId } from './opaque-id.ts';
import { principalKey } from './principal.ts';
import type { Principal } from './principal.ts';
import { rowsByPerson } from './rows-by-person.ts';
import type { Tables } from './schema.ts';

/** What a login or a refresh at Nextcloud's `oauth2` app gave us. Times are epoch seconds. */
export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** When the access token ends. */
  readonly expiresAt: number;
}

export interface NewNextcloudTokens extends TokenPair {
  readonly userId: string;
  /** Base URL of the Nextcloud. */
  readonly server: string;
}

export interface StoredNextcloudTokens extends NewNextcloudTokens {
  readonly principal: Principal;
  /** Names these very tokens; another one after each login and refresh. */
  readonly version: string;
  /** Of the login. */
  readonly createdAt: number;
  /** Of the last login or refresh. */
  readonly updatedAt: number;
  readonly lastUsedAt?: number;
  /** When Nextcloud refused them for good. */
  readonly deadAt?: number;
}

/** The list an administrator sees. */
export type NextcloudTokenFacts = Omit<StoredNextcloudTokens, keyof TokenPair>;

/**
 * Tokens of Nextcloud's `oauth2` app, one pair for each person. Unlike with other providers the access token is stored
 * too: a refresh ends the one before, so replicas that each had their own would take it from each other.
 *
 * A refresh is three steps: `lease`, the request to Nextcloud, `rotate`; only then may the new access token be used.
 * Nextcloud forgets the old refresh token as it answers, so a process that dies before `rotate` ends the login; the
 * person logs in again.
 */
export interface NextcloudTokens {
  /** A fresh login. Gives the tokens it replaced, to be withdrawn at Nextcloud. */
  save(
    principal: Principal,
    tokens: NewNextcloudTokens,
  ): Promise<StoredNextcloudTokens | undefined>;
  find(principal: Principal): Promise<StoredNextcloudTokens | undefined>;
  /** True for one caller in `seconds`: that one may spend this version's refresh token. */
  lease(principal: Principal, version: string, seconds: number): Promise<boolean>;
  /**
   * `superseded`: the person logged in anew meanwhile. `removed`: they took it back. In both cases nothing was stored,
   * and the fresh pair is to be withdrawn.
   */
  rotate(
    principal: Principal,
    version: string,
    pair: TokenPair,
  ): Promise<'stored' | 'superseded' | 'removed'>;
  /** The refresh came to nothing, and its token is as good as before. */
  release(principal: Principal, version: string): Promise<void>;
  /** False when these are dead already, or not the current ones. */
  markDead(principal: Principal, version: string): Promise<boolean>;
  /** Notes the use, to the minute. */
  touch(principal: Principal): Promise<void>;
  /** Forgets them. Gives them, to be withdrawn at Nextcloud. */
  remove(principal: Principal): Promise<StoredNextcloudTokens | undefined>;
  /** Steady order; go on with `after` = the last one's principal. */
  list(limit: number, after?: Principal): Promise<readonly NextcloudTokenFacts[]>;
}

const ACCESS = 'nextcloud_tokens.access_token';
const REFRESH = 'nextcloud_tokens.refresh_token';

type Row = Selectable<Tables['nextcloud_tokens']>;

export function nextcloudTokensIn(context: StoreContext): NextcloudTokens {
  const { db, secrets, now } = context;
  const rows = rowsByPerson('nextcloud_tokens', context);

  const stored = (row: Row): StoredNextcloudTokens => ({
    ...factsOf(row),
    accessToken: secrets.open(ACCESS, row.principal_key, row.access_token),
    refreshToken: secrets.open(REFRESH, row.principal_key, row.refresh_token),
    expiresAt: row.expires_at,
  });

  const sealed = (key: string, { accessToken, refreshToken, expiresAt }: TokenPair) => ({
    version: newOpaqueId(),
    access_token: secrets.seal(ACCESS, key, accessToken),
    refresh_token: secrets.seal(REFRESH, key, refreshToken),
    expires_at: expiresAt,
    updated_at: now(),
    dead_at: null,
    lease_until: 0,
  });

  /** Changes the row while it is still of this version. */
  const change = async (
    principal: Principal,
    version: string,
    values: Partial<Omit<Row, keyof Principal | 'principal_key'>>,
  ): Promise<boolean> => {
    const changed = await db
      .updateTable('nextcloud_tokens')
      .set(values)
      .where('principal_key', '=', principalKey(principal))
      .where('version', '=', version)
      .executeTakeFirst();
    return changed.numUpdatedRows > 0n;
  };

  return {
    async save(principal, { userId, server, ...pair }) {
      const key = principalKey(principal);
      const { issuer, subject } = principal;
      const login = { user_id: userId, server, created_at: now(), last_used_at: null };
      const values = { ...sealed(key, pair), ...login };
      // until nobody came in between: of two logins at once each must learn which tokens it replaced
      for (;;) {
        const replaced = await rows.find(principal);
        if (replaced !== undefined) {
          if (await change(principal, replaced.version, values)) return stored(replaced);
          continue;
        }
        const inserted = await db
          .insertInto('nextcloud_tokens')
          .values({ principal_key: key, issuer, subject, ...values })
          .onConflict((conflict) => conflict.column('principal_key').doNothing())
          .returning('version')
          .executeTakeFirst();
        if (inserted !== undefined) return undefined;
      }
    },

    async find(principal) {
      const row = await rows.find(principal);
      return row && stored(row);
    },

    async lease(principal, version, seconds) {
      const leased = await db
        .updateTable('nextcloud_tokens')
        .set({ lease_until: now() + seconds })
        .where('principal_key', '=', principalKey(principal))
        .where('version', '=', version)
        .where('dead_at', 'is', null)
        .where('lease_until', '<=', now())
        .executeTakeFirst();
      return leased.numUpdatedRows > 0n;
    },

    async rotate(principal, version, pair) {
      if (await change(principal, version, sealed(principalKey(principal), pair))) return 'stored';
      return (await rows.find(principal)) === undefined ? 'removed' : 'superseded';
    },

    async release(principal, version) {
      await change(principal, version, { lease_until: 0 });
    },

    async markDead(principal, version) {
      const marked = await db
        .updateTable('nextcloud_tokens')
        .set({ dead_at: now(), lease_until: 0 })
        .where('principal_key', '=', principalKey(principal))
        .where('version', '=', version)
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

function factsOf(row: Row): NextcloudTokenFacts {
  return {
    principal: { issuer: row.issuer, subject: row.subject },
    version: row.version,
    userId: row.user_id,
    server: row.server,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
    ...(row.dead_at === null ? {} : { deadAt: row.dead_at }),
  };
}
