import { RelayError } from '../../errors.ts';
import { didYouMean } from '../../nearest.ts';
import type { AddressParts } from '../../nextcloud/codecs/vcard-address.ts';
import type {
  CardChange,
  EntryProperty,
  TextProperty,
} from '../../nextcloud/codecs/vcard-change.ts';
import { readDate } from '../../nextcloud/codecs/vcard-date.ts';
import { ADDRESS_PARTS, NAME_PARTS } from '../../nextcloud/codecs/vcard-view.ts';
import { described, entryOf, isFields, listOf, textOf, unusable } from './contact-values.ts';
import type { Json } from './contact-values.ts';

/** What clients are told about `contact_data`. */
export const CONTACT_DATA =
  'Texts: fn (shown name), title, role, note, gender, timezone, geo ("lat,lon"), kind. Dates: bday, anniversary ' +
  '(YYYY-MM-DD, --MM-DD). Lists: nickname, categories (groups), org ([company, department]). ' +
  'name: {family, given, additional, prefix, suffix}. email, tel, url, impp, social, related, lang: a text, ' +
  '{value, type, preferred, label}, or a list of these. address: a text, {street, city, region, postal_code, country, ' +
  'po_box, extended, type}, or a list.';

type Read = (field: string, value: Json) => CardChange[];

const text =
  (property: TextProperty): Read =>
  (field, value) => [{ kind: 'text', property, text: textOf(field, value) }];

const entries =
  (property: EntryProperty): Read =>
  (field, value) => {
    const given = listOf(value);
    const whole = Array.isArray(value) || given.length === 0;
    return [{ kind: 'entries', property, entries: given.map((one) => entryOf(field, one)), whole }];
  };

const date =
  (property: 'BDAY' | 'ANNIVERSARY'): Read =>
  (field, value) => {
    const given = textOf(field, value);
    const read = given === '' ? '' : readDate(given);
    if (read === undefined)
      throw unusable(field, 'must be a date: YYYY-MM-DD, or --MM-DD without a year');
    return [{ kind: 'date', property, date: read }];
  };

const list =
  (property: 'NICKNAME' | 'CATEGORIES', splits: boolean): Read =>
  (field, value) => {
    const given = listOf(value).map((one) => textOf(field, one));
    const values = splits && typeof value === 'string' ? value.split(',') : given;
    return [
      {
        kind: 'list',
        property,
        values: values.map((one) => one.trim()).filter((one) => one !== ''),
      },
    ];
  };

const FIELDS: Readonly<Record<string, Read>> = {
  fn: text('FN'),
  title: text('TITLE'),
  role: text('ROLE'),
  note: text('NOTE'),
  timezone: text('TZ'),
  geo: readGeo,
  gender: readGender,
  kind: readKind,
  bday: date('BDAY'),
  anniversary: date('ANNIVERSARY'),
  nickname: list('NICKNAME', false),
  categories: list('CATEGORIES', true),
  org: readOrg,
  name: readName,
  email: entries('EMAIL'),
  tel: entries('TEL'),
  url: entries('URL'),
  impp: entries('IMPP'),
  social: entries('X-SOCIALPROFILE'),
  related: entries('RELATED'),
  lang: entries('LANG'),
  address: readAddress,
  given_name: (field, value) => [{ kind: 'name', parts: { given: textOf(field, value) } }],
  family_name: (field, value) => [{ kind: 'name', parts: { family: textOf(field, value) } }],
};

/** Other words for the same, as vCard, our own answers and models say them. */
const ALIASES: Readonly<Record<string, string>> = {
  fullname: 'fn',
  full_name: 'fn',
  display_name: 'fn',
  n: 'name',
  first_name: 'given_name',
  last_name: 'family_name',
  emails: 'email',
  phone: 'tel',
  phones: 'tel',
  telephone: 'tel',
  birthday: 'bday',
  organization: 'org',
  organisation: 'org',
  company: 'org',
  adr: 'address',
  addresses: 'address',
  groups: 'categories',
  urls: 'url',
  website: 'url',
  nicknames: 'nickname',
  notes: 'note',
  tz: 'timezone',
  language: 'lang',
  job_title: 'title',
};

/**
 * What a caller wants a contact to be, as changes of a card. Empty values remove. Unknown fields are refused: what
 * would be dropped in silence is lost.
 *
 * @throws RelayError `invalid_argument` naming the field
 */
