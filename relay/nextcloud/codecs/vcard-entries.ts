import type { Component, ContentLine } from './content-lines.ts';
import { escapeText } from './content-lines.ts';
import { isPreferred, typesOf, valueOf } from './vcard-view.ts';
import { isVersion4, linesOf, nameFor, removeLine } from './vcard.ts';

/** How an e-mail address, phone number … shall be. What is undefined stays, or is not set on a new one. */
export interface Described {
  readonly types?: readonly string[] | undefined;
  readonly preferred?: boolean | undefined;
  readonly label?: string | undefined;
}

export interface EntryChange extends Described {
  readonly value: string;
}

/**
 * `whole`: exactly these entries; an entry takes over the line that has its value, else one that becomes free, so
 * that types and labels stay. Otherwise the first line takes the one entry's value, unless another has it.
 */
export function setEntries(
  card: Component,
  property: string,
  wished: readonly EntryChange[],
  whole: boolean,
): void {
  const lines = linesOf(card, property);
  const pairs = pair(wished, lines, (entry, line) => valueOf(line) === entry.value);
  if (whole) removeOthers(card, lines, pairs);
  for (const [entry, line] of pairs) writeEntry(card, property, entry, line);
}

/** Entries with the lines they take over: first those that fit, then the others in order. */
export function pair<Wish>(
  wished: readonly Wish[],
  lines: readonly ContentLine[],
  fits: (wish: Wish, line: ContentLine) => boolean,
): Map<Wish, ContentLine | undefined> {
  const pairs = new Map<Wish, ContentLine | undefined>();
  const free = new Set(lines);
  for (const pass of [fits, () => true]) {
    for (const wish of wished) {
      if (pairs.get(wish) !== undefined) continue;
      const line = [...free].find((one) => pass(wish, one));
      if (line !== undefined) free.delete(line);
      pairs.set(wish, line);
    }
  }
  return pairs;
}

export function removeOthers(
  card: Component,
  lines: readonly ContentLine[],
  pairs: ReadonlyMap<unknown, ContentLine | undefined>,
): void {
  const kept = new Set(pairs.values());
  lines.filter((line) => !kept.has(line)).forEach((line) => removeLine(card, line));
}

function writeEntry(
  card: Component,
  property: string,
  entry: EntryChange,
  line: ContentLine | undefined,
): void {
  const target = line ?? card.add(nameFor(card, property), wireValue(property, entry.value));
  if (valueOf(target) !== entry.value) writeValue(target, property, entry.value);
  describe(card, target, entry);
}

function writeValue(line: ContentLine, property: string, value: string): void {
  const asUri = line.parameter('VALUE')[0]?.toLowerCase() === 'uri';
  if (property === 'TEL' && asUri && /^\+?[\d\s().-]+$/.test(value)) {
    line.value = `tel:${value.replace(/\s+/g, '-')}`;
    return;
  }
  if (asUri && !isUri(value)) line.setParameter('VALUE', undefined);
  line.value = wireValue(property, value);
}

/** Commas and semicolons of a URI are its own and stay bare. */
function wireValue(property: string, value: string): string {
  return property !== 'EMAIL' && property !== 'TEL' && isUri(value) ? value : escapeText(value);
}

function isUri(value: string): boolean {
  return /^[a-z][a-z0-9+.-]*:[^\\\s\0-\x1f\x7f]+$/i.test(value);
}

/** Types, the mark of the preferred one and the label of a line. */
export function describe(card: Component, line: ContentLine, wish: Described): void {
  if (wish.types !== undefined) setTypes(line, wish.types);
  if (wish.preferred !== undefined && wish.preferred !== isPreferred(line)) {
    if (wish.preferred) linesOf(card, line.name).forEach((one) => prefer(card, one, false));
    prefer(card, line, wish.preferred);
  }
  if (wish.label !== undefined) setLabel(card, line, wish.label);
}

function setTypes(line: ContentLine, wished: readonly string[]): void {
  const types = [...new Set(wished.map((type) => type.toLowerCase()))];
  const current = typesOf(line);
  const all = current.includes('pref') && !types.includes('pref') ? [...types, 'pref'] : types;
  if (all.length === current.length && all.every((type) => current.includes(type))) return;
  for (const bare of new Set(line.parameterNames)) {
    if (current.includes(bare.toLowerCase())) line.setParameter(bare, undefined);
  }
  line.setParameter('TYPE', all.length === 0 ? undefined : all.map((type) => type.toUpperCase()));
}

/** vCard 4 has a parameter for it, vCard 3 a type. */
function prefer(card: Component, line: ContentLine, preferred: boolean): void {
  if (isPreferred(line) === preferred) return;
  if (isVersion4(card)) line.setParameter('PREF', preferred ? '1' : undefined);
  const types = typesOf(line).filter((type) => type !== 'pref');
  if (typesOf(line).includes('pref') || !isVersion4(card)) {
    const all = preferred && !isVersion4(card) ? [...types, 'pref'] : types;
    if (line.parameterNames.includes('PREF') && !isVersion4(card))
      line.setParameter('PREF', undefined);
    line.setParameter('TYPE', all.length === 0 ? undefined : all.map((type) => type.toUpperCase()));
  }
}

/** A label is a line of its own in the same group: `item1.X-ABLabel`. */
function setLabel(card: Component, line: ContentLine, label: string): void {
  const group = line.group?.toLowerCase();
  const mate = card
    .lines('X-ABLABEL')
    .find((one) => group !== undefined && one.group?.toLowerCase() === group);
  if (mate !== undefined) {
    if (label === '') card.remove(mate);
    else if (mate.text.replace(/^_\$!<(.*)>!\$_$/, '$1') !== label) mate.text = label;
    return;
  }
  if (label === '') return;
  const name = line.group ?? freeGroup(card);
  if (line.group === undefined) regroup(card, line, name);
  card.add(`${name}.X-ABLabel`, escapeText(label));
}

/** A line's group cannot be changed, so it is written anew, after the others of its name. */
function regroup(card: Component, line: ContentLine, group: string): void {
  const parameters = Object.fromEntries(
    [...new Set(line.parameterNames)].map((name) => [name, line.parameter(name)]),
  );
  card.add(`${group}.${line.name}`, line.value, parameters);
  card.remove(line);
}

function freeGroup(card: Component): string {
  const taken = new Set(card.lines().map((line) => line.group?.toLowerCase()));
  let number = 1;
  while (taken.has(`item${String(number)}`)) number += 1;
  return `item${String(number)}`;
}
