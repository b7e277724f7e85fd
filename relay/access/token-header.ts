import type { JsonObject } from './compact-token.ts';
import { refused } from './verification.ts';
import type { Refused, TokenRefusal } from './verification.ts';

/** Asymmetric signatures only: with an HMAC whoever can check a token could also make one, and `none` is no signature. */
export const SIGNATURE_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

/** RFC 9068 §2.1. The type says that this is an access token, whatever else stands in it. */
const ACCESS_TOKEN_TYPES = new Set(['at+jwt', 'application/at+jwt']);
const PLAIN_TYPE = 'jwt';

/** Ways to bring one's own key along (RFC 7515 §4.1); a key is trusted because of where it lies, never because it came. */
const EMBEDDED_KEYS = ['jwk', 'jku', 'x5u', 'x5c'];

const LONGEST_KEY_ID = 512;

export interface HeaderFacts {
  readonly ok: true;
  readonly alg: string;
  readonly kid: string | undefined;
  /** The header itself declares an access token. */
  readonly declared: boolean;
}

/** What can be refused before any key is looked for. */
export function checkHeader(
  header: JsonObject,
  algorithms: readonly string[],
): HeaderFacts | Refused<TokenRefusal> {
  const { alg, kid, typ } = header;
  if (typeof alg !== 'string' || !algorithms.includes(alg)) return refused('algorithm');
  // No extension is understood here, so each critical one must be refused (RFC 7515 §4.1.11); `b64` is one.
  if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64'))
    return refused('critical_header');
  if (EMBEDDED_KEYS.some((name) => Object.hasOwn(header, name))) return refused('embedded_key');
  if (typeof typ !== 'string') return refused('type');
  const type = typ.toLowerCase();
  const declared = ACCESS_TOKEN_TYPES.has(type);
  if (!declared && type !== PLAIN_TYPE) return refused('type');
  if (kid !== undefined && (typeof kid !== 'string' || kid === '' || kid.length > LONGEST_KEY_ID))
    return refused('malformed');
  return { ok: true, alg, kid, declared };
}
