import type { Selectable } from 'kysely';
import type { StoreContext } from './context.ts';
import { hashId } from './opaque-id.ts';
import type { Tables } from './schema.ts';

/** What oidc-provider gives its adapter: JSON with a few members that rows are found by. */
export interface ArtifactPayload {
  readonly [member: string]: unknown;
  readonly grantId?: string | undefined;
  readonly uid?: string | undefined;
  readonly userCode?: string | undefined;
  readonly accountId?: string | undefined;
  readonly clientId?: string | undefined;
}

export interface Artifact {
  readonly payload: ArtifactPayload;
  /** Epoch seconds. The adapter passes it on as `payload.consumed`, or hides it for a short grace after a refresh. */
  readonly consumedAt?: number;
}

export interface ArtifactGrant {
  readonly grantId: string;
  readonly accountId: string;
  readonly clientId: string;
  readonly payload: ArtifactPayload;
  readonly createdAt: number;
}

/**
 * Rows of the embedded authorization server (`model`: Client, Session, Interaction, Grant, AuthorizationCode,
 * RefreshToken …). Ids of codes and refresh tokens are the bearer values themselves, and the payload repeats them; so
 * ids are stored hashed and payloads encrypted.
 */
export interface OidcArtifacts {
  /** `lifeSeconds` absent: no end. Whether it was consumed stays as it is. */
  upsert(model: string, id: string, payload: ArtifactPayload, lifeSeconds?: number): Promise<void>;
  find(model: string, id: string): Promise<Artifact | undefined>;
  findByUid(model: string, uid: string): Promise<Artifact | undefined>;
  findByUserCode(model: string, userCode: string): Promise<Artifact | undefined>;
  /** True for the first caller in all processes. Whoever gets false must answer `invalid_grant`. */
  consume(model: string, id: string): Promise<boolean>;
  destroy(model: string, id: string): Promise<void>;
  /** The grant and everything issued under it, in one statement. Gives how many rows. */
  revokeGrant(grantId: string): Promise<number>;
  /** Whether a grant still stands: access tokens cannot be revoked, the resource server asks this. */
  grantStands(grantId: string): Promise<boolean>;
  /** A person's grants, newest first: which clients may act for them. */
  grantsOf(accountId: string): Promise<readonly ArtifactGrant[]>;
  /** Everything of a person: sessions, grants, tokens, codes. Gives how many rows. */
  revokeAccount(accountId: string): Promise<number>;
  /** E.g. to cap registrations. */
  count(model: string): Promise<number>;
  /** Forgets clients registered before that time which nobody has granted anything. They register again by themselves. */
  forgetIdleClients(registeredBefore: number): Promise<number>;
}

const COLUMN = 'oidc_artifacts.payload';

type Row = Selectable<Tables['oidc_artifacts']>;
type FoundBy = 'id_hash' | 'uid_hash' | 'user_code_hash';

export function oidcArtifactsIn({ db, secrets, now }: StoreContext): OidcArtifacts {
  const payloadOf = (row: Row): ArtifactPayload =>
    JSON.parse(secrets.open(COLUMN, row.id_hash, row.payload)) as ArtifactPayload;

  const live = (model: string) =>
    db
      .selectFrom('oidc_artifacts')
      .selectAll()
      .where('model', '=', model)
      .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', now())]));

  const findBy = async (
    model: string,
    column: FoundBy,
    hash: string,
  ): Promise<Artifact | undefined> => {
    const row = await live(model).where(column, '=', hash).executeTakeFirst();
    if (row === undefined) return undefined;
    const payload = payloadOf(row);
    return row.consumed_at === null ? { payload } : { payload, consumedAt: row.consumed_at };
  };

  return {
    async upsert(model, id, payload, lifeSeconds) {
      const id_hash = hashId(model, id);
      const { grantId, uid, userCode, accountId } = payload;
      const values = {
        payload: secrets.seal(COLUMN, id_hash, JSON.stringify(payload)),
        grant_hash: grantHash(model === 'Grant' ? id : grantId),
        uid_hash: uid === undefined ? null : hashId(`${model} uid`, uid),
        user_code_hash: userCode === undefined ? null : hashId(`${model} user code`, userCode),
        account_id: accountId ?? null,
        client_id: model === 'Client' ? id : (payload.clientId ?? null),
        expires_at: lifeSeconds === undefined ? null : now() + Math.floor(lifeSeconds),
      };
      await db
        .insertInto('oidc_artifacts')
        .values({ id_hash, model, created_at: now(), consumed_at: null, ...values })
        .onConflict((conflict) => conflict.column('id_hash').doUpdateSet(values))
        .execute();
    },

    find: (model, id) => findBy(model, 'id_hash', hashId(model, id)),
    findByUid: (model, uid) => findBy(model, 'uid_hash', hashId(`${model} uid`, uid)),
    findByUserCode: (model, code) =>
      findBy(model, 'user_code_hash', hashId(`${model} user code`, code)),

    async consume(model, id) {
      const consumed = await db
        .updateTable('oidc_artifacts')
        .set({ consumed_at: now() })
        .where('id_hash', '=', hashId(model, id))
        .where('consumed_at', 'is', null)
        .where((is) => is.or([is('expires_at', 'is', null), is('expires_at', '>', now())]))
        .executeTakeFirst();
      return consumed.numUpdatedRows > 0n;
    },

    async destroy(model, id) {
      await db.deleteFrom('oidc_artifacts').where('id_hash', '=', hashId(model, id)).execute();
    },

    async revokeGrant(grantId) {
      const revoked = await db
        .deleteFrom('oidc_artifacts')
        .where('grant_hash', '=', grantHash(grantId))
        .executeTakeFirst();
      return Number(revoked.numDeletedRows);
    },

    async grantStands(grantId) {
      const row = await live('Grant')
        .where('id_hash', '=', hashId('Grant', grantId))
        .executeTakeFirst();
      return row !== undefined;
    },

    async grantsOf(accountId) {
      const rows = await live('Grant')
        .where('account_id', '=', accountId)
        .orderBy('created_at', 'desc')
        .execute();
      return rows.map((row) => {
        const payload = payloadOf(row);
        const grantId = typeof payload['jti'] === 'string' ? payload['jti'] : '';
        const clientId = row.client_id ?? '';
        return { grantId, accountId, clientId, payload, createdAt: row.created_at };
      });
    },

    async revokeAccount(accountId) {
      const revoked = await db
        .deleteFrom('oidc_artifacts')
        .where('account_id', '=', accountId)
        .executeTakeFirst();
      return Number(revoked.numDeletedRows);
    },

    async count(model) {
      const { rows } = await db
        .selectFrom('oidc_artifacts')
        .select((from) => from.fn.countAll<number>().as('rows'))
        .where('model', '=', model)
        .executeTakeFirstOrThrow();
      return rows;
    },

    async forgetIdleClients(registeredBefore) {
      const forgotten = await db
        .deleteFrom('oidc_artifacts')
        .where('model', '=', 'Client')
        .where('created_at', '<', registeredBefore)
        .where((is) =>
          is.not(
            is.exists(
              is
                .selectFrom('oidc_artifacts as granted')
                .select('granted.id_hash')
                .where('granted.model', '=', 'Grant')
                .whereRef('granted.client_id', '=', 'oidc_artifacts.client_id'),
            ),
          ),
        )
        .executeTakeFirst();
      return Number(forgotten.numDeletedRows);
    },
  };
}

function grantHash(grantId: string | undefined): string | null {
  return grantId === undefined ? null : hashId('Grant', grantId);
}
