import { createHash } from 'node:crypto';
import type { Credential } from '../nextcloud/credential.ts';

/** The same app password as a bearer: Nextcloud takes it where a route looks for tokens. */
export function appPasswordBearer(password: string): Credential {
  const authorization = `Bearer ${password}`;
  return {
    kind: 'bearer',
    authorization,
    cacheKey: createHash('sha256').update(authorization).digest('base64url').slice(0, 22),
  };
}
