import { RelayError } from '../../errors.ts';
import type { Described, EntryChange } from '../../nextcloud/codecs/vcard-entries.ts';

export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A text; numbers stand for their digits, null for nothing. */
export function textOf(field: string, value: Json | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') throw unusable(field, 'must be a text');
  if (!value.isWellFormed()) throw unusable(field, 'is not valid Unicode');
  return value.trim();
}

export function isFields(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One or many; nothing for an empty value. */
export function listOf(value: Json): readonly Json[] {
  if (value === null || value === '') return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value];
}

/** An e-mail address, number, link …: a text, or an object with more about it. */
export function entryOf(field: string, value: Json): EntryChange {
  if (!isFields(value)) return filled(field, textOf(field, value));
  const { value: own, type, types, preferred, pref, label, ...rest } = value;
  const [[alias, other] = [], ...more] = Object.entries(rest);
  const word =
    alias === undefined ||
    ['email', 'number', 'phone', 'tel', 'address', 'url', 'uri'].includes(alias);
  if (!word || more.length > 0 || (own !== undefined && alias !== undefined))
    throw unusable(
      field,
      `takes value, type, preferred and label, not ${Object.keys(rest).join(', ')}`,
    );
  const wishes = {
    type: type ?? null,
    types: types ?? null,
    preferred: preferred ?? null,
    pref: pref ?? null,
  };
  const labelled = label === undefined ? {} : { label };
  return {
    ...filled(field, textOf(field, own ?? other)),
    ...described(field, { ...wishes, ...labelled }),
  };
}

/** Type, preference and label of an entry or address. */
export function described(field: string, given: Readonly<Record<string, Json>>): Described {
  const types = [given['type'], given['types']]
    .flatMap((one) => (one === undefined ? [] : listOf(one)))
    .map((one) => textOf(field, one).toLowerCase())
    .filter((one) => one !== '');
  for (const type of types)
    if (!/^[a-z0-9-]{1,40}$/.test(type))
      throw unusable(field, `has a type that is none: ${JSON.stringify(type)}`);
  const preferred = given['preferred'] ?? given['pref'];
  return {
    ...(types.length === 0 ? {} : { types: types.filter((type) => type !== 'pref') }),
    ...(types.includes('pref') ? { preferred: true } : {}),
    ...(preferred === undefined || preferred === null
      ? {}
      : {
          preferred:
            preferred === true || preferred === 1 || preferred === '1' || preferred === 'true',
        }),
    ...('label' in given ? { label: textOf(field, given['label']) } : {}),
  };
}

function filled(field: string, value: string): EntryChange {
  if (value === '') throw unusable(field, 'has an entry without a value');
  return { value };
}

export function unusable(field: string, what: string): RelayError {
  return new RelayError('invalid_argument', `contact_data.${field} ${what}.`);
}
