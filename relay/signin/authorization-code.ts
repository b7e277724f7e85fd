import type { ProviderMetadata } from '../credentials/provider-metadata.ts';
import type { TokenAnswer } from '../credentials/token-answer.ts';
import { isRefusedGrant } from '../credentials/token-endpoint.ts';
import type { TokenEndpoint } from '../credentials/token-endpoint.ts';
import { RelayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { cleanMessage } from '../nextcloud/server-message.ts';

/** A parameter that is there once and not empty: two of a kind are an attempt at something. */
export function onlyOne(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  return values.length === 1 && values[0] !== '' ? values[0] : undefined;
}

/** RFC 9207: an answer that names its issuer has to name this one; where the provider always does, it must. */
export function isFrom(
  query: URLSearchParams,
  { issuers, issInResponses }: ProviderMetadata,
): boolean {
  if (!query.has('iss')) return !issInResponses;
  const issuer = onlyOne(query, 'iss');
  return issuer !== undefined && issuers.has(issuer);
}

/** Errors of RFC 6749 §4.1.2.1 and OpenID Connect Core §3.1.2.6 that say what the person did or has to do. */
const OF_THE_PERSON: readonly string[] = [
  'access_denied',
  'login_required',
  'consent_required',
  'interaction_required',
  'account_selection_required',
];

/** Whether the provider did not take our request, whoever the person is; the log has what it says. */
export function isProviderError(query: URLSearchParams, log: Logger): boolean {
  const error = query.get('error');
  if (error === null || OF_THE_PERSON.includes(error)) return false;
  log.warn('the identity provider refused a request', {
    error: /^[a-z_]{1,64}$/.test(error) ? error : 'no error of OAuth',
    description: cleanMessage(query.get('error_description') ?? ''),
  });
  return true;
}

/** @throws RelayError `configuration` for a provider that says it cannot do PKCE with S256 */
export function requireS256({ pkceMethods }: ProviderMetadata): void {
  if (pkceMethods === undefined || pkceMethods.includes('S256')) return;
  throw new RelayError('configuration', 'The identity provider does not support PKCE with S256.');
}

export interface RedeemableCode {
  readonly code: string;
  readonly redirectUri: string;
  /** Absent where the server knows no PKCE. */
  readonly verifier?: string;
  /** What the tokens are for, when it has a URI (RFC 8707). */
  readonly resource?: string | undefined;
}

/** Undefined when the server does not take the code: used, expired, or for another client. @throws RelayError */
export async function redeemCode(
  { endpoint, log }: { readonly endpoint: TokenEndpoint; readonly log?: Logger },
  { code, redirectUri, verifier, resource }: RedeemableCode,
): Promise<TokenAnswer | undefined> {
  try {
    return await endpoint.grant({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      ...(verifier === undefined ? {} : { code_verifier: verifier }),
      ...(resource === undefined ? {} : { resource }),
    });
  } catch (error) {
    if (!isRefusedGrant(error)) throw error;
    log?.warn('an authorization code was not taken', { cause: error });
    return undefined;
  }
}
