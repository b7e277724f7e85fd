import { createHash, hkdfSync } from 'node:crypto';
import { keyMaterial, keyTexts } from '../config/key-material.ts';
import { RelayError } from '../errors.ts';

const KEY_BYTES = 32;

export interface Key {
  /** 16 hex digits, stored with every secret so that the right key is found again; tells nothing about the key. */
  readonly id: string;
  /** 32 bytes for AES-256. */
  readonly bytes: Uint8Array;
}

export interface KeyRing {
  /** Encrypts. */
  readonly primary: Key;
  /** Decrypt: the primary one and those it replaced. */
  readonly all: readonly Key[];
}

/**
 * Reads `TOKEN_ENCRYPTION_KEY`: 32 random bytes as base64, base64url (a Fernet key is one) or 64 hex digits; several
 * separated by commas while keys are being changed, the new one first.
 *
 * @throws RelayError `configuration`, without the value.
 */
export function parseKeyRing(text: string): KeyRing {
  const [primary, ...older] = keyTexts(text).map((part, index) =>
    keyFrom(materialOf(part, index + 1)),
  );
  if (primary === undefined) throw unusable(1);
  return { primary, all: [primary, ...older] };
}

function materialOf(text: string, position: number): Buffer {
  const material = keyMaterial(text);
  if (material === undefined) throw unusable(position);
  return material;
}

function unusable(position: number): RelayError {
  return new RelayError(
    'configuration',
    `TOKEN_ENCRYPTION_KEY: key ${String(position)} is not 32 bytes in base64, base64url or hex.`,
    { hint: 'Make one with: openssl rand -base64 32' },
  );
}

/**
 * The key in use is derived, so that one which another program also holds (a Fernet key) never encrypts under two
 * algorithms.
 */
function keyFrom(material: Buffer): Key {
  const derived = (label: string, length: number): Buffer =>
    Buffer.from(hkdfSync('sha256', material, '', `nextcloud-mcp-gateway ${label}`, length));
  const bytes = derived('aes-256-gcm', KEY_BYTES);
  const id = createHash('sha256').update(derived('key id', KEY_BYTES)).digest('hex').slice(0, 16);
  return { id, bytes };
}