export function changesFrom(data: Readonly<Record<string, unknown>>): CardChange[] {
  const changes = Object.entries(data).flatMap(([given, value]) => {
    const name = given.toLowerCase();
    const field = Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;
    const read = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
    if (read === undefined) throw unknownField(given);
    // a text under `name` is the name people read
    if (field === 'name' && typeof value === 'string' && !value.includes(';'))
      return text('FN')(given, value);
    return read(given, value as Json);
  });
  if (changes.length === 0)
    throw new RelayError('invalid_argument', 'contact_data says nothing to store.', {
      hint: CONTACT_DATA,
    });
  return changes;
}

function unknownField(given: string): RelayError {
  const known = [...Object.keys(FIELDS), ...Object.keys(ALIASES)];
  return new RelayError(
    'invalid_argument',
    `contact_data has no field ${JSON.stringify(given)}.${didYouMean(given, known)}`,
    { hint: CONTACT_DATA },
  );
}

function readName(field: string, value: Json): CardChange[] {
  if (isFields(value))
    return [{ kind: 'name', parts: named(field, value, NAME_PARTS, NAME_WORDS) }];
  // in the order of N, as a list or with semicolons; nothing clears all parts
  const given = typeof value === 'string' ? value.split(';') : listOf(value);
  const parts = NAME_PARTS.map((part, at) => [part, textOf(field, given[at])] as const);
  return [{ kind: 'name', parts: Object.fromEntries(parts) }];
}

const NAME_WORDS: Readonly<Record<string, string>> = {
  last: 'family',
  family_name: 'family',
  last_name: 'family',
  first: 'given',
  given_name: 'given',
  first_name: 'given',
  middle: 'additional',
};

const ADDRESS_WORDS: Readonly<Record<string, string>> = {
  locality: 'city',
  town: 'city',
  state: 'region',
  zip: 'postal_code',
  postcode: 'postal_code',
  postalcode: 'postal_code',
  postal: 'postal_code',
  pobox: 'po_box',
};

function readAddress(field: string, value: Json): CardChange[] {
  const given = listOf(value);
  const addresses = given.map((one) => {
    if (!isFields(one)) {
      const blank = Object.fromEntries(ADDRESS_PARTS.map((part) => [part, '']));
      return { parts: { ...blank, street: textOf(field, one) } };
    }
    const {
      type: _type,
      types: _types,
      preferred: _preferred,
      pref: _pref,
      label: _label,
      ...rest
    } = one;
    const parts: AddressParts = named(field, rest, ADDRESS_PARTS, ADDRESS_WORDS);
    return { parts, ...described(field, one) };
  });
  return [{ kind: 'addresses', addresses, whole: Array.isArray(value) || given.length === 0 }];
}

function named<Part extends string>(
  field: string,
  given: Readonly<Record<string, Json>>,
  parts: readonly Part[],
  words: Readonly<Record<string, string>>,
): Partial<Record<Part, string>> {
  const found = Object.entries(given).map(([key, value]) => {
    const part = Object.hasOwn(words, key) ? words[key] : key;
    if (!parts.includes(part as Part))
      throw unusable(field, `has no part ${JSON.stringify(key)}; parts: ${parts.join(', ')}`);
    return [part, textOf(field, value)] as const;
  });
  return Object.fromEntries(found) as Partial<Record<Part, string>>;
}

function readOrg(field: string, value: Json): CardChange[] {
  const units = listOf(value).map((one) => textOf(field, one).trim());
  while (units.at(-1) === '') units.pop();
  return [{ kind: 'org', units }];
}

function readGeo(field: string, value: Json): CardChange[] {
  const given = textOf(field, value).replace(/^geo:/i, '').replace(/\s/g, '').replace(';', ',');
  if (given !== '' && !/^-?\d{1,2}(?:\.\d+)?,-?\d{1,3}(?:\.\d+)?$/.test(given))
    throw unusable(field, 'must be latitude and longitude, for example 48.2,16.37');
  return [{ kind: 'text', property: 'GEO', text: given }];
}

/** RFC 6350 section 6.2.7 */
const SEXES: Readonly<Record<string, string>> = {
  male: 'M',
  female: 'F',
  other: 'O',
  none: 'N',
  unknown: 'U',
};

function readGender(field: string, value: Json): CardChange[] {
  const given = textOf(field, value);
  const letter = /^[mfonu]$/i.test(given) ? given.toUpperCase() : SEXES[given.toLowerCase()];
  return [{ kind: 'text', property: 'GENDER', text: letter ?? given }];
}

function readKind(field: string, value: Json): CardChange[] {
  const given = textOf(field, value).toLowerCase();
  if (!/^(?:|individual|group|org|location|x-[a-z0-9-]+)$/.test(given))
    throw unusable(field, 'must be individual, group, org or location');
  return [{ kind: 'text', property: 'KIND', text: given }];
}
