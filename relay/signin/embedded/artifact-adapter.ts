import { errors } from 'oidc-provider';
import type { Artifact, ArtifactPayload, OidcArtifacts } from '../../store/oidc-artifacts.ts';

/** What oidc-provider asks of the place where it keeps things, one per model. */
export interface ArtifactAdapter {
  upsert(id: string, payload: ArtifactPayload, lifeSeconds?: number): Promise<void>;
  find(id: string): Promise<ArtifactPayload | undefined>;
  findByUid(uid: string): Promise<ArtifactPayload | undefined>;
  findByUserCode(userCode: string): Promise<ArtifactPayload | undefined>;
  consume(id: string): Promise<void>;
  destroy(id: string): Promise<void>;
  revokeByGrantId(grantId: string): Promise<void>;
}

export interface ArtifactAdapterOptions {
  readonly artifacts: OidcArtifacts;
  /** Epoch milliseconds, the store's clock. */
  readonly now: () => number;
  /**
   * Seconds for which a refresh token may be spent again. Clients refresh in parallel (several windows, an answer that
   * was lost); without it the losers' requests look like a stolen token and end the winner's grant.
   */
  readonly graceSeconds: number;
}

/** Their ids are the bearer values, so the payload must not repeat them. */
const BEARER_MODELS = new Set(['AuthorizationCode', 'RefreshToken']);

export function artifactAdapter(
  options: ArtifactAdapterOptions,
): (model: string) => ArtifactAdapter {
  return (model) => adapterFor(model, options);
}

function adapterFor(model: string, options: ArtifactAdapterOptions): ArtifactAdapter {
  const { artifacts, now, graceSeconds } = options;
  const isBearer = BEARER_MODELS.has(model);
  const isRefreshToken = model === 'RefreshToken';

  const inGrace = (consumedAt: number): boolean =>
    isRefreshToken && now() / 1000 - consumedAt < graceSeconds;

  const shown = ({ payload, consumedAt }: Artifact): ArtifactPayload =>
    consumedAt === undefined || inGrace(consumedAt)
      ? payload
      : { ...payload, consumed: consumedAt };

  return {
    async upsert(id, payload, lifeSeconds) {
      const { jti, ...rest } = payload;
      await artifacts.upsert(model, id, isBearer ? rest : { ...rest, jti }, lifeSeconds);
    },

    async find(id) {
      const found = await artifacts.find(model, id);
      if (found === undefined) return undefined;
      return isBearer ? { ...shown(found), jti: id } : shown(found);
    },

    async findByUid(uid) {
      const found = await artifacts.findByUid(model, uid);
      return found && shown(found);
    },

    async findByUserCode(userCode) {
      const found = await artifacts.findByUserCode(model, userCode);
      return found && shown(found);
    },

    async consume(id) {
      if (await artifacts.consume(model, id)) return;
      const found = await artifacts.find(model, id);
      if (found?.consumedAt !== undefined && inGrace(found.consumedAt)) return;
      // A code that two requests redeem at once is in two hands: RFC 6749 §4.1.2.
      const { grantId } = found?.payload ?? {};
      if (!isRefreshToken && grantId !== undefined) await artifacts.revokeGrant(grantId);
      throw new errors.InvalidGrant('used before');
    },

    destroy: (id) => artifacts.destroy(model, id),

    async revokeByGrantId(grantId) {
      await artifacts.revokeGrant(grantId);
    },
  };
}
