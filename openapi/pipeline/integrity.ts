import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { DocumentError, asText, isObject, readObject } from './document.ts';

export interface IntegrityReport {
  readonly verified: number;
  /** Files that no signature lists, e.g. in a git checkout. */
  readonly unlisted: readonly string[];
}

/**
 * Compares files of a server tree with the SHA-512 sums that Nextcloud signs: `core/signature.json` (paths from the
 * root) and `apps/<app>/appinfo/signature.json` (paths from the app). Throws DocumentError on the first mismatch.
 * Source: the server's `lib/private/IntegrityCheck/Checker.php`.
 */
export function verifyIntegrity(root: string, files: readonly string[]): IntegrityReport {
  const signatures = new Map<string, Record<string, unknown>>();
  const hashes = (file: string): Record<string, unknown> => {
    const known = signatures.get(file);
    if (known !== undefined) return known;
    const read = existsSync(file) ? readObject(file)['hashes'] : {};
    if (!isObject(read)) throw new DocumentError(file, '', 'a signature without hashes');
    signatures.set(file, read);
    return read;
  };
  let verified = 0;
  const unlisted: string[] = [];
  for (const file of files) {
    const path = relative(root, file).split(sep).join('/');
    const [, app, inApp] = /^apps\/([^/]+)\/(.+)$/.exec(path) ?? [];
    const expected =
      (app === undefined || inApp === undefined
        ? undefined
        : asText(hashes(join(root, 'apps', app, 'appinfo', 'signature.json'))[inApp])) ??
      asText(hashes(join(root, 'core', 'signature.json'))[path]);
    if (expected === undefined) {
      unlisted.push(path);
      continue;
    }
    const actual = createHash('sha512').update(readFileSync(file)).digest('hex');
    if (actual !== expected) {
      throw new DocumentError(path, '', 'does not match the SHA-512 in the release signature');
    }
    verified += 1;
  }
  return { verified, unlisted };
}
