import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits, safe in URLs and cookies. */
export function newOpaqueId(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * What is stored in place of an id that opens something (state, cookie, code, refresh token): whoever reads the
 * database cannot use it. Plain SHA-256 suffices because the ids are random; `room` keeps equal ids of different kinds
 * apart.
 */
export function hashId(room: string, id: string): string {
  return createHash('sha256')
    .update(JSON.stringify([room, id]))
    .digest('base64url');
}
