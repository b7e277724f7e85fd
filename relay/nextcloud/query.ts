import { RelayError } from '../errors.ts';
import { encodePart } from './encode-part.ts';

/** Names and values of a query or a form, in order. */
export type Pairs = (readonly [name: string, value: string])[];

/**
 * Writes one value as PHP reads it: lists as repeated `name[]`, objects, where allowed, as `name[key]`. Null and
 * undefined are left out. Booleans are `true` and `false`: PHP takes `False`, `no` and `off` for true.
 *
 * @throws RelayError `invalid_argument` for an object where none is allowed
 */
export function appendValue(
  pairs: Pairs,
  name: string,
  value: unknown,
  options: { readonly argument: string; readonly objects: boolean },
): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) {
    const list = name.endsWith('[]') ? name : `${name}[]`;
    for (const item of value as unknown[]) appendItem(pairs, list, item, options.argument);
  } else if (typeof value === 'object') {
    if (!options.objects) throw notPlain(options.argument);
    for (const [key, part] of Object.entries(value)) {
      appendValue(pairs, `${name}[${key}]`, part, options);
    }
  } else {
    appendItem(pairs, name, value, options.argument);
  }
}

export function encodePairs(pairs: Pairs): string {
  return pairs.map(([name, value]) => `${encodePart(name)}=${encodePart(value)}`).join('&');
}

function appendItem(pairs: Pairs, name: string, value: unknown, argument: string): void {
  const plain = ['string', 'number', 'boolean', 'bigint'].includes(typeof value);
  if (!plain) throw notPlain(argument);
  pairs.push([name, String(value)]);
}

function notPlain(argument: string): RelayError {
  return new RelayError(
    'invalid_argument',
    `Argument '${argument}' must be text, a number, a boolean or a list of these.`,
  );
}
