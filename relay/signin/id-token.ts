import { createHash } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { SIGNATURE_ALGORITHMS } from '../access/token-header.ts';
import { RelayError } from '../errors.ts';

export interface IdTokenExpectations {
  readonly keys: JWTVerifyGetKey;
  readonly issuers: ReadonlySet<string>;
  readonly clientId: string;
  readonly nonce: string;
  /** Given out together with it; bound by `at_hash` where that is there. */
  readonly accessToken: string;
  /** Epoch seconds. */
  readonly now: number;
}

/** Who signed in, as a verified ID token says. */
export interface SignedIn {
  readonly issuer: string;
  readonly subject: string;
  /** `preferred_username`, `name` and `groups`, where the provider tells them. */
  readonly username?: string;
  readonly name?: string;
  readonly groups?: readonly string[];
}

const CLOCK_TOLERANCE_SECONDS = 30;

/**
 * Verifies an ID token (OpenID Connect Core §3.1.3.7).
 *
 * @throws RelayError `unauthorized`; the cause says why
 */
export async function verifyIdToken(
  token: string,
  expected: IdTokenExpectations,
): Promise<SignedIn> {
  try {
    const { payload } = await jwtVerify(token, expected.keys, {
      issuer: [...expected.issuers],
      audience: expected.clientId,
      algorithms: [...SIGNATURE_ALGORITHMS],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(expected.now * 1000),
      requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat', 'nonce'],
    });
    const { iss, sub, aud, azp, nonce, at_hash } = payload;
    if (nonce !== expected.nonce) throw new Error('another nonce');
    // a token for several parties says to which of them it was given
    if (azp !== undefined && azp !== expected.clientId) throw new Error('given to another client');
    if (Array.isArray(aud) && aud.length > 1 && azp === undefined) throw new Error('no azp');
    if (at_hash !== undefined && at_hash !== accessTokenHash(token, expected.accessToken)) {
      throw new Error('belongs to another access token');
    }
    if (iss === undefined || sub === undefined || sub === '') throw new Error('no subject');
    return { issuer: iss, subject: sub, ...personalClaims(payload) };
  } catch (cause) {
    if (cause instanceof RelayError) throw cause;
    throw new RelayError('unauthorized', 'The identity provider’s answer cannot be trusted.', {
      cause,
    });
  }
}

function personalClaims({ preferred_username, name, groups }: JWTPayload) {
  return {
    ...(isText(preferred_username) ? { username: preferred_username } : {}),
    ...(isText(name) ? { name } : {}),
    ...(Array.isArray(groups) ? { groups: groups.filter(isText) } : {}),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Left half of the hash that belongs to the signature's algorithm (OpenID Connect Core §3.1.3.6). */
function accessTokenHash(idToken: string, accessToken: string): string {
  const { alg = '' } = decodeProtectedHeader(idToken);
  const bits = alg.startsWith('Ed') ? '512' : alg.slice(-3);
  const digest = createHash(`sha${bits}`).update(accessToken, 'ascii').digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}
