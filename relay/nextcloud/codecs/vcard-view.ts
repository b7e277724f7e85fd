import type { Component, ContentLine } from './content-lines.ts';
import { splitValue, unescapeText } from './content-lines.ts';
import { dateOf } from './vcard-date.ts';
import { photoOf } from './vcard-photo.ts';
import { linesOf } from './vcard.ts';

/** One e-mail address, phone number, link … of a card. */
export interface EntryView {
  readonly value: string;
  /** Lower case: home, work, cell … */
  readonly types?: readonly string[];
  readonly preferred?: true;
  /** The person's own name for it. */
  readonly label?: string;
}

export interface AddressView extends Omit<EntryView, 'value'> {
  readonly po_box?: string;
  readonly extended?: string;
  readonly street?: string;
  readonly city?: string;
  readonly region?: string;
  readonly postal_code?: string;
  readonly country?: string;
}

/** Parts of N and ADR in the order of RFC 6350 sections 6.2.2 and 6.3.1. */
export const NAME_PARTS = ['family', 'given', 'additional', 'prefix', 'suffix'] as const;
export const ADDRESS_PARTS = [
  'po_box',
  'extended',
  'street',
  'city',
  'region',
  'postal_code',
  'country',
] as const;

/** A card as tools show it: what is not set is absent. */
export function contactView(card: Component): Record<string, unknown> {
  return present({
    uid: text(card, 'UID'),
    version: text(card, 'VERSION'),
    kind: linesOf(card, 'KIND')[0]?.text.toLowerCase(),
    fullname: text(card, 'FN'),
    name: structured(card.first('N'), NAME_PARTS),
    nickname: list(card, 'NICKNAME'),
    birthday: dateOf(card.first('BDAY')),
    anniversary: dateOf(linesOf(card, 'ANNIVERSARY')[0]),
    gender: genderOf(card),
    email: entries(card, 'EMAIL'),
    phone: entries(card, 'TEL'),
    address: addresses(card),
    url: entries(card, 'URL'),
    impp: entries(card, 'IMPP'),
    social: entries(card, 'X-SOCIALPROFILE'),
    org: filled(
      splitValue(card.first('ORG')?.value ?? '', ';')
        .map(unescapeText)
        .filter(notEmpty),
    ),
    title: text(card, 'TITLE'),
    role: text(card, 'ROLE'),
    note: text(card, 'NOTE'),
    categories: filled(categoriesOf(card)),
    related: entries(card, 'RELATED'),
    language: entries(card, 'LANG'),
    timezone: text(card, 'TZ'),
    geo: geoOf(card),
    ...photoFacts(card),
    revision: text(card, 'REV'),
  });
}

/** The groups a card is in. */
export function categoriesOf(card: Component): string[] {
  const all = card.lines('CATEGORIES').flatMap((line) => splitValue(line.value, ','));
  return [...new Set(all.map((one) => unescapeText(one).trim()).filter(notEmpty))];
}

function entryView(card: Component, line: ContentLine): EntryView {
  return present({ value: valueOf(line), ...describedBy(card, line) }) as unknown as EntryView;
}

/** Types without the mark for the preferred one, which vCard 3 keeps among them. */
export function typesOf(line: ContentLine): string[] {
  const bare = line.parameterNames.filter(
    (name) => BARE_TYPES.has(name) && line.parameter(name).length === 0,
  );
  const types = [...line.parameter('TYPE').flatMap((one) => one.split(',')), ...bare];
  return [...new Set(types.map((one) => one.trim().toLowerCase()).filter(notEmpty))];
}

export function isPreferred(line: ContentLine): boolean {
  return line.parameter('PREF')[0] === '1' || typesOf(line).includes('pref');
}

/** `TEL;HOME;VOICE:` as vCard 2.1 and some phones write it. */
const BARE_TYPES = new Set(['HOME', 'WORK', 'CELL', 'VOICE', 'FAX', 'PAGER', 'PREF', 'INTERNET']);

