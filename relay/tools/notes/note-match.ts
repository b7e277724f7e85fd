import type { Note } from './note-view.ts';

export interface Match {
  /** 3 × share of the words in the title + share in the category + share in the text; 0 to 5, two decimals. */
  readonly score: number;
  readonly excerpt: string | undefined;
}

const EXCERPT_LENGTH = 160;

/** Words of a query, folded for comparison: case and accents written in two ways do not matter. */
export function termsOf(query: string): string[] {
  return [
    ...new Set(
      fold(query)
        .split(/\s+/)
        .filter((term) => term !== ''),
    ),
  ];
}

/**
 * How well a note fits. `text-matched`: the server has found all words, so those neither in title nor category are in
 * the text, which is not at hand. `text-given`: the note's text is searched.
 */
export function matchOf(
  terms: readonly string[],
  note: Note,
  text: 'text-matched' | 'text-given',
): Match {
  const title = fold(note.title ?? '');
  const category = fold(note.category ?? '');
  const content = fold(note.content ?? '');
  const inText = (term: string): boolean =>
    text === 'text-given'
      ? content.includes(term)
      : !title.includes(term) && !category.includes(term);
  const share = (has: (term: string) => boolean): number => terms.filter(has).length / terms.length;
  const score =
    3 * share((term) => title.includes(term)) +
    share((term) => category.includes(term)) +
    share(inText);
  return { score: Math.round(score * 100) / 100, excerpt: excerptOf(terms, note.content ?? '') };
}

function excerptOf(terms: readonly string[], content: string): string | undefined {
  const lines = content.split('\n').map((line) => line.trim());
  const line = lines.find((candidate) => terms.some((term) => fold(candidate).includes(term)));
  if (line === undefined) return undefined;
  return line.length <= EXCERPT_LENGTH ? line : `${line.slice(0, EXCERPT_LENGTH)}…`;
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
