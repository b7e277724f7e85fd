import { createHash } from 'node:crypto';
import type { Principal } from '../store/principal.ts';

const SUBJECT_LENGTH = 22;

/**
 * The person behind a Nextcloud account as our own tokens name them: the same at every sign-in, different on every
 * Nextcloud, and telling nothing of the account (132 bits of a SHA-256).
 *
 * @param issuer the gateway's own authorization server
 * @param nextcloudUrl as configured, not as Nextcloud calls itself
 */
export function accountPrincipal(issuer: string, nextcloudUrl: string, userId: string): Principal {
  const account = createHash('sha256').update(`${nextcloudUrl}\n${userId}`).digest('base64url');
  return { issuer, subject: account.slice(0, SUBJECT_LENGTH) };
}
