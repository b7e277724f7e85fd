import { RelayError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import type { ProviderAnswer } from './provider-http.ts';

/** A successful answer of a token endpoint (RFC 6749 §5.1, RFC 8693 §2.2.1), checked for its types. */
export interface TokenAnswer {
  readonly accessToken: string;
  readonly tokenType: string;
  readonly issuedTokenType: string | undefined;
  /** Seconds. */
  readonly expiresIn: number | undefined;
  readonly refreshToken: string | undefined;
  /** Seconds; an extension of some providers, 0 for never. */
  readonly refreshExpiresIn: number | undefined;
  readonly idToken: string | undefined;
  readonly scopes: readonly string[] | undefined;
}

/** @throws RelayError for a refusal (`details.oauth_error` has the registered code) or an answer that is none */
export function readTokenAnswer({ status, json }: ProviderAnswer): TokenAnswer {
  if (status !== 200) throw refusalOf({ status, json });
  const accessToken = text(json?.access_token);
  const tokenType = text(json?.token_type);
  if (accessToken === undefined || tokenType === undefined) {
    throw new RelayError('upstream_error', 'The identity provider answered without a token.');
  }
  return {
    accessToken,
    tokenType,
    issuedTokenType: text(json?.issued_token_type),
    expiresIn: seconds(json?.expires_in),
    refreshToken: text(json?.refresh_token),
    refreshExpiresIn: seconds(json?.refresh_expires_in),
    idToken: text(json?.id_token),
    scopes: text(json?.scope)?.split(' ').filter(Boolean),
  };
}

interface Meaning {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}

const SIGN_IN_AGAIN: Meaning = {
  code: 'unauthorized',
  message: 'The identity provider does not accept this sign-in any more.',
  hint: 'Sign in again.',
};
const OUR_REGISTRATION: Meaning = {
  code: 'configuration',
  message: 'The identity provider refuses the gateway as a client.',
  hint: 'An administrator has to check client id, secret, allowed grants and (for an exchange) the audience.',
};
const OUR_TARGET: Meaning = {
  code: 'configuration',
  message: 'The identity provider gives no token for this Nextcloud.',
  hint: 'An administrator has to check NEXTCLOUD_RESOURCE_URI and the audiences at the provider.',
};

/** Registered codes only (RFC 6749 §5.2, RFC 8707, RFC 8693): free text of the provider is not repeated. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  invalid_grant: SIGN_IN_AGAIN,
  invalid_client: OUR_REGISTRATION,
  unauthorized_client: OUR_REGISTRATION,
  unsupported_grant_type: OUR_REGISTRATION,
  invalid_target: OUR_TARGET,
  invalid_scope: OUR_TARGET,
  access_denied: OUR_TARGET,
  invalid_request: {
    code: 'upstream_error',
    message: 'The identity provider refuses the request.',
    hint: 'The gateway’s log says when; the provider’s log says why.',
  },
};

export function refusalOf({ status, json }: ProviderAnswer): RelayError {
  const error = text(json?.error);
  const meaning =
    error !== undefined && Object.hasOwn(MEANINGS, error) ? MEANINGS[error] : undefined;
  if (meaning !== undefined && status < 500) {
    const { code, message, hint } = meaning;
    return new RelayError(code, message, { hint, status, details: { oauth_error: error } });
  }
  const busy = status >= 500 || status === 429;
  return new RelayError(
    busy ? 'unavailable' : 'upstream_error',
    `The identity provider answered ${String(status)}.`,
    { status, retryable: busy },
  );
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Some providers write numbers as text. */
function seconds(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? Math.floor(number) : undefined;
}
