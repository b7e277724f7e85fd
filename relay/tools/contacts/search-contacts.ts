import * as z from 'zod';
import type { ResultOf } from '../../../openapi/index.ts';
import type { ToolContext } from '../tool.ts';
import { defineTool } from '../tool.ts';
import { aboutBook, lastSegment, readBooks } from './addressbooks.ts';
import { LISTED, listedView } from './card-view.ts';
import { SEARCHED, wantedFrom } from './contact-match.ts';
import type { Condition, Wanted } from './contact-match.ts';

type Row = ResultOf<'carddav.query-addressbook'>[number];

/** Cards taken from one book at once: the server finds them by one word, the others are looked for here. */
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

/** The cards that fit, and whether all that may fit were looked at. */
async function fittingIn(book: string, wanted: Wanted, context: ToolContext) {
  const found = new Map<string, Row>();
  let complete = false;
  for (const way of wanted.ways) {
    const rows = await candidates(book, way, context);
    complete = rows.length < CANDIDATES;
    for (const row of rows) if (wanted.fits(row.data ?? '')) found.set(row.href ?? '', row);
    if (wanted.next === 'when_cut' ? complete : found.size > 0) break;
  }
  return { rows: [...found.values()], complete };
}

async function candidates(book: string, conditions: Condition[], context: ToolContext) {
  const { nextcloud, signal } = context;
  const user = await nextcloud.userId();
  const properties = [...new Set([...LISTED, ...SEARCHED])];
  const query = nextcloud.execute(
    'carddav.query-addressbook',
    { user, addressbook: book, properties, conditions, limit: CANDIDATES },
    { signal },
  );
  return (await aboutBook(book, context, query)).data;
}
