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
    'however they are written. Searches every address book, the list of accounts too, unless one is named.',
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
    let complete = true;
    for (const book of books) {
      const rows = await candidates(book, wanted, context);
      complete &&= rows.length < CANDIDATES;
      const fitting = rows.map((row) => ({ addressbook: book, ...listedView(row) }));
      const texts = rows.map(({ data }) => data ?? '');
      found.push(...fitting.filter((_view, at) => wanted.fits(texts[at] ?? '')));
    }
    return {
      contacts: found.slice(0, limit),
      total_found: found.length,
      ...(found.length > limit || !complete ? { truncated: true } : {}),
    };
  },
});

interface Wanted {
  readonly properties: readonly string[];
  /** What the server looks for. */
  readonly word: string;
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
    word,
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
    // two digits stand together in every grouping but the rarest
    word: digits.slice(-2),
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

async function candidates(book: string, { properties, word }: Wanted, context: ToolContext) {
  const { nextcloud, signal } = context;
  const user = await nextcloud.userId();
  const conditions = properties.map((property) => ({ property, match: { text: word } }));
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
