import { RelayError } from '../errors.ts';
import { encodePart } from './encode-part.ts';

/** Decides per path parameter whether its value may contain `/`. */
export type MayHaveSlashes = (name: string) => boolean;

/**
 * Fills `{name}` places of a path template. Each segment is encoded; values that would change the path's shape are
 * refused, because the server resolves `..` before it checks who may do what.
 *
 * @throws RelayError `invalid_argument`
 */
export function expandPath(
  template: string,
  values: Readonly<Record<string, unknown>>,
  mayHaveSlashes: MayHaveSlashes = () => false,
): string {
  return template.replace(/\{([^{}]+)\}/g, (_place, name: string) => {
    const text = asText(name, values[name]);
    return mayHaveSlashes(name) ? encodeSegments(name, text) : encodeSegment(name, text);
  });
}

/** Encodes a path that may contain `/`, e.g. of a DAV href. */
export function encodePath(name: string, path: string): string {
  return encodeSegments(name, path);
}

function asText(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  throw invalid(
    name,
    value === undefined || value === null ? 'is missing' : 'must be text or a number',
  );
}

/** A leading slash is dropped, one at the end stays (DAV collections end with it). */
function encodeSegments(name: string, text: string): string {
  // the root of a DAV collection has to be meant: an empty value is a forgotten one
  if (text === '/') return '';
  const segments = text.replace(/^\//, '').split('/');
  const end = segments.length > 1 && segments.at(-1) === '' ? '/' : '';
  if (end !== '') segments.pop();
  return segments.map((segment) => encodeSegment(name, segment)).join('/') + end;
}

function encodeSegment(name: string, segment: string): string {
  if (segment === '') throw invalid(name, 'must not be empty');
  if (segment === '.' || segment === '..')
    throw invalid(name, "must not be or contain '.' or '..' as a path segment");
  if (/[\u0000-\u001f\u007f]/.test(segment))
    throw invalid(name, 'must not contain control characters');
  return encodePart(segment);
}

function invalid(name: string, what: string): RelayError {
  return new RelayError('invalid_argument', `Argument '${name}' ${what}.`);
}
