import type { Selectable } from 'kysely';
import type { StoreContext } from './context.ts';
import { hashId, newOpaqueId } from './opaque-id.ts';
import { principalKey } from './principal.ts';
import type { Principal } from './principal.ts';
import type { Tables } from './schema.ts';

/** The longest life of a flow: states are to be used at once or not at all. */
const MAX_FLOW_SECONDS = 600;

export interface NewFlow<Payload> {
  /** What it is for, e.g. `oauth state`, `login flow`, `url elicitation`; an id opens only its own kind. */
  readonly kind: string;
  /** The person it is bound to, when known. */
  readonly principal?: Principal | undefined;
  /** JSON; stored encrypted (PKCE verifier, nonce, poll token). */
  readonly payload: Payload;
  /** At most 600, which is the default. */
  readonly lifeSeconds?: number | undefined;
  /**
   * How long after its end `takeExpired` still gives it. A Login Flow v2 link stays good at Nextcloud for 20 minutes
   * whatever we say, so somebody has to look once more and delete the app password it may have made.
   */
  readonly keepSeconds?: number | undefined;
}

export interface Flow<Payload> {
  readonly principal?: Principal;
  readonly payload: Payload;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Single-use steps of signing in. Ids are random and stored hashed; any replica can go on with a flow. */
export interface Flows {
  /** Gives the id. */
  start<Payload>(flow: NewFlow<Payload>): Promise<string>;
  /** Reads without using it up. */
  peek<Payload>(kind: string, id: string): Promise<Flow<Payload> | undefined>;
  /** Uses it up: of all callers, in all processes, one gets it. Expired, foreign and used ids all give undefined. */
  take<Payload>(kind: string, id: string): Promise<Flow<Payload> | undefined>;
  /** Replaces what it carries; its end stays. False when it is over. */
  update(kind: string, id: string, payload: unknown): Promise<boolean>;
  /** True for one caller per `everySeconds`, whatever the number of replicas: that one may poll. */
  claimPoll(kind: string, id: string, everySeconds: number): Promise<boolean>;
  /** Takes flows of a kind that ended unused and are still kept. */
  takeExpired<Payload>(kind: string, limit: number): Promise<readonly Flow<Payload>[]>;
}

const COLUMN = 'flows.payload';

type Row = Selectable<Tables['flows']>;

export function flowsIn({ db, secrets, now }: StoreContext): Flows {
  const flowOf = <Payload>(row: Row): Flow<Payload> => ({
    ...(row.issuer === null || row.subject === null
      ? {}
      : { principal: { issuer: row.issuer, subject: row.subject } }),
    payload: JSON.parse(secrets.open(COLUMN, row.id_hash, row.payload)) as Payload,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  });

  return {
    async start({ kind, principal, payload, lifeSeconds = MAX_FLOW_SECONDS, keepSeconds = 0 }) {
      const id = newOpaqueId();
      const id_hash = hashId(kind, id);
      const expires_at = now() + Math.min(lifeSeconds, MAX_FLOW_SECONDS);
      await db
        .insertInto('flows')
        .values({
          id_hash,
          kind,
          principal_key: principal === undefined ? null : principalKey(principal),
          issuer: principal?.issuer ?? null,
          subject: principal?.subject ?? null,
          payload: secrets.seal(COLUMN, id_hash, JSON.stringify(payload)),
          created_at: now(),
          expires_at,
          keep_until: expires_at + keepSeconds,
          next_poll_at: 0,
        })
        .execute();
      return id;
    },

    async peek(kind, id) {
      const row = await db
        .selectFrom('flows')
        .selectAll()
        .where('id_hash', '=', hashId(kind, id))
        .where('expires_at', '>', now())
        .executeTakeFirst();
      return row && flowOf(row);
    },

    async take(kind, id) {
      const row = await db
        .deleteFrom('flows')
        .where('id_hash', '=', hashId(kind, id))
        .where('expires_at', '>', now())
        .returningAll()
        .executeTakeFirst();
      return row && flowOf(row);
    },

    async update(kind, id, payload) {
      const id_hash = hashId(kind, id);
      const updated = await db
        .updateTable('flows')
        .set({ payload: secrets.seal(COLUMN, id_hash, JSON.stringify(payload)) })
        .where('id_hash', '=', id_hash)
        .where('expires_at', '>', now())
        .executeTakeFirst();
      return updated.numUpdatedRows > 0n;
    },

    async claimPoll(kind, id, everySeconds) {
      const claimed = await db
        .updateTable('flows')
        .set({ next_poll_at: now() + everySeconds })
        .where('id_hash', '=', hashId(kind, id))
        .where('expires_at', '>', now())
        .where('next_poll_at', '<=', now())
        .executeTakeFirst();
      return claimed.numUpdatedRows > 0n;
    },

    async takeExpired<Payload>(kind: string, limit: number) {
      const rows = await db
        .deleteFrom('flows')
        .where('id_hash', 'in', (from) =>
          from
            .selectFrom('flows')
            .select('id_hash')
            .where('kind', '=', kind)
            .where('expires_at', '<=', now())
            .orderBy('expires_at')
            .limit(limit),
        )
        .returningAll()
        .execute();
      return rows.map((row) => flowOf<Payload>(row));
    },
  };
}
