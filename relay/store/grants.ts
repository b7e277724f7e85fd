import type { Kysely, Selectable } from 'kysely';
import type { StoreContext } from './context.ts';
import { newOpaqueId } from './opaque-id.ts';
import { principalKey } from './principal.ts';
import type { Principal } from './principal.ts';
import { redemptionHash } from './redemptions.ts';
import type { Tables } from './schema.ts';
import { listToText, textToList } from './stored-list.ts';

/** Consent to work while the person is away (Flow 2), without its secret. Times are epoch seconds. */
export interface Grant {
  readonly principal: Principal;
  readonly audience: string;
  readonly scopes: readonly string[];
  /** OAuth client the refresh token was issued to. */
  readonly clientId: string;
  /** Counts stored refresh tokens of this consent, from 1. */
  readonly generation: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Absent when the provider did not say. */
  readonly expiresAt?: number;
  /** When the provider refused the token for good; the person has to consent again. */
  readonly refusedAt?: number;
}

export interface NewGrant {
  readonly refreshToken: string;
  readonly audience: string;
  readonly scopes: readonly string[];
  readonly clientId: string;
  readonly expiresAt?: number | undefined;
}

/** The right to refresh one grant, held by one caller until `until`. */
export interface RefreshLease {
  readonly grant: Grant;
  readonly refreshToken: string;
  readonly holder: string;
  readonly until: number;
  /** An earlier refresh ended without a word: its process may have died after the provider answered. */
  readonly interrupted: boolean;
}

export type RefreshStart =
  | { readonly kind: 'lease'; readonly lease: RefreshLease }
  /** Somebody is refreshing; ask again, the result will be stored by `until` at the latest. */
  | { readonly kind: 'busy'; readonly until: number }
  /** Nothing to refresh: no grant, or an expired or refused one. */
  | { readonly kind: 'none' };

export interface RefreshAnswer {
  /** Absent when the provider does not rotate; the stored one then stays. */
  readonly refreshToken?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly expiresAt?: number | undefined;
}

/**
 * `stored`: the answer is durable, the access token may be used.
 * `superseded`: the lease had lapsed and somebody else refreshed. Drop the answer, and do not revoke it: providers
 * revoke whole families.
 * `removed`: the person took the consent back meanwhile. Revoke the answer's refresh token at the provider.
 */
export type RefreshEnd = 'stored' | 'superseded' | 'removed';

/**
 * Refresh tokens for work in the background, one per person.
 *
 * A refresh is four steps: `startRefresh` leases the row, the caller asks the provider, `finishRefresh` replaces the
 * token in one statement, and only then may the new access token be used. What a crash leaves behind:
 *
 * - before the provider answered: the stored token is unused. The lease lapses, the next caller refreshes with it.
 * - after the answer was stored: the new token is there whole; the row never holds half of a change.
 * - between answer and storage: the new token is gone with the process, the one before it is still stored. The next
 *   caller presents it again, marked `interrupted`. Providers that do not rotate for confidential clients, or accept the
 *   previous token for a short while as OAuth 2.1 (section 4.3.1) leaves open, answer it. To meet that while, the broker
 *   goes through `interrupted()` at its start. No client can do better: the provider's step and ours are two systems.
 *
 * A holder that was only slow finds its lease gone: the statement asks for its own holder id and generation, so it can
 * never write over a newer token, nor bring back a removed grant.
 */
export interface Grants {
  /**
   * A fresh consent; replaces an earlier one and ends any refresh of it under way. With the id of the redemption that it
   * comes from, which is struck out in the same transaction; false, and nothing stored, when somebody else has claimed
   * that meanwhile.
   */
  save(principal: Principal, grant: NewGrant, redemption?: string): Promise<boolean>;
  find(principal: Principal): Promise<Grant | undefined>;
  startRefresh(principal: Principal, leaseSeconds: number): Promise<RefreshStart>;
  finishRefresh(lease: RefreshLease, answer: RefreshAnswer): Promise<RefreshEnd>;
  /** The provider was not reached or answered nothing of use; the token stays as it is. */
  abandonRefresh(lease: RefreshLease): Promise<void>;
  /** The provider answered `invalid_grant`. False when the grant has changed since, and the refusal means nothing. */
  refuseRefresh(lease: RefreshLease): Promise<boolean>;
  /** Grants whose last refresh ended without a word. */
  interrupted(limit: number): Promise<readonly Principal[]>;
  /** Forgets the grant. Gives its token, to be revoked at the provider. */
  remove(principal: Principal): Promise<{ grant: Grant; refreshToken: string } | undefined>;
  /** For administration, in no particular order but steady; go on with `after` = the last one's principal. */
  list(limit: number, after?: Principal): Promise<readonly Grant[]>;
}

const COLUMN = 'grants.refresh_token';

type Row = Selectable<Tables['grants']>;

