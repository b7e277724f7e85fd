import { decodeJwt } from 'jose';
import type { JWTPayload } from 'jose';

/** Claims of a JWT that came straight from its issuer over TLS, or was verified before; undefined when it is opaque. */
export function claimsOf(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}

export function audiencesOf({ aud }: JWTPayload): readonly string[] {
  return aud === undefined ? [] : [aud].flat();
}
