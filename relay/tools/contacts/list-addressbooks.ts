import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { bookView, readBooks } from './addressbooks.ts';

export const listAddressbooks = defineTool({
  name: 'nc_contacts_list_addressbooks',
  title: 'List address books',
  description:
    'List the address books, shared and generated ones included. Other contact tools take their `name`.',
  app: 'carddav',
  toolset: 'contacts',
  scopes: ['contacts:read'],
  effect: 'read',
  uses: ['carddav.list-addressbooks'],
  input: z.object({}),
  async run(_args, context) {
    const books = await readBooks(context);
    const addressbooks = await Promise.all(books.map((book) => bookView(book, context)));
    return { addressbooks, total_count: addressbooks.length };
  },
});
