import { createHash, randomBytes } from 'node:crypto';

/** 43 characters with 256 random bits (RFC 7636 §4.1). */
export function newVerifier(): string {
  return randomBytes(32).toString('base64url');
}

export function s256(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
