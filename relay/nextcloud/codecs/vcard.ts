import { RelayError } from '../../errors.ts';
import { Component } from './content-lines.ts';
import type { ContentLine } from './content-lines.ts';

/** A stored vCard: `file` is what is written back, `card` the VCARD in it. */
export interface OpenCard {
  readonly file: Component;
  readonly card: Component;
}

/**
 * Opens the text of one vCard for reading and editing.
 *
 * @throws RelayError `upstream_error` when there is no VCARD in it
 */
export function openCard(text: string): OpenCard {
  const file = Component.parse(text);
  const [card] = file.components('VCARD');
  if (card === undefined) throw new RelayError('upstream_error', 'This is not a vCard.');
  return { file, card };
}

/** vCard 4 (RFC 6350) as opposed to 3 (RFC 2426) and 2.1: parameters and a few names differ. */
export function isVersion4(card: Component): boolean {
  return card.first('VERSION')?.value.trim() === '4.0';
}

/**
 * The names a property has over versions and vendors, the standard one first. Cards of version 3 take the second, as
 * Nextcloud's own conversion from 4 to 3 writes it.
 */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  ANNIVERSARY: ['X-ANNIVERSARY', 'X-EVOLUTION-ANNIVERSARY'],
  GENDER: ['X-GENDER'],
  KIND: ['X-ADDRESSBOOKSERVER-KIND'],
};

function namesOf(property: string): readonly string[] {
  return [property, ...(OTHER_NAMES[property] ?? [])];
}

/** Lines of a property under any of its names. */
export function linesOf(card: Component, property: string): ContentLine[] {
  return namesOf(property).flatMap((name) => card.lines(name));
}

/** The name under which a new line of a property goes into this card. */
export function nameFor(card: Component, property: string): string {
  return isVersion4(card) ? property : (OTHER_NAMES[property]?.[0] ?? property);
}

/** Takes a line out, and with it what only describes it: `item1.X-ABLabel` without `item1.TEL` means nothing. */
export function removeLine(card: Component, line: ContentLine): void {
  card.remove(line);
  if (line.group === undefined) return;
  const group = line.group.toLowerCase();
  const mates = card.lines().filter((one) => one.group?.toLowerCase() === group);
  if (mates.every(({ name }) => name.startsWith('X-AB')))
    mates.forEach((mate) => card.remove(mate));
}
