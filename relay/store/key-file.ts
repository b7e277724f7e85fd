import { randomBytes, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { RelayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { parseKeyRing } from './key-ring.ts';
import type { KeyRing } from './key-ring.ts';

export interface KeySource {
  /** Value of `TOKEN_ENCRYPTION_KEY`, when set. */
  readonly text?: string | undefined;
  /** Where a generated key lives otherwise; made (0600) on the first start. */
  readonly file: string;
  readonly log: Logger;
}

/**
 * The keys that protect stored secrets.
 *
 * @throws RelayError `configuration` for a key that cannot be one.
 */
export function loadKeyRing({ text, file, log }: KeySource): KeyRing {
  if (text !== undefined && text.trim() !== '') return parseKeyRing(text);
  const stored = readOrMake(file, log);
  try {
    return parseKeyRing(stored.trim());
  } catch (cause) {
    const message = `The key file ${file} does not hold a key.`;
    const hint = 'Restore it from a backup, or set TOKEN_ENCRYPTION_KEY.';
    throw new RelayError('configuration', message, { hint, cause });
  }
}

function readOrMake(file: string, log: Logger): string {
  try {
    const stored = read(file) ?? generate(file, log);
    if ((statSync(file).mode & 0o077) !== 0) {
      log.warn('The key file can be read by other users of this machine; set its mode to 0600.', {
        file,
      });
    }
    return stored;
  } catch (cause) {
    throw new RelayError('configuration', `The key file ${file} can be neither read nor made.`, {
      hint: 'Check that its folder exists and may be written by the gateway, or set TOKEN_ENCRYPTION_KEY.',
      cause,
    });
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Written beside and linked into place: of two processes that start together one wins whole, and both read that key. */
function generate(file: string, log: Logger): string {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, `${randomBytes(32).toString('base64')}\n`, {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  });
  try {
    linkSync(draft, file);
    log.warn(
      'Made a key for stored secrets. Keep a copy: without it everybody has to sign in again. ' +
        'Several gateways on one database need the same TOKEN_ENCRYPTION_KEY.',
      { file },
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
  return readFileSync(file, 'utf8');
}
