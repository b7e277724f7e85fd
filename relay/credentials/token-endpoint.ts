import { RelayError } from '../errors.ts';
import { authenticateClient } from './client-authentication.ts';
import type { AuthenticatedForm, OAuthClient } from './client-authentication.ts';
import type { ProviderHttp } from './provider-http.ts';
import type { ProviderMetadata } from './provider-metadata.ts';
import { readTokenAnswer, refusalOf } from './token-answer.ts';
import type { TokenAnswer } from './token-answer.ts';

export interface TokenEndpointOptions {
  readonly http: ProviderHttp;
  readonly metadata: () => Promise<ProviderMetadata>;
  readonly client: () => Promise<OAuthClient>;
  /** Epoch seconds. */
  readonly now: () => number;
}

/** The provider's token and revocation endpoints, with our client's authentication. */
export interface TokenEndpoint {
  /** One grant (RFC 6749 §4, §6, RFC 8693). @throws RelayError, see token-answer.ts */
  grant(form: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<TokenAnswer>;
  /** RFC 7009. False when the provider has no such endpoint. @throws RelayError */
  revoke(token: string, hint: 'refresh_token' | 'access_token'): Promise<boolean>;
}

export function tokenEndpoint(options: TokenEndpointOptions): TokenEndpoint {
  const { http, now } = options;

  async function authenticated(
    form: Readonly<Record<string, string>>,
    { issuer }: ProviderMetadata,
  ): Promise<AuthenticatedForm> {
    return authenticateClient(await options.client(), form, issuer, now());
  }

  return {
    async grant(form, signal) {
      const metadata = await options.metadata();
      const proven = await authenticated(form, metadata);
      const url = metadata.tokenEndpoint;
      return readTokenAnswer(await http.send({ method: 'POST', url, ...proven, signal }));
    },
    async revoke(token, hint) {
      const metadata = await options.metadata();
      const url = metadata.revocationEndpoint;
      if (url === undefined) return false;
      const proven = await authenticated({ token, token_type_hint: hint }, metadata);
      const answer = await http.send({ method: 'POST', url, ...proven });
      if (answer.status !== 200) throw refusalOf(answer);
      return true;
    },
  };
}

/** Whether a failed grant may all the same have been carried out: its answer was lost on the way. */
export function fateUnknown(error: unknown): boolean {
  return (
    !(error instanceof RelayError) || ['timeout', 'unreachable', 'cancelled'].includes(error.code)
  );
}

/**
 * Whether a server refused the code or token itself, and not our client or the moment. Nextcloud's `oauth2` app, and its
 * `oidc` app up to 1.16, call that `invalid_request`; our requests always have all members.
 */
export function isRefusedGrant(error: unknown): boolean {
  const refusal = error instanceof RelayError ? error.details?.oauth_error : undefined;
  return refusal === 'invalid_grant' || refusal === 'invalid_request';
}
