import { unzipSync } from 'fflate';
import { UnreadableDocument } from './document.ts';

/** Unpacked bytes at most: a small archive can hold gigabytes of zeroes. */
const MAX_UNPACKED = 96 * 1024 * 1024;
const MAX_ENTRIES = 20_000;

/** The wanted files of a zip archive, by name. Entries never grow beyond the size the archive states for them. */
export class Archive {
  readonly names: readonly string[];
  readonly #files: Readonly<Record<string, Uint8Array>>;

  constructor(bytes: Uint8Array, wanted: (name: string) => boolean) {
    let unpacked = 0;
    const names: string[] = [];
    try {
      this.#files = unzipSync(bytes, {
        filter({ name, originalSize }) {
          names.push(name);
          if (names.length > MAX_ENTRIES) throw new UnreadableDocument('It has too many parts.');
          if (!wanted(name)) return false;
          unpacked += originalSize;
          if (unpacked > MAX_UNPACKED)
            throw new UnreadableDocument('Unpacked, it is larger than this gateway reads.');
          return true;
        },
      });
    } catch (error) {
      if (error instanceof UnreadableDocument) throw error;
      throw new UnreadableDocument('It is damaged, encrypted, or not what its name says.');
    }
    this.names = names;
  }

  /** Text of one file, or undefined when the archive does not have it. */
  text(name: string): string | undefined {
    const bytes = Object.hasOwn(this.#files, name) ? this.#files[name] : undefined;
    if (bytes === undefined) return undefined;
    const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
    return new TextDecoder(utf16 ? 'utf-16le' : 'utf-8').decode(bytes);
  }

  /** @throws UnreadableDocument */
  need(name: string): string {
    const text = this.text(name);
    if (text === undefined)
      throw new UnreadableDocument(`It has no ${name}: damaged or encrypted.`);
    return text;
  }

  count(pattern: RegExp): number {
    return this.names.filter((name) => pattern.test(name)).length;
  }
}

/** Targets of an OOXML relationships file by id, below the folder of its source. */
export function resolve(base: string, target: string): string {
  if (target.startsWith('/')) return target.slice(1);
  const segments = base.split('/').slice(0, -1);
  for (const segment of target.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '.') segments.push(segment);
  }
  return segments.join('/');
}
