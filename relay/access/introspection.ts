import type { JsonObject } from './compact-token.ts';
import { fetchObject } from './fetch-like.ts';
import type { FetchLike } from './fetch-like.ts';
import { isConstrained, isCurrent, isTime, tokenOf } from './token-claims.ts';
import type { ClaimRules } from './token-claims.ts';
import { refused } from './verification.ts';
import type { Verification } from './verification.ts';

/** Where and as whom an issuer is asked about tokens that only it can read (RFC 7662). */
export interface IntrospectionEndpoint {
  readonly issuer: string;
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clientAuth: 'client_secret_basic' | 'client_secret_post';
  readonly timeoutMs?: number;
}

/** Asks once. `reason: 'introspection_unavailable'` when no usable answer came; `onFailure` is told why. */
export async function introspect(
  token: string,
  endpoint: IntrospectionEndpoint,
  fetch: FetchLike,
  onFailure?: (cause: unknown) => void,
): Promise<{ readonly ok: true; readonly answer: JsonObject } | { readonly ok: false }> {
  const form = new URLSearchParams({ token, token_type_hint: 'access_token' });
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'Content-Type': 'application/x-www-form-urlencoded',
  };
  if (endpoint.clientAuth === 'client_secret_basic') headers.Authorization = basic(endpoint);
  else {
    form.set('client_id', endpoint.clientId);
    form.set('client_secret', endpoint.clientSecret);
  }
  try {
    const init = { method: 'POST', headers, body: form.toString() } as const;
    const answer = await fetchObject(fetch, endpoint.url, init, endpoint.timeoutMs ?? 5000);
    return { ok: true, answer };
  } catch (cause) {
    onFailure?.(cause);
    return { ok: false };
  }
}

/**
 * What an introspection answer is worth. `exp` is optional there (RFC 7662 §2.2); without it the answer itself is only
 * good for `briefly` seconds.
 *
 * @param now epoch seconds
 */
export function judgeAnswer(
  answer: JsonObject,
  endpoint: IntrospectionEndpoint,
  rules: ClaimRules,
  briefly: number,
  now: number,
): Verification {
  if (answer.active !== true) return refused('inactive');
  if (answer.iss !== undefined && answer.iss !== endpoint.issuer) return refused('issuer');
  // Some servers also know refresh and ID tokens here, as just as active.
  const types = [answer.token_type, answer.typ].filter((one) => one !== undefined);
  if (!types.every(isBearer)) return refused('not_an_access_token');
  if (isConstrained(answer)) return refused('sender_constrained');
  const exp = answer.exp ?? now + briefly;
  if (!isTime(exp)) return refused('time_claims');
  const time = isCurrent(exp, answer.nbf, rules.clockToleranceSeconds, now);
  if (time !== undefined) return refused(time);
  return tokenOf(answer, endpoint.issuer, exp, rules.scopePrefixes);
}

function isBearer(type: unknown): boolean {
  return typeof type === 'string' && ['bearer', 'access_token'].includes(type.toLowerCase());
}

/** RFC 6749 §2.3.1: both parts are form-encoded before they are joined. */
function basic({ clientId, clientSecret }: IntrospectionEndpoint): string {
  const encode = (text: string): string => new URLSearchParams({ t: text }).toString().slice(2);
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64')}`;
}
