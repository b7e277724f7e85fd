import { createHash } from 'node:crypto';
import { RelayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Credential } from '../nextcloud/credential.ts';
import { abandonable } from './abandonable.ts';
import { bearer } from './bearer.ts';
import { ACCESS_TOKEN_TYPE, checkExchangedToken } from './exchanged-token.ts';
import { perishableCache } from './perishable-cache.ts';
import type { Perishable } from './perishable-cache.ts';
import type { ProviderMetadata } from './provider-metadata.ts';
import type { CredentialRequest, CredentialStrategy } from './strategy.ts';
import type { TokenEndpoint } from './token-endpoint.ts';

/** RFC 8693 §2.1. */
export const TOKEN_EXCHANGE_GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';

export interface TokenExchangeOptions {
  readonly endpoint: TokenEndpoint;
  readonly metadata: () => Promise<ProviderMetadata>;
  /** Logical name of Nextcloud at the provider (`audience`). At least one of this and `resource`. */
  readonly audience?: string | undefined;
  /** URI of Nextcloud at the provider (`resource`, RFC 8707). */
  readonly resource?: string | undefined;
  /** Further names that `aud` of the new token may carry for Nextcloud. */
  readonly acceptedAudiences?: readonly string[];
  /** Scopes to ask for; unset: the provider decides. Providers may give more here than the subject token has. */
  readonly scope?: string | undefined;
  /** What may not change by the exchange. Default `sub`. */
  readonly subjectClaim?: 'sub' | 'preferred_username';
  /** Seconds a new token is used at most (`TOKEN_EXCHANGE_CACHE_TTL`). */
  readonly ttlSeconds: number;
  /** Epoch seconds. */
  readonly now: () => number;
  readonly log: Logger;
}

/** Before a token's end: it has to live through the request that is made with it. */
const EARLY_SECONDS = 30;

/**
 * RFC 8693: the client's token goes to the identity provider and comes back as another one, for Nextcloud and the same
 * person. Kept by a hash of token and target, so the cache holds no subject token.
 *
 * @throws RelayError `configuration` when no target is named
 */
export function tokenExchange(options: TokenExchangeOptions): CredentialStrategy {
  const { audience, resource, now } = options;
  const audiences = [audience, resource, ...(options.acceptedAudiences ?? [])].filter(
    (one) => one !== undefined,
  );
  if (audience === undefined && resource === undefined) {
    throw new RelayError('configuration', 'Token exchange needs to know Nextcloud’s audience.', {
      hint: 'Set NEXTCLOUD_RESOURCE_URI.',
    });
  }
  const cache = perishableCache<Credential>(now);
  const keyOf = ({ subjectToken }: CredentialRequest): string =>
    createHash('sha256')
      .update(JSON.stringify([subjectToken, audience, resource, options.scope]))
      .digest('base64url');

  async function exchange({
    principal,
    subjectToken,
  }: CredentialRequest): Promise<Perishable<Credential>> {
    const answer = await grant(options, subjectToken);
    const { issuers } = await options.metadata();
    const expected = { audiences, issuers, subjectClaim: options.subjectClaim ?? 'sub' };
    const subject = { token: subjectToken, principal };
    const checked = checkExchangedToken(answer, subject, expected, now());
    if (!checked.ok) {
      options.log.error('the exchanged token is not usable', { reason: checked.reason });
      throw new RelayError(
        'configuration',
        'The identity provider gave a token that must not be used.',
        {
          hint: 'An administrator has to look at the token exchange settings; the log says what is wrong.',
          details: { reason: checked.reason },
        },
      );
    }
    const life = checked.expiresAt - now();
    const until = Math.min(
      checked.expiresAt - Math.min(EARLY_SECONDS, Math.ceil(life / 10)),
      now() + options.ttlSeconds,
      principal.expiresAt,
    );
    return { value: bearer(checked.token), until };
  }

  return {
    name: 'token-exchange',
    credentialFor: (request) =>
      abandonable(
        cache.get(keyOf(request), () => exchange(request)),
        request.signal,
      ),
    rejected(request, credential) {
      cache.drop(keyOf(request), (kept) => kept.cacheKey === credential.cacheKey);
      return Promise.resolve(true);
    },
  };
}

/** The flight is shared, so no caller's signal ends it; the endpoint's own time limit does. */
async function grant(options: TokenExchangeOptions, subjectToken: string) {
  const { audience, resource, scope } = options;
  try {
    return await options.endpoint.grant({
      grant_type: TOKEN_EXCHANGE_GRANT,
      subject_token: subjectToken,
      subject_token_type: ACCESS_TOKEN_TYPE,
      requested_token_type: ACCESS_TOKEN_TYPE,
      ...(audience === undefined ? {} : { audience }),
      ...(resource === undefined ? {} : { resource }),
      ...(scope === undefined ? {} : { scope }),
    });
  } catch (error) {
    // RFC 8693 §2.2.2: the code for a subject token that is invalid or not acceptable
    if (error instanceof RelayError && error.details?.oauth_error === 'invalid_request') {
      throw new RelayError('unauthorized', 'The identity provider does not exchange this token.', {
        hint: 'Sign in again; if that does not help, an administrator has to allow the exchange.',
        ...(error.status === undefined ? {} : { status: error.status }),
        details: error.details,
      });
    }
    throw error;
  }
}
