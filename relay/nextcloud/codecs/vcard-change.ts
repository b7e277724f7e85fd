import { Component, escapeText, splitValue, unescapeText } from './content-lines.ts';
import { setAddresses } from './vcard-address.ts';
import type { AddressChange } from './vcard-address.ts';
import { setDate } from './vcard-date.ts';
import { setEntries } from './vcard-entries.ts';
import type { EntryChange } from './vcard-entries.ts';
import { setParts } from './vcard-structure.ts';
import { NAME_PARTS } from './vcard-view.ts';
import { isVersion4, linesOf, nameFor, removeLine } from './vcard.ts';

export type TextProperty = 'FN' | 'TITLE' | 'ROLE' | 'NOTE' | 'TZ' | 'GEO' | 'GENDER' | 'KIND';
export type EntryProperty =
  'EMAIL' | 'TEL' | 'URL' | 'IMPP' | 'X-SOCIALPROFILE' | 'RELATED' | 'LANG';

/** One wish about a card. Empty texts and lists remove. `whole`: the list is all there shall be, not just the first. */
export type CardChange =
  | { readonly kind: 'text'; readonly property: TextProperty; readonly text: string }
  | { readonly kind: 'date'; readonly property: 'BDAY' | 'ANNIVERSARY'; readonly date: string }
  | {
      readonly kind: 'list';
      readonly property: 'NICKNAME' | 'CATEGORIES';
      readonly values: readonly string[];
    }
  | { readonly kind: 'name'; readonly parts: Partial<Record<(typeof NAME_PARTS)[number], string>> }
  | { readonly kind: 'org'; readonly units: readonly string[] }
  | {
      readonly kind: 'entries';
      readonly property: EntryProperty;
      readonly entries: readonly EntryChange[];
      readonly whole: boolean;
    }
  | {
      readonly kind: 'addresses';
      readonly addresses: readonly AddressChange[];
      readonly whole: boolean;
    };

/** Changes a card in place. Lines that are as wished already, and all others, keep their bytes and their place. */
export function changeCard(card: Component, change: CardChange): void {
  switch (change.kind) {
    case 'text': {
      setText(card, change.property, change.text);
      return;
    }
    case 'date': {
      setDate(card, change.property, change.date);
      return;
    }
    case 'list': {
      setList(card, change.property, change.values);
      return;
    }
    case 'name': {
      setName(card, change.parts);
      return;
    }
    case 'org': {
      setOrg(card, change.units);
      return;
    }
    case 'entries': {
      setEntries(card, change.property, change.entries, change.whole);
      return;
    }
    case 'addresses': {
      setAddresses(card, change.addresses, change.whole);
      return;
    }
  }
}

/** A card of vCard 4, as Nextcloud's own Contacts app makes them; the server converts it for clients that want 3. */
export function newCard(uid: string, fullname: string): Component {
  const card = Component.create('VCARD');
  card.add('VERSION', '4.0');
  card.add('UID', escapeText(uid));
  card.add('FN', escapeText(fullname));
  return card;
}

function setText(card: Component, property: TextProperty, text: string): void {
  const lines = linesOf(card, property);
  if (text === '') {
    lines.forEach((line) => removeLine(card, line));
    return;
  }
  const value = wireText(card, property, text);
  const line = lines[0] ?? card.add(nameFor(card, property), value);
  if (property === 'GENDER' || property === 'GEO') line.value = value;
  else line.text = text;
}

/** GENDER is structured and GEO a URI or two numbers (RFC 6350 sections 6.2.7 and 6.5.2, RFC 2426 section 3.4.2). */
function wireText(card: Component, property: TextProperty, text: string): string {
  if (property === 'GENDER') return /^[MFONU]$/.test(text) ? text : `;${escapeText(text)}`;
  if (property === 'GEO') return isVersion4(card) ? `geo:${text}` : text.replace(',', ';');
  return escapeText(text);
}

/** Values may be spread over several lines; each stays where it is. */
function setList(card: Component, property: string, values: readonly string[]): void {
  const missing = new Set(values);
  const lines = card.lines(property);
  for (const line of lines) {
    const parts = splitValue(line.value, ',');
    const kept = parts.filter((part) => missing.delete(unescapeText(part).trim()));
    if (kept.length < parts.length) line.value = kept.join(',');
  }
  if (missing.size > 0) {
    const added = [...missing].map(escapeText).join(',');
    const line = lines.at(-1);
    if (line === undefined) card.add(property, added);
    else line.value = line.value === '' ? added : `${line.value},${added}`;
  }
  lines.filter(({ value }) => value === '').forEach((line) => removeLine(card, line));
}

function setName(
  card: Component,
  parts: Partial<Record<(typeof NAME_PARTS)[number], string>>,
): void {
  const line = card.first('N') ?? card.add('N', ';;;;');
  setParts(line, NAME_PARTS, parts);
  // version 3 must have it, even empty
  if (isVersion4(card) && /^;*$/.test(line.value)) removeLine(card, line);
}

function setOrg(card: Component, units: readonly string[]): void {
  const [line, ...others] = card.lines('ORG');
  if (units.length === 0) {
    [line, ...others].forEach((one) => one && removeLine(card, one));
    return;
  }
  const current = splitValue(line?.value ?? '', ';').map(unescapeText);
  if (current.length === units.length && current.every((unit, at) => unit === units[at])) return;
  card.set('ORG', units.map(escapeText).join(';'));
}
