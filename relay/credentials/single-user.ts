import { createHash } from 'node:crypto';
import type { Credential } from '../nextcloud/credential.ts';

/** The app password from the configuration (RFC 7617; Nextcloud reads both parts as UTF-8). */
export function singleUser(username: string, password: string): Credential {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
  return {
    kind: 'basic',
    authorization,
    cacheKey: createHash('sha256').update(authorization).digest('base64url').slice(0, 22),
  };
}
