import type { StoreContext } from './context.ts';
import { hashId, newOpaqueId } from './opaque-id.ts';
import { principalKey } from './principal.ts';
import type { Principal } from './principal.ts';

/** An authorization code that was sent to the provider, or was about to be. */
export interface Redemption<Payload> {
  /** The right to end it; whoever claims it gets a new one, and the old one is worth nothing from then on. */
  readonly id: string;
  readonly principal: Principal;
  readonly payload: Payload;
  /** Epoch seconds. */
  readonly createdAt: number;
}

export interface RedemptionClaim {
  /** How long the claimer may take. */
  readonly leaseSeconds: number;
  readonly limit: number;
  /** All of this person's at once, without waiting for a lease to end: they start anew. */
  readonly principal?: Principal;
}

/**
 * Codes on their way to becoming grants. Redeeming one is the provider's step, storing what it gives is ours, and a
 * process may die in between. So the code is written down first, and struck out in the very transaction that stores the
 * grant (`Grants.save`). What is still written down after its lease was cut off: somebody claims it and presents the code
 * once more. An unspent code then becomes the grant it was meant for. A spent one is refused, and the provider revokes
 * what it gave for it the first time (RFC 6749 §4.1.2, OAuth 2.1 §4.1.3).
 */
export interface Redemptions {
  /** Gives its id. `payload` is stored encrypted. */
  begin(principal: Principal, payload: unknown, leaseSeconds: number): Promise<string>;
  /** It came to nothing, and the provider keeps nothing of it. */
  end(id: string): Promise<void>;
  /** Those that were cut off. Each goes to one caller. */
  claim<Payload>(claim: RedemptionClaim): Promise<readonly Redemption<Payload>[]>;
  /** When the lease ends that ends first, epoch seconds; undefined when no code is on its way. */
  nextEnd(): Promise<number | undefined>;
}

/** They lie beside the flows they come from: `expires_at` is the end of the lease. */
const KIND = 'redemption';
const COLUMN = 'flows.payload';
/** Codes live ten minutes at most (RFC 6749 §4.1.2); after that nothing can be done about one. */
const KEEP_SECONDS = 1_800;

/** What stands for an id in the table. */
export function redemptionHash(id: string): string {
  return hashId(KIND, id);
}

export function redemptionsIn({ db, secrets, now }: StoreContext): Redemptions {
  function rowFor(
    { id, principal, payload, createdAt }: Redemption<unknown>,
    leaseSeconds: number,
    keepUntil: number,
  ) {
    const id_hash = redemptionHash(id);
    return {
      id_hash,
      kind: KIND,
      principal_key: principalKey(principal),
      issuer: principal.issuer,
      subject: principal.subject,
      payload: secrets.seal(COLUMN, id_hash, JSON.stringify(payload)),
      created_at: createdAt,
      expires_at: now() + leaseSeconds,
      keep_until: keepUntil,
      next_poll_at: 0,
    };
  }

  return {
    async begin(principal, payload, leaseSeconds) {
      const redemption = { id: newOpaqueId(), principal, payload, createdAt: now() };
      const row = rowFor(redemption, leaseSeconds, now() + KEEP_SECONDS);
      await db.insertInto('flows').values(row).execute();
      return redemption.id;
    },

    async end(id) {
      await db.deleteFrom('flows').where('id_hash', '=', redemptionHash(id)).execute();
    },

    claim<Payload>({ leaseSeconds, limit, principal }: RedemptionClaim) {
      return db.transaction().execute(async (transaction) => {
        const cutOff = transaction
          .selectFrom('flows')
          .select('id_hash')
          .where('kind', '=', KIND)
          .where((row) =>
            principal === undefined
              ? row('expires_at', '<=', now())
              : row('principal_key', '=', principalKey(principal)),
          )
          .orderBy('created_at')
          .limit(limit);
        const rows = await transaction
          .deleteFrom('flows')
          .where('id_hash', 'in', cutOff)
          .returningAll()
          .execute();
        const claimed: Redemption<Payload>[] = [];
        for (const row of rows) {
          if (row.issuer === null || row.subject === null) continue;
          const redemption = {
            id: newOpaqueId(),
            principal: { issuer: row.issuer, subject: row.subject },
            payload: JSON.parse(secrets.open(COLUMN, row.id_hash, row.payload)) as Payload,
            createdAt: row.created_at,
          };
          const moved = rowFor(redemption, leaseSeconds, row.keep_until);
          await transaction.insertInto('flows').values(moved).execute();
          claimed.push(redemption);
        }
        return claimed;
      });
    },

    async nextEnd() {
      const row = await db
        .selectFrom('flows')
        .select('expires_at')
        .where('kind', '=', KIND)
        .orderBy('expires_at')
        .limit(1)
        .executeTakeFirst();
      return row?.expires_at;
    },
  };
}
