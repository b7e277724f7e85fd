import * as z from 'zod';
import type { ToolContext } from '../tool.ts';
import { defineTool } from '../tool.ts';
import { aboutBook, lastSegment, readBooks } from './addressbooks.ts';
import { LISTED, listedView } from './card-view.ts';

/** Where a search looks. */
const SEARCHED = [
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
/** Cards taken from one book: the server finds them by one word, the other words are looked for here. */
const CANDIDATES = 500;

export const searchContacts = defineTool({
  name: 'nc_contacts_search_contacts',
  title: 'Search contacts',
  description:
    'Find contacts by name, e-mail, phone, company, note, address or group; all words must occur. Phone numbers match ' +
    'however they are written. Searches every address book, the list of accounts too, unless one is named; ' +
    'not_searched_to_the_end names those with too many possible matches: ask more precisely.',
  app: 'carddav',
  toolset: 'contacts',
  scopes: ['contacts:read'],
  effect: 'read',
  uses: ['carddav.query-addressbook', 'carddav.list-addressbooks'],
  input: z.object({
    query: z.string().trim().min(1).max(500).describe('Words to find, or a phone number'),
    addressbook: z.string().optional().describe('Only in this address book'),
    limit: z.int().min(1).max(200).default(20).describe('At most this many contacts'),
  }),
  async run({ query, addressbook, limit }, context) {
    const books =
      addressbook === undefined
        ? (await readBooks(context)).map(({ href }) => lastSegment(href))
        : [addressbook];
    const wanted = wantedFrom(query);
    const found: Record<string, unknown>[] = [];
    const cut: string[] = [];
    for (const book of books) {
      const { rows, complete } = await fittingIn(book, wanted, context);
      if (!complete) cut.push(book);
      found.push(...rows.map((row) => ({ addressbook: book, ...listedView(row) })));
    }
    return {
      contacts: found.slice(0, limit),
      total_found: found.length,
      ...(found.length > limit || cut.length > 0 ? { truncated: true } : {}),
      ...(cut.length === 0 ? {} : { not_searched_to_the_end: cut }),
    };
  },
});

interface Wanted {
  readonly properties: readonly string[];
  /** What the server looks for, any of these. */
  readonly words: readonly string[];
  /** What it looks for when nothing was found so. */
  readonly otherwise?: readonly string[];
  readonly fits: (card: string) => boolean;
}

function wantedFrom(query: string): Wanted {
  const digits = query.replace(/\D/g, '');
  return /^[+\d\s().\/-]+$/.test(query) && digits.length >= 4 ? number(digits) : words(query);
}

function words(query: string): Wanted {
  const all = query.split(/\s+/).map(fold);
  const [word = query] = query.split(/\s+/).sort((a, b) => b.length - a.length);
  return {
    properties: SEARCHED,
    words: [word],
    fits: (card) => {
      const text = fold(valuesOf(card));
      return all.every((one) => text.includes(one));
    },
  };
}

/** `+49 170 1234567` and `0170/1234567` share their last digits: at least as many as the shorter has after its prefix. */
function number(digits: string): Wanted {
  const local = digits.replace(/^0+/, '').slice(-8);
  return {
    properties: ['TEL'],
    words: writtenAs(digits.slice(-4)),
    // stands together in every grouping but the rarest
    otherwise: [digits.slice(-2)],
    fits: (card) =>
      unfolded(card)
        .split('\n')
        .some(
          (line) =>
            /^[^:;]*\bTEL[;:]/i.test(line) &&
            line.slice(line.indexOf(':')).replace(/\D/g, '').includes(local),
        ),
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

async function fittingIn(book: string, wanted: Wanted, context: ToolContext) {
  const first = await candidates(book, wanted.properties, wanted.words, context);
  const rows = first.filter(({ data = '' }) => wanted.fits(data));
  const { otherwise } = wanted;
  if (rows.length > 0 || otherwise === undefined)
    return { rows, complete: first.length < CANDIDATES };
  const second = await candidates(book, wanted.properties, otherwise, context);
  return {
    rows: second.filter(({ data = '' }) => wanted.fits(data)),
    complete: second.length < CANDIDATES,
  };
}

async function candidates(
  book: string,
  properties: readonly string[],
  words: readonly string[],
  context: ToolContext,
) {
  const { nextcloud, signal } = context;
  const user = await nextcloud.userId();
  const conditions = properties.flatMap((property) =>
    words.map((text) => ({ property, match: { text } })),
  );
  const args = {
    user,
    addressbook: book,
    properties: [...new Set([...LISTED, ...SEARCHED])],
    conditions,
  };
  const query = nextcloud.execute(
    'carddav.query-addressbook',
    { ...args, limit: CANDIDATES },
    { signal },
  );
  return (await aboutBook(book, context, query)).data;
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
