import type { JsonObject } from './compact-token.ts';
import { grantedScopes } from './scopes.ts';
import { refused } from './verification.ts';
import type { Refused, TokenRefusal, VerifiedToken } from './verification.ts';

export interface ClaimRules {
  /** Seconds by which clocks may differ. */
  readonly clockToleranceSeconds: number;
  /** What providers put before our scopes, without the slash. */
  readonly scopePrefixes: readonly string[];
}

type Checked = { readonly ok: true; readonly token: VerifiedToken } | Refused<TokenRefusal>;

/**
 * Claims of a token whose signature is right and whose issuer is trusted.
 *
 * ID tokens and access tokens of one issuer carry the same signature, so they are told apart, in this order:
 * 1. a payload `typ` (Keycloak) must be `Bearer`: `ID`, `Refresh`, `Logout` … are refused;
 * 2. `at_hash`, `c_hash`, `s_hash` (OpenID Connect §3.3.2.11) and `events` (logout, security events) occur in no access
 *    token, whatever it says of itself;
 * 3. the header type `at+jwt` or the payload type `Bearer` declares an access token;
 * 4. what declares nothing must have a scope claim, which ID tokens never have, and no `nonce`, which they mostly have.
 */
export function checkClaims(
  claims: JsonObject,
  header: { readonly declared: boolean },
  rules: ClaimRules,
  now: number,
): Checked {
  const { iss } = claims;
  if (typeof iss !== 'string') return refused('issuer');
  if (!isAccessToken(claims, header.declared)) return refused('not_an_access_token');
  if (isConstrained(claims)) return refused('sender_constrained');
  const time = checkTime(claims, rules.clockToleranceSeconds, now);
  if (time !== undefined) return refused(time);
  return tokenOf(claims, iss, claims.exp as number, rules.scopePrefixes);
}

/** Who and what for, once type and time are right. Shared with introspection, whose members have the same names. */
export function tokenOf(
  claims: JsonObject,
  issuer: string,
  expiresAt: number,
  scopePrefixes: readonly string[],
): Checked {
  const { sub } = claims;
  if (!isName(sub)) return refused('subject');
  const clientId = clientOf(claims);
  if (clientId === undefined) return refused('client');
  const username = [claims.preferred_username, claims.username].find(isName);
  const token: VerifiedToken = {
    issuer,
    subject: sub,
    username,
    clientId,
    audiences: audiencesOf(claims.aud),
    scopes: grantedScopes(claims, scopePrefixes),
    expiresAt,
    grantId: isName(claims.gid) ? claims.gid : undefined,
  };
  return { ok: true, token };
}

/** A token tied to a key of its holder (RFC 9449, RFC 8705) must not be taken from somebody who merely holds it. */
export function isConstrained(claims: JsonObject): boolean {
  return Object.hasOwn(claims, 'cnf');
}

/** `exp` and `nbf` alone; both in epoch seconds. */
export function isCurrent(
  exp: number,
  nbf: unknown,
  tolerance: number,
  now: number,
): TokenRefusal | undefined {
  if (exp + tolerance <= now) return 'expired';
  if (nbf === undefined) return undefined;
  if (!isTime(nbf)) return 'time_claims';
  return nbf - tolerance > now ? 'not_yet_valid' : undefined;
}

export function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

const ID_TOKEN_MARKS = ['at_hash', 'c_hash', 's_hash', 'events'];

function isAccessToken(claims: JsonObject, headerDeclares: boolean): boolean {
  const { typ } = claims;
  if (typ !== undefined && (typeof typ !== 'string' || typ.toLowerCase() !== 'bearer'))
    return false;
  if (ID_TOKEN_MARKS.some((mark) => Object.hasOwn(claims, mark))) return false;
  if (headerDeclares || typ !== undefined) return true;
  const scoped = Object.hasOwn(claims, 'scope') || Object.hasOwn(claims, 'scp');
  return scoped && !Object.hasOwn(claims, 'nonce');
}

/** RFC 9068 §2.2 wants `exp` and `iat`; a token issued in the future, or never valid, is no honest one. */
function checkTime(claims: JsonObject, tolerance: number, now: number): TokenRefusal | undefined {
  const { exp, iat, nbf } = claims;
  if (!isTime(exp) || !isTime(iat) || exp <= iat) return 'time_claims';
  if (iat - tolerance > now) return 'not_yet_valid';
  return isCurrent(exp, nbf, tolerance, now);
}

const LONGEST_NAME = 255;

/** Printable and of a length that OpenID Connect §2 allows for `sub`. */
function isName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value !== '' &&
    value.length <= LONGEST_NAME &&
    !/\p{Cc}/u.test(value)
  );
}

/** `azp` (OpenID Connect) or `client_id` (RFC 9068); undefined when they are unusable or name two clients. */
function clientOf({ azp, client_id: clientId }: JsonObject): string | undefined {
  const named = [azp, clientId].filter((one) => one !== undefined);
  if (!named.every(isName)) return undefined;
  const [first = '', second = first] = named;
  return first === second ? first : undefined;
}

/** A list with anything but texts in it is no list of audiences. */
function audiencesOf(aud: unknown): readonly string[] {
  if (typeof aud === 'string') return [aud];
  return Array.isArray(aud) && aud.every((one) => typeof one === 'string') ? aud : [];
}
