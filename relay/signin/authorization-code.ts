import type { ProviderMetadata } from '../credentials/provider-metadata.ts';
import type { TokenAnswer } from '../credentials/token-answer.ts';
import { isRefusedGrant } from '../credentials/token-endpoint.ts';
import type { TokenEndpoint } from '../credentials/token-endpoint.ts';
import { RelayError } from '../errors.ts';
import type { Logger } from '../log.ts';

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
