import { RelayError } from '../errors.ts';

/**
 * Percent-encodes one path segment, query name or query value.
 *
 * @throws RelayError `invalid_argument` for half a surrogate pair, which has no UTF-8 form
 */
export function encodePart(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    throw new RelayError('invalid_argument', 'An argument holds text that is not valid Unicode.');
  }
}
