import { compactVerify, errors } from 'jose';
import { parseCompact } from './compact-token.ts';
import type { IssuerKeys } from './issuer-keys.ts';
import { checkClaims } from './token-claims.ts';
import type { ClaimRules } from './token-claims.ts';
import { SIGNATURE_ALGORITHMS, checkHeader } from './token-header.ts';
import { refused } from './verification.ts';
import type { Verification } from './verification.ts';

/** Longer ones are not looked at; Node takes about as much for all headers together. */
export const LONGEST_TOKEN = 16_384;

export interface TokenRules extends ClaimRules {
  /** Default: every asymmetric one. */
  readonly algorithms?: readonly string[];
}

/**
 * Is this a JWT access token of an issuer we trust, signed by it and valid now? Whom it was issued for is another
 * question (`audience.ts`).
 *
 * @param keys by issuer, exactly as `iss` spells it; an issuer that is not in it is not trusted
 * @param now epoch seconds
 */
export async function verifyAccessToken(
  token: string,
  keys: ReadonlyMap<string, IssuerKeys>,
  rules: TokenRules,
  now: number,
): Promise<Verification> {
  if (token.length > LONGEST_TOKEN) return refused('too_long');
  const parsed = parseCompact(token);
  if (parsed === undefined) return refused('malformed');
  const header = checkHeader(parsed.header, rules.algorithms ?? SIGNATURE_ALGORITHMS);
  if (!header.ok) return header;
  // Only picks whose keys are tried; it is believed once the signature fits.
  const { iss } = parsed.payload;
  const issuer = typeof iss === 'string' ? keys.get(iss) : undefined;
  if (issuer === undefined) return refused('issuer');
  const found = await issuer.find(header);
  if (!found.ok) return found;
  const signed = await isSigned(token, found.key, header.alg);
  if (signed !== 'yes') return refused(signed);
  return checkClaims(parsed.payload, header, rules, now);
}

type Key = Parameters<typeof compactVerify>[1];

async function isSigned(
  token: string,
  key: Key,
  alg: string,
): Promise<'yes' | 'signature' | 'unusable_key'> {
  try {
    await compactVerify(token, key, { algorithms: [alg] });
    return 'yes';
  } catch (thrown) {
    // Anything else is about the key: an RSA key that is too short, for instance.
    return thrown instanceof errors.JWSSignatureVerificationFailed ? 'signature' : 'unusable_key';
  }
}