export function grantsIn({ db, secrets, now }: StoreContext): Grants {
  const open = (row: Row): string => secrets.open(COLUMN, row.principal_key, row.refresh_token);

  return {
    save(principal, { refreshToken, audience, scopes, clientId, expiresAt }, redemption) {
      const key = principalKey(principal);
      const values = {
        refresh_token: secrets.seal(COLUMN, key, refreshToken),
        audience,
        scopes: listToText(scopes),
        client_id: clientId,
        generation: 1,
        created_at: now(),
        updated_at: now(),
        expires_at: expiresAt ?? null,
        refused_at: null,
        lease_holder: null,
        lease_until: null,
      };
      return db.transaction().execute(async (transaction) => {
        if (redemption !== undefined) {
          const struckOut = await transaction
            .deleteFrom('flows')
            .where('id_hash', '=', redemptionHash(redemption))
            .executeTakeFirst();
          if (struckOut.numDeletedRows === 0n) return false;
        }
        await transaction
          .insertInto('grants')
          .values({ principal_key: key, ...nameOf(principal), ...values })
          .onConflict((conflict) => conflict.column('principal_key').doUpdateSet(values))
          .execute();
        return true;
      });
    },

    async find(principal) {
      const row = await rowOf(db, principal);
      return row && grantOf(row);
    },

    async startRefresh(principal, leaseSeconds) {
      for (;;) {
        const before = await rowOf(db, principal);
        if (before === undefined || !alive(before, now())) return { kind: 'none' };
        const { lease_holder, lease_until, generation } = before;
        if (lease_until !== null && lease_until > now())
          return { kind: 'busy', until: lease_until };
        const holder = newOpaqueId();
        const until = now() + leaseSeconds;
        const row = await db
          .updateTable('grants')
          .set({ lease_holder: holder, lease_until: until })
          .where('principal_key', '=', before.principal_key)
          .where('refused_at', 'is', null)
          // unchanged since we looked; else look again
          .where('generation', '=', generation)
          .where('lease_holder', 'is not distinct from', lease_holder)
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) continue;
        const interrupted = lease_holder !== null;
        const lease = { grant: grantOf(row), refreshToken: open(row), holder, until, interrupted };
        return { kind: 'lease', lease };
      }
    },

    async finishRefresh(lease, answer) {
      const key = principalKey(lease.grant.principal);
      const { refreshToken, scopes, expiresAt } = answer;
      const stored = await db
        .updateTable('grants')
        .set({
          ...(refreshToken === undefined
            ? {}
            : {
                refresh_token: secrets.seal(COLUMN, key, refreshToken),
                generation: lease.grant.generation + 1,
              }),
          ...(scopes === undefined ? {} : { scopes: listToText(scopes) }),
          ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
          updated_at: now(),
          lease_holder: null,
          lease_until: null,
        })
        .where('principal_key', '=', key)
        .where('lease_holder', '=', lease.holder)
        .where('generation', '=', lease.grant.generation)
        .executeTakeFirst();
      if (stored.numUpdatedRows > 0n) return 'stored';
      return (await rowOf(db, lease.grant.principal)) === undefined ? 'removed' : 'superseded';
    },

    async abandonRefresh(lease) {
      await endLease(db, lease, {});
    },

    refuseRefresh: (lease) => endLease(db, lease, { refused_at: now() }),

    async interrupted(limit) {
      return await db
        .selectFrom('grants')
        .select(['issuer', 'subject'])
        .where('lease_until', '<=', now())
        .where('refused_at', 'is', null)
        .orderBy('lease_until')
        .limit(limit)
        .execute();
    },

    async remove(principal) {
      const row = await db
        .deleteFrom('grants')
        .where('principal_key', '=', principalKey(principal))
        .returningAll()
        .executeTakeFirst();
      return row && { grant: grantOf(row), refreshToken: open(row) };
    },

    async list(limit, after) {
      const rows = await db
        .selectFrom('grants')
        .selectAll()
        .where('principal_key', '>', after === undefined ? '' : principalKey(after))
        .orderBy('principal_key')
        .limit(limit)
        .execute();
      return rows.map(grantOf);
    },
  };
}

function nameOf({ issuer, subject }: Principal): Principal {
  return { issuer, subject };
}

function rowOf(db: Kysely<Tables>, principal: Principal): Promise<Row | undefined> {
  return db
    .selectFrom('grants')
    .selectAll()
    .where('principal_key', '=', principalKey(principal))
    .executeTakeFirst();
}

function alive(row: Row, now: number): boolean {
  return row.refused_at === null && (row.expires_at === null || row.expires_at > now);
}

/** Only the holder may, and only on the token that it had. */
async function endLease(
  db: Kysely<Tables>,
  lease: RefreshLease,
  change: { refused_at?: number },
): Promise<boolean> {
  const ended = await db
    .updateTable('grants')
    .set({ ...change, lease_holder: null, lease_until: null })
    .where('principal_key', '=', principalKey(lease.grant.principal))
    .where('lease_holder', '=', lease.holder)
    .where('generation', '=', lease.grant.generation)
    .executeTakeFirst();
  return ended.numUpdatedRows > 0n;
}

function grantOf(row: Row): Grant {
  return {
    principal: { issuer: row.issuer, subject: row.subject },
    audience: row.audience,
    scopes: textToList(row.scopes),
    clientId: row.client_id,
    generation: row.generation,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
    ...(row.refused_at === null ? {} : { refusedAt: row.refused_at }),
  };
}
