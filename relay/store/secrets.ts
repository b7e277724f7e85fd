import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { RelayError } from '../errors.ts';
import type { Key, KeyRing } from './key-ring.ts';
import type { SealedColumn } from './sealed-columns.ts';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals what may not lie in clear in the database. */
export interface Secrets {
  readonly primaryKeyId: string;
  /** AES-256-GCM under the primary key: `key id.nonce.ciphertext.tag`, the last three base64url. */
  seal(column: SealedColumn, row: string, text: string): string;
  /**
   * The text again. The place is authenticated with it, so an envelope that was moved to another row or column is
   * refused like one that was changed.
   *
   * @throws RelayError `internal`
   */
  open(column: SealedColumn, row: string, envelope: string): string;
}

export function secretsOf(ring: KeyRing): Secrets {
  const keys = new Map(ring.all.map((key) => [key.id, key]));
  return {
    primaryKeyId: ring.primary.id,
    seal: (column, row, text) => seal(ring.primary, placeOf(column, row), text),
    open(column, row, envelope) {
      const [keyId = '', ...parts] = envelope.split('.');
      const key = keys.get(keyId);
      if (key === undefined) throw unreadable(column, 'its key is not among the given ones');
      try {
        return open(key, placeOf(column, row), parts);
      } catch (cause) {
        throw unreadable(column, 'it was changed or moved', cause);
      }
    },
  };
}

function placeOf(column: SealedColumn, row: string): Buffer {
  return Buffer.from(JSON.stringify([column, row]));
}

function seal(key: Key, place: Buffer, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key.bytes, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(place);
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const parts = [nonce, ciphertext, cipher.getAuthTag()];
  return [key.id, ...parts.map((part) => part.toString('base64url'))].join('.');
}

function open(key: Key, place: Buffer, parts: readonly string[]): string {
  const [nonce, ciphertext, tag] = parts.map((part) => Buffer.from(part, 'base64url'));
  if (nonce === undefined || ciphertext === undefined || tag === undefined) {
    throw new Error('not an envelope');
  }
  const decipher = createDecipheriv(ALGORITHM, key.bytes, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(place);
  decipher.setAuthTag(tag);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
}

function unreadable(column: SealedColumn, why: string, cause?: unknown): RelayError {
  return new RelayError('internal', `A stored secret (${column}) cannot be read: ${why}.`, {
    hint: 'Check TOKEN_ENCRYPTION_KEY; a key that was replaced stays listed until all secrets were rewritten.',
    cause,
  });
}
