import * as z from 'zod';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import { aboutBook, lastSegment } from './addressbooks.ts';
import { LISTED, listedView, storedView } from './card-view.ts';
import { readCard } from './stored-card.ts';

/** Full cards hold photos and are read one by one. */
const FULL_LIMIT = 25;
const AT_ONCE = 4;

export const listContacts = defineTool({
  name: 'nc_contacts_list_contacts',
  title: 'List contacts',
  description:
    'List the contacts of an address book, a page at a time: names, e-mail, phone, groups. To find somebody use ' +
    'nc_contacts_search_contacts.',
  app: 'carddav',
  toolset: 'contacts',
  scopes: ['contacts:read'],
  effect: 'read',
  uses: ['carddav.query-addressbook', 'carddav.stored-contact', 'carddav.list-addressbooks'],
  input: z.object({
    addressbook: z.string().min(1).describe('Name of the address book'),
    limit: z
      .int()
      .min(1)
      .max(500)
      .default(100)
      .describe('Contacts per page; with full detail at most 25'),
    cursor: z
      .string()
      .regex(/^\d{1,9}$/)
      .optional()
      .describe('next_cursor of the page before'),
    detail: z
      .enum(['summary', 'full'])
      .default('summary')
      .describe('full: every field and the raw vCard as addressdata'),
  }),
  async run({ addressbook, cursor, detail, ...args }, context) {
    const limit = detail === 'full' ? Math.min(args.limit, FULL_LIMIT) : args.limit;
    const offset = Number(cursor ?? 0);
    const { rows, total } = await page(addressbook, offset, limit, context);
    const contacts =
      detail === 'full'
        ? await fullCards(
            addressbook,
            rows.map(({ href }) => lastSegment(href)),
            context,
          )
        : rows.map(listedView);
    const end = offset + rows.length;
    const more = rows.length > 0 && end < total;
    return {
      contacts,
      addressbook,
      total_count: total,
      ...(more ? { next_cursor: String(end) } : {}),
    };
  },
});

/**
 * One page. The server's page token is not used: it is valid for every user and shows the state of the first page, so
 * it is neither safe to hand out nor true for long.
 */
async function page(book: string, offset: number, limit: number, context: ToolContext) {
  const { nextcloud, signal } = context;
  const user = await nextcloud.userId();
  const query = nextcloud.execute(
    'carddav.query-addressbook',
    {
      user,
      addressbook: book,
      properties: LISTED,
      'X-NC-Paginate': 'true',
      'X-NC-Paginate-Offset': offset,
      'X-NC-Paginate-Count': limit,
    },
    { signal },
  );
  const { data, headers } = await aboutBook(book, context, query);
  const total = Number(headers['x-nc-paginate-total'] ?? Number.NaN);
  if (Number.isInteger(total)) return { rows: data, total };
  // servers without paging answer with everything
  return { rows: data.slice(offset, offset + limit), total: data.length };
}

async function fullCards(book: string, files: readonly string[], context: ToolContext) {
  const views: Record<string, unknown>[] = [];
  for (let at = 0; at < files.length; at += AT_ONCE) {
    const cards = await Promise.all(
      files.slice(at, at + AT_ONCE).map((file) => readCard(book, file, context)),
    );
    for (const card of cards) {
      if (card === undefined) continue;
      const { addressbook: _book, ...view } = storedView(card);
      views.push({ ...view, addressdata: card.text });
    }
    context.signal.throwIfAborted();
  }
  return views;
}
