import * as z from 'zod';
import { defineTool } from '../tool.ts';

/** Composed: categories exist only as a property of notes, so they are counted from the list. */
export const listCategories = defineTool({
  name: 'nc_notes_list_categories',
  title: 'List note categories',
  description:
    'List the categories in use, with the number of notes in each. The empty name stands for no category.',
  app: 'notes',
  toolset: 'notes',
  scopes: ['notes:read'],
  effect: 'read',
  uses: ['notes.list-notes'],
  input: z.object({}),
  async run(_args, { nextcloud, signal }) {
    const args = { exclude: 'title,content,modified,favorite,readonly' };
    const reply = await nextcloud.execute('notes.list-notes', args, { signal });
    const counts = new Map<string, number>();
    for (const { category } of reply.data) {
      if (category !== undefined) counts.set(category, (counts.get(category) ?? 0) + 1);
    }
    const categories = [...counts].map(([category, notes]) => ({ category, notes }));
    categories.sort((a, b) => (a.category < b.category ? -1 : 1));
    return { categories, total: categories.length };
  },
});
