import type { Selectable } from 'kysely';
import type { StoreContext } from './context.ts';
import { principalKey } from './principal.ts';
import type { Principal } from './principal.ts';
import type { Tables } from './schema.ts';
import { listToText, textToList } from './stored-list.ts';

/** What a person allowed one client. Times are epoch seconds. */
export interface Consent {
  readonly clientId: string;
  /** As the client called itself; not verified. */
  readonly clientName?: string;
  readonly scopes: readonly string[];
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly lastUsedAt?: number;
}

export interface NewConsent {
  readonly clientId: string;
  readonly clientName?: string | undefined;
  readonly scopes: readonly string[];
}

export interface Consents {
  /** Exactly these scopes from now on, no matter what was allowed before. */
  save(principal: Principal, consent: NewConsent): Promise<void>;
  find(principal: Principal, clientId: string): Promise<Consent | undefined>;
  /** Latest change first. */
  listOf(principal: Principal): Promise<readonly Consent[]>;
  /** Notes that the client called, to the minute. */
  touch(principal: Principal, clientId: string): Promise<void>;
  /** False when there was none. */
  revoke(principal: Principal, clientId: string): Promise<boolean>;
  revokeAllOf(principal: Principal): Promise<number>;
}

const TOUCH_SECONDS = 60;

export function consentsIn({ db, now }: StoreContext): Consents {
  return {
    async save(principal, { clientId, clientName, scopes }) {
      const { issuer, subject } = principal;
      const values = {
        client_name: clientName ?? null,
        scopes: listToText(scopes),
        updated_at: now(),
      };
      await db
        .insertInto('consents')
        .values({
          principal_key: principalKey(principal),
          issuer,
          subject,
          client_id: clientId,
          created_at: now(),
          ...values,
        })
        .onConflict((conflict) =>
          conflict.columns(['principal_key', 'client_id']).doUpdateSet(values),
        )
        .execute();
    },

    async find(principal, clientId) {
      const row = await db
        .selectFrom('consents')
        .selectAll()
        .where('principal_key', '=', principalKey(principal))
        .where('client_id', '=', clientId)
        .executeTakeFirst();
      return row && consentOf(row);
    },

    async listOf(principal) {
      const rows = await db
        .selectFrom('consents')
        .selectAll()
        .where('principal_key', '=', principalKey(principal))
        .orderBy('updated_at', 'desc')
        .orderBy('client_id')
        .execute();
      return rows.map(consentOf);
    },

    async touch(principal, clientId) {
      await db
        .updateTable('consents')
        .set({ last_used_at: now() })
        .where('principal_key', '=', principalKey(principal))
        .where('client_id', '=', clientId)
        .where((is) =>
          is.or([is('last_used_at', 'is', null), is('last_used_at', '<=', now() - TOUCH_SECONDS)]),
        )
        .execute();
    },

    async revoke(principal, clientId) {
      const revoked = await db
        .deleteFrom('consents')
        .where('principal_key', '=', principalKey(principal))
        .where('client_id', '=', clientId)
        .executeTakeFirst();
      return revoked.numDeletedRows > 0n;
    },

    async revokeAllOf(principal) {
      const revoked = await db
        .deleteFrom('consents')
        .where('principal_key', '=', principalKey(principal))
        .executeTakeFirst();
      return Number(revoked.numDeletedRows);
    },
  };
}

function consentOf(row: Selectable<Tables['consents']>): Consent {
  return {
    clientId: row.client_id,
    scopes: textToList(row.scopes),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...(row.client_name === null ? {} : { clientName: row.client_name }),
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
  };
}
