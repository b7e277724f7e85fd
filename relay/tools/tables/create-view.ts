import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { columnsOf } from './column.ts';
import { viewChange, viewInput, viewSummary } from './view-settings.ts';

/** Tables makes an empty view; what it shows is a second request. A view that cannot be filled is taken back. */
export const createView = defineTool({
  name: 'nc_tables_create_view',
  title: 'Create view',
  description:
    'Add a view to a table: chosen columns, sorting and a filter under a name. Without columns it shows all of them.',
  app: 'tables',
  toolset: 'tables_extra',
  scopes: ['tables:write'],
  effect: 'add',
  uses: [
    'tables.api_columns-index',
    'tables.api1-create-view',
    'tables.api1-update-view',
    'tables.api1-delete-view',
  ],
  input: z.object({
    table_id: z.int().describe('Id of the table'),
    title: z.string().min(1).describe('Title of the view'),
    emoji: z.string().optional().describe('One emoji shown before the title'),
    description: z.string().optional().describe('What the view is for'),
    ...viewInput,
  }),
  async run(args, context) {
    const { nextcloud, signal } = context;
    const columns = await columnsOf({ type: 'table', id: args.table_id }, context);
    const settings = viewChange(
      { ...args, columns: args.columns ?? columns.map(({ id }) => id) },
      columns,
    );
    const { data: created } = await nextcloud.execute(
      'tables.api1-create-view',
      { tableId: args.table_id, title: args.title, emoji: args.emoji ?? null },
      { signal },
    );
    try {
      const data = {
        ...settings,
        title: args.title,
        ...(args.description ? { description: args.description } : {}),
      };
      const reply = await nextcloud.execute(
        'tables.api1-update-view',
        { viewId: created.id, data },
        { signal },
      );
      return viewSummary(reply.data, columns, nextcloud.publicUrl);
    } catch (error) {
      await nextcloud.execute('tables.api1-delete-view', { viewId: created.id });
      throw error;
    }
  },
});
