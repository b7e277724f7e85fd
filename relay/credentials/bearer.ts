import { createHash } from 'node:crypto';
import type { Credential } from '../nextcloud/credential.ts';

/** A token as Nextcloud gets it. */
export function bearer(token: string): Credential {
  const authorization = `Bearer ${token}`;
  return {
    kind: 'bearer',
    authorization,
    cacheKey: createHash('sha256').update(authorization).digest('base64url').slice(0, 22),
  };
}
