import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Long enough to be no coincidence, short enough to find a token that SQLite spread over two pages. */
const NEEDLE = 24;

/** All bytes in a folder as one text, a character each: the database, its `-wal`, its `-shm`, whatever else is there. */
export function bytesIn(folder: string): string {
  return readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'latin1'))
    .join('\n');
}

/** Those secrets of which a piece stands in the text, as it is or in base64 or hex. Tokens are told apart at their end. */
export function inClear(text: string, secrets: Iterable<string>): string[] {
  return [...secrets].filter((secret) =>
    [
      secret.slice(-NEEDLE),
      Buffer.from(secret).toString('base64url').slice(0, NEEDLE),
      Buffer.from(secret)
        .toString('hex')
        .slice(0, 2 * NEEDLE),
    ].some((needle) => text.includes(needle)),
  );
}
