import type { Extraction, SectionKind, Wish } from './document.ts';
import { TextBuilder } from './text-builder.ts';

export interface Sections {
  readonly kind: SectionKind;
  readonly total: number;
  /** Writes one section, from 1. */
  write(number: number, into: TextBuilder): Promise<void> | void;
  readonly leftOut?: readonly string[];
  readonly about?: Readonly<Record<string, string>>;
}

/** Reads the wanted sections, until the text is full. */
export async function readSections(sections: Sections, wish: Wish): Promise<Extraction> {
  const into = new TextBuilder(wish.maxText);
  const end = Math.min(sections.total, wish.first + wish.count - 1);
  let last = 0;
  for (let number = wish.first; number <= end && !into.full; number += 1) {
    await sections.write(number, into);
    last = number;
  }
  return {
    text: into.text(),
    section: sections.kind,
    first: wish.first,
    last,
    total: sections.total,
    truncated: into.full,
    leftOut: sections.leftOut ?? [],
    about: sections.about ?? {},
  };
}

/** `3 pictures`, or nothing for none. */
export function counted(number: number, one: string, many: string): string[] {
  return number === 0 ? [] : [`${String(number)} ${number === 1 ? one : many}`];
}
