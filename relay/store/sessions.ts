import type { Selectable } from 'kysely';
import type { StoreContext } from './context.ts';
import { hashId, newOpaqueId } from './opaque-id.ts';
import { principalKey } from './principal.ts';
import type { Principal } from './principal.ts';
import type { Tables } from './schema.ts';

export interface NewSession {
  /** Absent before the person signed in. */
  readonly principal?: Principal | undefined;
  /** JSON; stored encrypted. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  /** Ends after this long without a visit. */
  readonly idleSeconds: number;
  /** Ends then in any case. */
  readonly lifeSeconds: number;
}

/** Times are epoch seconds. */
export interface BrowserSession {
  readonly principal?: Principal;
  /** Goes into forms and must come back with them. */
  readonly csrfToken: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
}

/** Sessions of browsers on our pages. The cookie holds the id, the database only its hash. */
export interface Sessions {
  /** Gives the id for the cookie. */
  create(session: NewSession): Promise<string>;
  /** Notes the visit, to the minute. Undefined when unknown or over. */
  find(id: string): Promise<BrowserSession | undefined>;
  /** False when the session is over. */
  update(id: string, data: Readonly<Record<string, unknown>>): Promise<boolean>;
  /**
   * Signs in: a new id, CSRF token and life for the same browser, so that an id planted beforehand opens nothing. The
   * old id is used up, also when the session was over.
   */
  renew(id: string, session: NewSession): Promise<string>;
  destroy(id: string): Promise<void>;
  /** Everywhere; gives how many. */
  destroyAllOf(principal: Principal): Promise<number>;
}

const COLUMN = 'sessions.content';
const TOUCH_SECONDS = 60;

type Row = Selectable<Tables['sessions']>;

interface Content {
  readonly csrfToken: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export function sessionsIn(context: StoreContext): Sessions {
  const { db, secrets, now } = context;
  const hash = (id: string): string => hashId('session', id);

  const contentOf = (row: Row): Content =>
    JSON.parse(secrets.open(COLUMN, row.id_hash, row.content)) as Content;

  const live = (id: string): Promise<Row | undefined> =>
    db
      .selectFrom('sessions')
      .selectAll()
      .where('id_hash', '=', hash(id))
      .where('expires_at', '>', now())
      .where('idle_expires_at', '>', now())
      .executeTakeFirst();

  const fresh = (id: string, session: NewSession): Row => {
    const { principal, data = {}, idleSeconds, lifeSeconds } = session;
    const content: Content = { csrfToken: newOpaqueId(), data };
    return {
      id_hash: hash(id),
      principal_key: principal === undefined ? null : principalKey(principal),
      issuer: principal?.issuer ?? null,
      subject: principal?.subject ?? null,
      content: secrets.seal(COLUMN, hash(id), JSON.stringify(content)),
      idle_seconds: idleSeconds,
      created_at: now(),
      last_seen_at: now(),
      idle_expires_at: now() + idleSeconds,
      expires_at: now() + lifeSeconds,
    };
  };

  return {
    async create(session) {
      const id = newOpaqueId();
      await db.insertInto('sessions').values(fresh(id, session)).execute();
      return id;
    },

    async find(id) {
      const row = await live(id);
      if (row === undefined) return undefined;
      if (row.last_seen_at <= now() - Math.min(TOUCH_SECONDS, row.idle_seconds / 2)) {
        await db
          .updateTable('sessions')
          .set({ last_seen_at: now(), idle_expires_at: now() + row.idle_seconds })
          .where('id_hash', '=', row.id_hash)
          .execute();
      }
      return {
        ...(row.issuer === null || row.subject === null
          ? {}
          : { principal: { issuer: row.issuer, subject: row.subject } }),
        ...contentOf(row),
        createdAt: row.created_at,
        lastSeenAt: row.last_seen_at,
        expiresAt: row.expires_at,
      };
    },

    async update(id, data) {
      const row = await live(id);
      if (row === undefined) return false;
      const content: Content = { ...contentOf(row), data };
      const updated = await db
        .updateTable('sessions')
        .set({ content: secrets.seal(COLUMN, row.id_hash, JSON.stringify(content)) })
        .where('id_hash', '=', row.id_hash)
        .executeTakeFirst();
      return updated.numUpdatedRows > 0n;
    },

    async renew(id, session) {
      const next = newOpaqueId();
      await db.transaction().execute(async (transaction) => {
        await transaction.deleteFrom('sessions').where('id_hash', '=', hash(id)).execute();
        await transaction.insertInto('sessions').values(fresh(next, session)).execute();
      });
      return next;
    },

    async destroy(id) {
      await db.deleteFrom('sessions').where('id_hash', '=', hash(id)).execute();
    },

    async destroyAllOf(principal) {
      const destroyed = await db
        .deleteFrom('sessions')
        .where('principal_key', '=', principalKey(principal))
        .executeTakeFirst();
      return Number(destroyed.numDeletedRows);
    },
  };
}
