import type { Response } from 'express';
import { spelled } from '../access/scopes.ts';
import type { ScopeSpelling } from '../access/scopes.ts';
import type { TokenRefusal, VerificationOutage } from '../access/verification.ts';

/** What every challenge of this gateway says. */
export interface ChallengeFacts {
  /** URL of the protected-resource metadata (RFC 9728 §5.1). */
  readonly metadataUrl: string;
  /** Scopes to begin with (canonical); none leaves the choice to the client. */
  readonly initialScopes: readonly string[];
  readonly spelling: ScopeSpelling;
}

/** No token was sent, so there is nothing wrong with one: no error code (RFC 6750 §3.1). */
export function askForToken(response: Response, facts: ChallengeFacts): void {
  response.set('WWW-Authenticate', challenge(facts, facts.initialScopes));
  answer(response, 401, 'invalid_token', 'Authentication required');
}

export function refuseToken(response: Response, facts: ChallengeFacts): void {
  const description = 'The access token is not valid here';
  response.set(
    'WWW-Authenticate',
    challenge(facts, facts.initialScopes, 'invalid_token', description),
  );
  answer(response, 401, 'invalid_token', description);
}

/** The Authorization header itself cannot be read as one bearer token (RFC 6750 §3.1: 400). */
export function refuseHeader(response: Response, facts: ChallengeFacts): void {
  const description = 'Send one Authorization header with one bearer token';
  response.set('WWW-Authenticate', challenge(facts, [], 'invalid_request', description));
  answer(response, 400, 'invalid_request', description);
}

/** `scopes`: everything the new token should have, see `scopesToAskFor`. */
export function askForScopes(
  response: Response,
  facts: ChallengeFacts,
  scopes: readonly string[],
): void {
  const description = 'The call needs more scopes';
  response.set('WWW-Authenticate', challenge(facts, scopes, 'insufficient_scope', description));
  answer(response, 403, 'insufficient_scope', description, {
    scope: spelled(scopes, facts.spelling).join(' '),
  });
}

/** No challenge: another token for the same client would be refused as well. */
export function refuseClient(response: Response): void {
  answer(response, 403, 'unauthorized_client', 'This MCP client is not allowed here');
}

/** The administrator's lists; no challenge, because signing in again would change nothing. */
export function refuseCaller(response: Response): void {
  answer(response, 403, 'access_denied', 'An administrator does not allow this here');
}

const OUTAGE_SECONDS = 15;

/** Somebody who has to be asked does not answer: nothing is wrong with the token. */
export function refuseForOutage(response: Response, description: string): void {
  response.set('Retry-After', String(OUTAGE_SECONDS));
  answer(response, 503, 'temporarily_unavailable', description);
}

/** One place from what happened to what is said. Why a token is refused is in the log only. */
export function refuseVerification(
  response: Response,
  facts: ChallengeFacts,
  reason: TokenRefusal | VerificationOutage,
): void {
  switch (reason) {
    case 'keys_unavailable':
    case 'introspection_unavailable':
      refuseForOutage(response, 'The token cannot be checked at the moment');
      return;
    case 'too_long':
    case 'malformed':
    case 'encrypted':
    case 'algorithm':
    case 'critical_header':
    case 'embedded_key':
    case 'type':
    case 'issuer':
    case 'unknown_key':
    case 'ambiguous_key':
    case 'unusable_key':
    case 'signature':
    case 'time_claims':
    case 'expired':
    case 'not_yet_valid':
    case 'subject':
    case 'client':
    case 'not_an_access_token':
    case 'sender_constrained':
    case 'opaque':
    case 'inactive':
      refuseToken(response, facts);
      return;
  }
}

/** Values are our own texts, URLs and scopes, none of which can hold a quote or a backslash. */
function challenge(
  facts: ChallengeFacts,
  scopes: readonly string[],
  error?: string,
  description?: string,
): string {
  const parts = [
    ...(error === undefined ? [] : [`error="${error}"`]),
    ...(description === undefined ? [] : [`error_description="${description}"`]),
    `resource_metadata="${facts.metadataUrl}"`,
    ...(scopes.length === 0 ? [] : [`scope="${spelled(scopes, facts.spelling).join(' ')}"`]),
  ];
  return `Bearer ${parts.join(', ')}`;
}

/** OAuth's error body (RFC 6749 §5.2), which clients show when they cannot act on the challenge. */
function answer(
  response: Response,
  status: number,
  error: string,
  description: string,
  more: Readonly<Record<string, string>> = {},
): void {
  response.set('Cache-Control', 'no-store');
  response.status(status).json({ error, error_description: description, ...more });
}
