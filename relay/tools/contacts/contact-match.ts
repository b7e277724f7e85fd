/** A `prop-filter` of an address book query: the property contains the text, or by `test` all of several. */
export interface Condition {
  readonly property: string;
  readonly test?: 'allof';
  readonly match?: { readonly text: string };
  readonly matches?: { readonly text: string }[];
}

/** What to ask the server for, and which of the cards it gives are meant. */
export interface Wanted {
  /** Any condition of a way has to hold. */
  readonly ways: readonly Condition[][];
  /** When to take the next way: when this one gave nothing, or when it gave more than can be looked through. */
  readonly next: 'when_nothing_fits' | 'when_cut';
  readonly fits: (card: string) => boolean;
}

/** Where a search looks. */
export const SEARCHED = [
  'FN',
  'N',
  'NICKNAME',
  'EMAIL',
  'TEL',
  'ORG',
  'TITLE',
  'ROLE',
  'NOTE',
  'ADR',
  'CATEGORIES',
  'URL',
  'IMPP',
];
/** Each costs a request in every address book. */
const MOST_WORDS = 3;

/** Words, all of which have to occur; digits are looked for as a phone number too, however it is written. */
export function wantedFrom(query: string): Wanted {
  const digits = query.replace(/\D/g, '');
  const isNumber = /^[+\d\s().\/-]+$/.test(query) && digits.length >= 4;
  return isNumber ? numberOrText(digits, query) : allWords(query);
}

/** The server looks for one word, the longest first: another may be the rarer one. */
function allWords(query: string): Wanted {
  const words = [...new Set(query.split(/\s+/))];
  const longestFirst = [...words].sort((a, b) => b.length - a.length);
  return {
    ways: longestFirst.slice(0, MOST_WORDS).map(anywhere),
    next: 'when_cut',
    fits: holdsAll(words.map(fold)),
  };
}

function anywhere(text: string): Condition[] {
  return SEARCHED.map((property) => ({ property, match: { text } }));
}

function holdsAll(words: readonly string[]): Wanted['fits'] {
  return (card) => {
    const text = fold(valuesOf(card));
    return words.every((word) => text.includes(word));
  };
}

/** A postal code or a year is written like a number that one can call. */
function numberOrText(digits: string, query: string): Wanted {
  const asText = holdsAll(query.split(/\s+/));
  const grouped = writtenAs(digits.slice(-4)).map((text) => ({ property: 'TEL', match: { text } }));
  return {
    ways: [[...grouped, ...anywhere(query)], [withDigits(digits)]],
    next: 'when_nothing_fits',
    fits: (card) => asText(card) || numbersOf(card).some((number) => isSame(digits, number)),
  };
}

/** Four digits whole, split once anywhere, and split before the last and behind the first, as people group numbers. */
function writtenAs(four: string): string[] {
  const pieces = [
    ...[1, 2, 3].map((at) => [four.slice(0, at), four.slice(at)]),
    [four.slice(0, 1), four.slice(1, 3), four.slice(3)],
  ];
  return [four, ...pieces.flatMap((parts) => [' ', '-', '.', '/'].map((sign) => parts.join(sign)))];
}

/** For the rarest groupings: all its digits occur, and the last two stand together in nearly every one. */
function withDigits(digits: string): Condition {
  const texts = [digits.slice(-2), ...new Set(localPart(digits))];
  return { property: 'TEL', test: 'allof', matches: texts.map((text) => ({ text })) };
}

/** What `+49 170 1234567` and `0170/1234567` share. */
function localPart(digits: string): string {
  return digits.replace(/^0+/, '').slice(-8);
}

/** One of them may be written with its country, the other without. */
function isSame(wanted: string, number: string): boolean {
  const [long, short] = [wanted, number].map((digits) => digits.replace(/^0+/, '')) as [
    string,
    string,
  ];
  return number.includes(localPart(wanted)) || (short.length >= 6 && long.endsWith(short));
}

function numbersOf(card: string): string[] {
  return unfolded(card)
    .split('\n')
    .filter((line) => /^[^:;]*\bTEL[;:]/i.test(line))
    .map((line) => line.slice(line.indexOf(':')).replace(/\D/g, ''));
}

/** The values people wrote; names of properties and parameters are no content. */
function valuesOf(card: string): string {
  return unfolded(card)
    .split('\n')
    .filter((line) =>
      SEARCHED.includes(/^(?:[^.:;]*\.)?([^:;]*)/.exec(line)?.[1]?.toUpperCase() ?? ''),
    )
    .map((line) => line.replace(/^(?:[^":]|"[^"]*")*:/, ''))
    .join('\n');
}

/** Lines of a card, escapes taken for spaces: enough to look for words in. */
function unfolded(card: string): string {
  return card
    .replace(/\r?\n[ \t]/g, '')
    .replace(/\r/g, '')
    .replace(/\\[nN]/g, ' ')
    .replace(/\\([,;\\])/g, '$1');
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