function describedBy(card: Component, line: ContentLine): Omit<EntryView, 'value'> {
  const label = labelOf(card, line);
  return {
    ...(filled(typesOf(line).filter((type) => type !== 'pref')) === undefined
      ? {}
      : { types: typesOf(line).filter((type) => type !== 'pref') }),
    ...(isPreferred(line) ? { preferred: true } : {}),
    ...(label === undefined ? {} : { label }),
  };
}

/** `item1.X-ABLabel:_$!<HomePage>!$_` names the line of the same group, in Apple's cards and Nextcloud's. */
function labelOf(card: Component, line: ContentLine): string | undefined {
  const own = line.parameter('LABEL')[0];
  const group = line.group?.toLowerCase();
  const mate = card
    .lines('X-ABLABEL')
    .find((one) => group !== undefined && one.group?.toLowerCase() === group);
  const label =
    mate?.text.replace(/^_\$!<(.*)>!\$_$/, '$1') ?? (line.name === 'ADR' ? undefined : own);
  return label === '' ? undefined : label;
}

/** URIs are not TEXT, but cards hold escaped ones all the same. */
export function valueOf(line: ContentLine): string {
  const value = line.text.trim();
  return line.name === 'TEL' ? value.replace(/^tel:/i, '') : value;
}

function entries(card: Component, property: string): EntryView[] | undefined {
  return filled(
    linesOf(card, property)
      .filter((line) => line.value.trim() !== '')
      .map((line) => entryView(card, line)),
  );
}

function addresses(card: Component): AddressView[] | undefined {
  return filled(
    card
      .lines('ADR')
      .map((line) => ({ ...structured(line, ADDRESS_PARTS), ...describedBy(card, line) }))
      .filter((view) => ADDRESS_PARTS.some((part) => part in view)),
  );
}

/** Named parts of a value with semicolons; empty ones are left out. */
export function structured<Part extends string>(
  line: ContentLine | undefined,
  names: readonly Part[],
): Partial<Record<Part, string>> | undefined {
  const parts = splitValue(line?.value ?? '', ';');
  const found = names.flatMap((name, index) => {
    const part = splitValue(parts[index] ?? '', ',')
      .map(unescapeText)
      .filter(notEmpty)
      .join(', ');
    return part === '' ? [] : [[name, part] as const];
  });
  return found.length === 0
    ? undefined
    : (Object.fromEntries(found) as Partial<Record<Part, string>>);
}

function list(card: Component, property: string): string[] | undefined {
  const values = card.lines(property).flatMap((line) => splitValue(line.value, ','));
  return filled(values.map((value) => unescapeText(value).trim()).filter(notEmpty));
}

function genderOf(card: Component): string | undefined {
  const [line] = linesOf(card, 'GENDER');
  const parts = splitValue(line?.value ?? '', ';')
    .map(unescapeText)
    .filter(notEmpty);
  return parts.length === 0 ? undefined : parts.join('; ');
}

/** `lat,lon` from `geo:37.38,-122.08` and from version 3's `37.38;-122.08`. */
function geoOf(card: Component): string | undefined {
  const value = card.first('GEO')?.text.replace(/^geo:/i, '').replace(';', ',');
  return value === '' ? undefined : value;
}

function photoFacts(card: Component): Record<string, unknown> {
  const photo = photoOf(card);
  if (photo === undefined) return { has_photo: false };
  return present({ has_photo: true, photo_type: photo.mediaType, photo_url: photo.url });
}

function text(card: Component, property: string): string | undefined {
  const value = card.text(property)?.trim();
  return value === '' ? undefined : value;
}

function filled<T>(values: readonly T[]): T[] | undefined {
  return values.length === 0 ? undefined : [...values];
}

function present(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''),
  );
}

function notEmpty(value: string): boolean {
  return value !== '';
}
