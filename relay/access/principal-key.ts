import { createHash } from 'node:crypto';

/**
 * One stable, non-secret name for a person as an issuer knows them. A subject alone means nothing: two issuers may give
 * the same one to two people. The separator cannot occur in an issuer URL, so no two pairs share a key.
 */
export function principalKey(issuer: string, subject: string): string {
  return createHash('sha256').update(`${issuer}\u0000${subject}`, 'utf8').digest('base64url');
}
