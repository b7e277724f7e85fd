import { RelayError } from '../../errors.ts';

/** Octets of one physical line without its line ending (RFC 5545 section 3.1, RFC 6350 section 3.2). */
const LINE_OCTETS = 75;
/** C0 controls but tab, and DEL: neither format can carry them. */
const UNCARRIABLE = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g;

/** TEXT as it stands in a value: backslash, comma, semicolon and line breaks escaped (RFC 5545 section 3.3.11). */
export function escapeText(text: string): string {
  return text
    .replace(UNCARRIABLE, '')
    .replace(/[\\;,]/g, '\\$&')
    .replace(/\r\n|\r|\n/g, '\\n');
}

/** The text a TEXT value stands for. A backslash before anything else stays, as other writers leave some unescaped. */
export function unescapeText(value: string): string {
  return value.replace(/\\([\\;,nN:"])/g, (_match, char: string) =>
    /n/i.test(char) ? '\n' : char,
  );
}

/** Splits a value at separators that are not escaped: `a\,b,c` at `,` is `a\,b` and `c`. Parts stay escaped. */
export function splitValue(value: string, separator: ',' | ';'): string[] {
  const parts: string[] = [];
  let part = '';
  for (let index = 0; index < value.length; index += 1) {
    const char = value.charAt(index);
    if (char === separator) {
      parts.push(part);
      part = '';
      continue;
    }
    const taken = char === '\\' ? value.slice(index, index + 2) : char;
    index += taken.length - 1;
    part += taken;
  }
  return [...parts, part];
}

/** A parameter value on the wire: RFC 6868 carets, quoted when it holds a separator. */
export function encodeParameterValue(value: string): string {
  const escaped = value
    .replace(UNCARRIABLE, '')
    .replaceAll('^', '^^')
    .replace(/\r\n|\r|\n/g, '^n')
    .replaceAll('"', "^'");
  return /[:;,]/.test(escaped) ? `"${escaped}"` : escaped;
}

/** The text behind a parameter value, quotes taken off and carets resolved (RFC 6868 section 3.1). */
export function decodeParameterValue(raw: string): string {
  const inner = /^"(.*)"$/s.exec(raw)?.[1] ?? raw;
  return inner.replace(/\^([n'^])/g, (_match, char: string) =>
    char === 'n' ? '\n' : char === "'" ? '"' : '^',
  );
}

/** Refuses what would end the line: a value may reach this place only encoded. */
export function oneLine(value: string): string {
  if (/[\r\n\0]/.test(value)) {
    throw new RelayError('invalid_argument', 'A value must not contain a line break here.');
  }
  return value;
}

/** Folds one logical line at 75 octets, never inside a code point, and ends it. */
export function foldLine(line: string, lineEnd: string): string {
  let folded = '';
  let octets = 0;
  for (const char of line) {
    const size = Buffer.byteLength(char);
    if (octets + size > LINE_OCTETS) {
      folded += `${lineEnd} `;
      octets = 1;
    }
    folded += char;
    octets += size;
  }
  return folded + lineEnd;
}
