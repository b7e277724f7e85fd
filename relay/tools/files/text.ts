/** Text of some bytes, as far as they form whole characters. */
export interface DecodedText {
  readonly text: string;
  readonly charset: string;
  /** Bytes that were decoded: the rest is the beginning of a character. */
  readonly bytes: number;
}

const BINARY_TYPES =
  /^(?:audio|video|font|image(?!\/svg\+xml))\/|^application\/(?:pdf|zip|gzip|x-7z-compressed|x-tar|java-archive|msword|epub\+zip|vnd\.(?:ms-|openxmlformats|oasis\.))/;
const TEXT_TYPES =
  /^text\/|^application\/(?:[\w.+-]+\+)?(?:json|xml|yaml|x-yaml|javascript|ecmascript|typescript|sql|toml|x-sh|x-php|x-httpd-php|x-perl|x-tex|rtf|ld\+json|x-ndjson|x-subrip)$|\+(?:json|xml|yaml)$|^message\/rfc822$/;

/**
 * Decodes bytes that are text by their type or by their looks: UTF-8, UTF-16 (by its mark or its zeroes), and for text
 * types Windows-1252, which holds Latin-1. Undefined for anything else.
 *
 * @param whole no bytes follow: a cut character at the end is an error then
 */
export function decodeText(
  bytes: Uint8Array,
  contentType: string,
  { whole, charset }: { readonly whole: boolean; readonly charset?: string | undefined },
): DecodedText | undefined {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (charset !== undefined) return decodeAs(charset, bytes, whole);
  if (BINARY_TYPES.test(type)) return undefined;
  const marked = markOf(bytes);
  if (marked !== undefined) return decodeAs(marked, bytes, whole);
  const isText = TEXT_TYPES.test(type);
  const zeroes = zeroesOf(bytes);
  if (zeroes === 'none') {
    const utf8 = decodeAs('utf-8', bytes, whole);
    if (utf8 !== undefined) return utf8;
  } else if (isText && zeroes !== 'mixed') return decodeAs(zeroes, bytes, whole);
  return isText && zeroes === 'none' ? decodeAs('windows-1252', bytes, whole) : undefined;
}

function markOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 'utf-8' : undefined;
}

/** Latin letters in UTF-16 have every other byte zero; real text has none. */
function zeroesOf(bytes: Uint8Array): 'none' | 'utf-16le' | 'utf-16be' | 'mixed' {
  let even = 0;
  let odd = 0;
  for (const [index, byte] of bytes.subarray(0, 4096).entries()) {
    if (byte !== 0) continue;
    if (index % 2 === 0) even += 1;
    else odd += 1;
  }
  if (even === 0 && odd === 0) return bytes.includes(0, 4096) ? 'mixed' : 'none';
  const most = Math.min(bytes.length, 4096) / 2;
  if (even === 0 && odd > most * 0.3) return 'utf-16le';
  return odd === 0 && even > most * 0.3 ? 'utf-16be' : 'mixed';
}

function decodeAs(charset: string, bytes: Uint8Array, whole: boolean): DecodedText | undefined {
  const used = whole ? bytes.length : wholeCharacters(charset, bytes);
  try {
    const decoder = new TextDecoder(charset, { fatal: true });
    return {
      text: decoder.decode(bytes.subarray(0, used)),
      charset: decoder.encoding,
      bytes: used,
    };
  } catch {
    return undefined;
  }
}

/** Length without the beginning of a character at the end. */
function wholeCharacters(charset: string, bytes: Uint8Array): number {
  const { length } = bytes;
  if (/^utf-16/i.test(charset)) {
    const even = length - (length % 2);
    const high = bytes[/le$/i.test(charset) ? even - 1 : even - 2] ?? 0;
    return high >= 0xd8 && high <= 0xdb ? even - 2 : even;
  }
  if (!/^utf-?8$/i.test(charset)) return length;
  for (let back = 1; back <= Math.min(3, length); back += 1) {
    const byte = bytes[length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needed > back ? length - back : length;
  }
  return length;
}
