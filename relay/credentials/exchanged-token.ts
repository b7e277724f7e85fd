import type { Principal } from '../access/principal.ts';
import type { TokenAnswer } from './token-answer.ts';
import { audiencesOf, claimsOf } from './token-claims.ts';

export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';
const JWT_TYPE = 'urn:ietf:params:oauth:token-type:jwt';

/** An opaque token of which nobody said how long it lives. */
const UNKNOWN_LIFE_SECONDS = 60;

export interface ExpectedToken {
  /** Nextcloud's audience by the names the provider may give it; one of them has to be there. */
  readonly audiences: readonly string[];
  readonly issuers: ReadonlySet<string>;
  /** Claim that says who it is for, and what the principal has there. */
  readonly subjectClaim: 'sub' | 'preferred_username';
}

export type CheckedToken =
  | { readonly ok: true; readonly token: string; readonly expiresAt: number }
  | { readonly ok: false; readonly reason: Flaw };

type Flaw =
  | 'not_a_bearer'
  | 'wrong_issued_type'
  | 'same_as_subject_token'
  | 'expired'
  | 'wrong_issuer'
  | 'wrong_audience'
  | 'another_subject';

/**
 * Whether what came back from an exchange may be used (RFC 8693 §2.2.1). A provider set up wrongly likes to give the
 * subject token back, a token for another service, or one of its own service account; each would be a passthrough or a
 * change of person. The signature is not checked: the token came straight from the issuer. `now` in epoch seconds.
 */
export function checkExchangedToken(
  answer: TokenAnswer,
  subject: { readonly token: string; readonly principal: Principal },
  expected: ExpectedToken,
  now: number,
): CheckedToken {
  const flaw = (reason: Flaw): CheckedToken => ({ ok: false, reason });
  if (answer.tokenType.toLowerCase() !== 'bearer') return flaw('not_a_bearer');
  if (![ACCESS_TOKEN_TYPE, JWT_TYPE].includes(answer.issuedTokenType ?? '')) {
    return flaw('wrong_issued_type');
  }
  const token = answer.accessToken;
  if (token === subject.token) return flaw('same_as_subject_token');
  const told = now + (answer.expiresIn ?? UNKNOWN_LIFE_SECONDS);
  const claims = claimsOf(token);
  if (claims === undefined) {
    return told > now ? { ok: true, token, expiresAt: told } : flaw('expired');
  }
  const expiresAt = Math.min(claims.exp ?? told, answer.expiresIn === undefined ? Infinity : told);
  if (expiresAt <= now) return flaw('expired');
  if (claims.iss === undefined || !expected.issuers.has(claims.iss)) return flaw('wrong_issuer');
  if (!audiencesOf(claims).some((one) => expected.audiences.includes(one))) {
    return flaw('wrong_audience');
  }
  const { subjectClaim } = expected;
  const person = subjectClaim === 'sub' ? subject.principal.subject : subject.principal.username;
  if (person === undefined || claims[subjectClaim] !== person) return flaw('another_subject');
  return { ok: true, token, expiresAt };
}
