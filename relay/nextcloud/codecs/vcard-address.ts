import type { Component } from './content-lines.ts';
import { describe, pair, removeOthers } from './vcard-entries.ts';
import type { Described } from './vcard-entries.ts';
import { setParts } from './vcard-structure.ts';
import { ADDRESS_PARTS, structured } from './vcard-view.ts';

export type AddressParts = Partial<Readonly<Record<(typeof ADDRESS_PARTS)[number], string>>>;

export interface AddressChange extends Described {
  readonly parts: AddressParts;
}

/** Like `setEntries`, for ADR: without `whole`, parts that are not named stay. */
export function setAddresses(
  card: Component,
  wished: readonly AddressChange[],
  whole: boolean,
): void {
  const lines = card.lines('ADR');
  const pairs = pair(wished, lines, ({ parts }, line) => {
    const current: AddressParts = structured(line, ADDRESS_PARTS) ?? {};
    return ADDRESS_PARTS.every((part) => (parts[part] ?? '') === (current[part] ?? ''));
  });
  if (whole) removeOthers(card, lines, pairs);
  for (const [{ parts, ...described }, line] of pairs) {
    const target = line ?? card.add('ADR', ';;;;;;');
    const before = target.value;
    const all = Object.fromEntries(ADDRESS_PARTS.map((part) => [part, parts[part] ?? '']));
    setParts(target, ADDRESS_PARTS, whole ? all : parts);
    // the printed label and the position told where the old address was
    if (target.value !== before && line !== undefined)
      for (const name of ['LABEL', 'GEO']) target.setParameter(name, undefined);
    describe(card, target, described);
  }
}
