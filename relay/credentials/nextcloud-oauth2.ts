import { RelayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { NextcloudServer } from '../nextcloud/connect.ts';
import type { Credential } from '../nextcloud/credential.ts';
import type {
  NextcloudTokens,
  StoredNextcloudTokens,
  TokenPair,
} from '../store/nextcloud-tokens.ts';
import { principalKey } from '../store/principal.ts';
import type { Principal } from '../store/principal.ts';
import { abandonable } from './abandonable.ts';
import { bearer } from './bearer.ts';
import { notConnected } from './not-connected.ts';
import type { ProviderMetadata } from './provider-metadata.ts';
import type { CredentialStrategy } from './strategy.ts';
import type { TokenAnswer } from './token-answer.ts';
import { fateUnknown, isRefusedGrant } from './token-endpoint.ts';
import type { TokenEndpoint } from './token-endpoint.ts';

export interface NextcloudOauth2Options {
  readonly tokens: NextcloudTokens;
  /** With `nextcloudOauth2Metadata` and the gateway's client at Nextcloud. */
  readonly endpoint: TokenEndpoint;
  readonly server: NextcloudServer;
  /** Epoch seconds. */
  readonly now: () => number;
  /** Waits; milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  readonly log: Logger;
}

/** Access by Nextcloud's core app `oauth2`, after a login that stored a pair of tokens. */
export interface NextcloudOauth2 extends CredentialStrategy {
  /** Makes tokens worthless that a login replaced or did not keep. False when that is not certain. */
  withdraw(pair: Pick<TokenPair, 'accessToken'>): Promise<boolean>;
  /** Forgets a person's tokens here, then at Nextcloud. */
  disconnect(principal: Principal): Promise<{ removed: boolean; withdrawn: boolean }>;
}

/** Where Nextcloud's `oauth2` app answers. It has no discovery document, keys or revocation endpoint. */
export function nextcloudOauth2Metadata(baseUrl: string, publicUrl: string): ProviderMetadata {
  return {
    issuer: publicUrl,
    issuers: new Set([publicUrl, baseUrl]),
    authorizationEndpoint: `${publicUrl}/index.php/apps/oauth2/authorize`,
    tokenEndpoint: `${baseUrl}/index.php/apps/oauth2/api/v1/token`,
    jwksUri: '',
    registrationEndpoint: undefined,
    revocationEndpoint: undefined,
    introspectionEndpoint: undefined,
    tokenEndpointAuthMethods: ['client_secret_post'],
    grantTypes: ['authorization_code', 'refresh_token'],
    pkceMethods: undefined,
    scopes: undefined,
    issInResponses: false,
  };
}

/** @throws RelayError when the answer is not fit to be kept */
export function tokenPairOf(answer: TokenAnswer, now: number): TokenPair {
  const { accessToken, refreshToken, expiresIn } = answer;
  if (refreshToken === undefined || expiresIn === undefined) {
    throw new RelayError('upstream_error', 'Nextcloud answered without a refresh token.');
  }
  return { accessToken, refreshToken, expiresAt: now + expiresIn };
}

/** Longer than a token request may last. */
const LEASE_SECONDS = 30;
/** Before its end a token has to live through the request that is made with it. */
const EARLY_SECONDS = 120;
/** A token refused so soon after its making is refused for what the person may do, not for its age. */
const FRESH_SECONDS = 30;
const REFUSED = 'Nextcloud does not accept your login any more.';
const BUSY_PAUSE_MS = 250;
const MAX_ATTEMPTS = (LEASE_SECONDS * 1000) / BUSY_PAUSE_MS + 4;

export function nextcloudOauth2(options: NextcloudOauth2Options): NextcloudOauth2 {
  const { tokens, endpoint, server, now, pause, log } = options;
  const flights = new Map<string, Promise<StoredNextcloudTokens>>();

  async function withdraw({ accessToken }: Pick<TokenPair, 'accessToken'>): Promise<boolean> {
    try {
      const { exchange } = server.as(bearer(accessToken));
      // the token of the `oauth2` app is an app password underneath; with it goes its refresh token
      await exchange.send({ method: 'DELETE', path: '/ocs/v2.php/core/apppassword?format=json' });
      return true;
    } catch (error) {
      log.warn('tokens could not be withdrawn at Nextcloud', { cause: error });
      return false;
    }
  }

  const spend = async ({ refreshToken }: StoredNextcloudTokens): Promise<TokenPair> => {
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
    return tokenPairOf(await endpoint.grant(form), now());
  };

  async function spendLeased(before: StoredNextcloudTokens): Promise<TokenPair> {
    try {
      return await spend(before);
    } catch (error) {
      const { principal, version } = before;
      if (isRefusedGrant(error)) {
        await tokens.markDead(principal, version);
        throw notConnected(REFUSED);
      }
      // Nextcloud may have rotated: the lease is left to lapse, and the next refresh will tell
      if (!fateUnknown(error)) await tokens.release(principal, version);
      throw error;
    }
  }

  /** Tokens newer than `than`, by our own refresh or somebody else's. One refresh for all processes. */
  async function renewed(principal: Principal, than: string): Promise<StoredNextcloudTokens> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const before = await usable(principal);
      if (before.version !== than) return before;
      if (!(await tokens.lease(principal, than, LEASE_SECONDS))) {
        await pause(BUSY_PAUSE_MS);
        continue;
      }
      const pair = await spendLeased(before);
      const end = await tokens.rotate(principal, than, pair);
      // logged in anew, or taken back: nobody will use these
      if (end !== 'stored') await withdraw(pair);
    }
    throw new RelayError('unavailable', 'Another process is renewing this access.', {
      retryable: true,
    });
  }

  function refresh(principal: Principal, than: string): Promise<StoredNextcloudTokens> {
    const key = `${principalKey(principal)} ${than}`;
    const flight = flights.get(key) ?? renewed(principal, than).finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  }

  async function usable(principal: Principal): Promise<StoredNextcloudTokens> {
    const stored = await tokens.find(principal);
    if (stored === undefined || stored.deadAt !== undefined) {
      throw notConnected(stored && REFUSED);
    }
    return stored;
  }

  return {
    name: 'nextcloud-oauth2',

    async credentialFor({ principal, signal }) {
      let stored = await usable(principal);
      if (stored.expiresAt - EARLY_SECONDS <= now()) {
        stored = await abandonable(refresh(principal, stored.version), signal);
      }
      await tokens.touch(principal);
      return bearer(stored.accessToken);
    },

    async rejected({ principal }, credential: Credential) {
      const stored = await tokens.find(principal);
      if (stored === undefined || stored.deadAt !== undefined) return false;
      // renewed or connected anew while the call was under way
      if (bearer(stored.accessToken).cacheKey !== credential.cacheKey) return true;
      if (stored.updatedAt > now() - FRESH_SECONDS) {
        // a stream of refused calls would make Nextcloud shut out the gateway's address, and so everybody
        await tokens.markDead(principal, stored.version);
        return false;
      }
      try {
        await refresh(principal, stored.version);
        return true;
      } catch (error) {
        if (error instanceof RelayError && error.code === 'sign_in_required') return false;
        throw error;
      }
    },

    withdraw,

    async disconnect(principal) {
      const removed = await tokens.remove(principal);
      if (removed === undefined) return { removed: false, withdrawn: false };
      if (removed.deadAt !== undefined) return { removed: true, withdrawn: false };
      try {
        const pair = removed.expiresAt > now() ? removed : await spend(removed);
        return { removed: true, withdrawn: await withdraw(pair) };
      } catch (error) {
        log.warn('tokens could not be withdrawn at Nextcloud', { cause: error });
        return { removed: true, withdrawn: false };
      }
    },
  };
}
