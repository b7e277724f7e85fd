import { RelayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Credential } from '../nextcloud/credential.ts';
import type { Grants, RefreshLease } from '../store/grants.ts';
import { principalKey } from '../store/principal.ts';
import type { Principal } from '../store/principal.ts';
import { abandonable } from './abandonable.ts';
import { bearer } from './bearer.ts';
import { perishableCache } from './perishable-cache.ts';
import type { Perishable } from './perishable-cache.ts';
import type { TokenAnswer } from './token-answer.ts';
import { audiencesOf, claimsOf } from './token-claims.ts';
import { fateUnknown } from './token-endpoint.ts';
import type { TokenEndpoint } from './token-endpoint.ts';

/** `details.kind` of the error that asks for Flow 2. */
const GRANT_OFFLINE_ACCESS = 'grant_offline_access';

export interface BackgroundRequest {
  readonly principal: Principal;
  /** What the work needs, no more: the token gets these scopes only. */
  readonly scopes: readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * Credentials for work done while nobody is connected, from the consent of Flow 2. A thing of its own: a
 * CredentialStrategy never gets hold of it, so no tool call can spend a refresh token.
 */
export interface BackgroundCredentials {
  /** @throws RelayError `sign_in_required` without a usable consent, `insufficient_scope` beyond it */
  credentialFor(request: BackgroundRequest): Promise<Credential>;
  /** Goes through refreshes that a crash cut off, soon after a start: providers accept the old token only briefly. */
  recover(limit?: number): Promise<number>;
}

export interface BackgroundOptions {
  readonly grants: Grants;
  readonly endpoint: TokenEndpoint;
  /** Names of Nextcloud in `aud`. */
  readonly audiences: readonly string[];
  /** Nextcloud at the provider (`resource`), when it has a URI there. */
  readonly resource?: string | undefined;
  /** Epoch seconds. */
  readonly now: () => number;
  /** Waits; milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  readonly log: Logger;
}

const LEASE_SECONDS = 30;
const EARLY_SECONDS = 60;
const BUSY_PAUSE_MS = 250;
const MAX_ATTEMPTS = (LEASE_SECONDS * 1000) / BUSY_PAUSE_MS + 4;
/** Say who somebody is, not what may be done. */
const IDENTITY_SCOPES = new Set(['openid', 'profile', 'email', 'offline_access']);

export function backgroundCredentials(options: BackgroundOptions): BackgroundCredentials {
  const cache = perishableCache<Credential>(options.now);
  const queues = new Map<string, Promise<unknown>>();

  /** In this process one after the other; between processes the store's lease sees to it. */
  function inTurn(request: BackgroundRequest): Promise<Refreshed> {
    const key = principalKey(request.principal);
    const turn = (queues.get(key) ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => refresh(options, request));
    queues.set(key, turn);
    const leave = (): boolean => queues.get(key) === turn && queues.delete(key);
    turn.then(leave, leave);
    return turn;
  }

  async function fresh(request: BackgroundRequest): Promise<Perishable<Credential>> {
    const { answer, lease } = await inTurn(request);
    const expiresAt = checkAnswer(answer, lease, request, options);
    const life = expiresAt - options.now();
    const until = expiresAt - Math.min(EARLY_SECONDS, Math.ceil(life / 10));
    return { value: bearer(answer.accessToken), until };
  }

  return {
    credentialFor(request) {
      const key = JSON.stringify([principalKey(request.principal), [...request.scopes].sort()]);
      return abandonable(
        cache.get(key, () => fresh(request)),
        request.signal,
      );
    },
    async recover(limit = 100) {
      const cutOff = await options.grants.interrupted(limit);
      let recovered = 0;
      for (const principal of cutOff) {
        try {
          await inTurn({ principal, scopes: [] });
          recovered += 1;
        } catch (error) {
          options.log.warn('a refresh that was cut off cannot be repaired', { cause: error });
        }
      }
      return recovered;
    },
  };
}

interface Refreshed {
  readonly answer: TokenAnswer;
  readonly lease: RefreshLease;
}

/** One rotation under the store's lease. The access token is used only after the new refresh token is stored. */
async function refresh(options: BackgroundOptions, request: BackgroundRequest): Promise<Refreshed> {
  const { grants, pause } = options;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const start = await grants.startRefresh(request.principal, LEASE_SECONDS);
    if (start.kind === 'none') throw noConsent();
    if (start.kind === 'busy') {
      await pause(BUSY_PAUSE_MS);
      continue;
    }
    const { lease } = start;
    const answer = await spend(options, lease, request);
    const end = await grants.finishRefresh(lease, {
      refreshToken: answer.refreshToken,
      // 0: this provider's way to say never
      ...(answer.refreshExpiresIn ? { expiresAt: options.now() + answer.refreshExpiresIn } : {}),
    });
    if (end === 'stored') return { answer, lease };
    if (end === 'removed') {
      await takeBack(options, answer);
      throw noConsent();
    }
  }
  throw new RelayError('unavailable', 'Another process is renewing this consent.', {
    retryable: true,
  });
}

async function spend(
  { grants, endpoint, resource }: BackgroundOptions,
  lease: RefreshLease,
  { scopes }: BackgroundRequest,
): Promise<TokenAnswer> {
  const beyond = scopes.filter((scope) => !lease.grant.scopes.includes(scope));
  if (beyond.length > 0) {
    await grants.abandonRefresh(lease);
    throw new RelayError(
      'insufficient_scope',
      'The consent for background work does not cover this.',
      {
        details: { missing: beyond },
      },
    );
  }
  const bare = { grant_type: 'refresh_token', refresh_token: lease.refreshToken };
  const asked = {
    ...bare,
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
    ...(resource === undefined ? {} : { resource }),
  };
  try {
    return await endpoint.grant(asked).catch((error: unknown) => {
      if (refusalIn(error) !== 'invalid_request' || Object.keys(asked).length === 2) throw error;
      // whether it is the token that is refused, or what was asked for beside it
      return endpoint.grant(bare);
    });
  } catch (error) {
    if (isDead(error)) {
      await grants.refuseRefresh(lease);
      throw noConsent();
    }
    // the provider may have rotated: the lease is left to lapse, and the next holder knows
    if (!fateUnknown(error)) await grants.abandonRefresh(lease);
    throw error;
  }
}

/**
 * The provider does not take the refresh token, for good. Nextcloud's `oidc` app up to 1.16 says `invalid_request` where
 * RFC 6749 §5.2 has `invalid_grant`. A request that is refused so though it holds nothing but grant type and token, the
 * two members that it must have, leaves only the token to be meant.
 */
function isDead(error: unknown): boolean {
  return ['invalid_grant', 'invalid_request'].includes(refusalIn(error));
}

function refusalIn(error: unknown): string {
  const code = error instanceof RelayError ? error.details?.oauth_error : undefined;
  return typeof code === 'string' ? code : '';
}

function checkAnswer(
  answer: TokenAnswer,
  { grant }: RefreshLease,
  { scopes }: BackgroundRequest,
  { audiences, now, log }: BackgroundOptions,
): number {
  const claims = claimsOf(answer.accessToken);
  const told = now() + (answer.expiresIn ?? 0);
  const expiresAt = Math.min(claims?.exp ?? told, answer.expiresIn === undefined ? Infinity : told);
  // the token itself says it best: Keycloak's answer names all scopes of the consent beside a narrowed token
  const granted =
    typeof claims?.scope === 'string' ? claims.scope.split(' ') : (answer.scopes ?? scopes);
  const flaw =
    answer.tokenType.toLowerCase() !== 'bearer'
      ? 'not_a_bearer'
      : claims === undefined || !audiencesOf(claims).some((one) => audiences.includes(one))
        ? 'wrong_audience'
        : expiresAt <= now()
          ? 'expired'
          : granted.some(
                (one) =>
                  grant.scopes.includes(one) && !scopes.includes(one) && !IDENTITY_SCOPES.has(one),
              )
            ? 'scopes_not_reduced'
            : undefined;
  if (flaw === undefined) return expiresAt;
  log.error('a background token is not usable', { reason: flaw });
  throw new RelayError(
    'configuration',
    'The identity provider gave a token that must not be used.',
    {
      details: { reason: flaw },
    },
  );
}

/** The person took the consent back while we refreshed. */
async function takeBack({ endpoint, log }: BackgroundOptions, answer: TokenAnswer): Promise<void> {
  if (answer.refreshToken === undefined) return;
  try {
    await endpoint.revoke(answer.refreshToken, 'refresh_token');
  } catch (error) {
    log.warn('a refresh token could not be revoked', { cause: error });
  }
}

function noConsent(): RelayError {
  return new RelayError('sign_in_required', 'There is no consent for work in the background.', {
    hint: 'Grant it with provision_nextcloud_access.',
    details: { kind: GRANT_OFFLINE_ACCESS },
  });
}
