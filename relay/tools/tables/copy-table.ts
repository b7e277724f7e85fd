import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { columnsOf } from './column.ts';

/** Creating from a scheme needs the full columns of another table: read here, not carried by the model. */
export const copyTable = defineTool({
  name: 'nc_tables_copy_table',
  title: 'Copy table structure',
  description:
    'Create a new empty table with the same columns as another. Rows, views and shares are not copied.',
  app: 'tables',
  toolset: 'tables_extra',
  scopes: ['tables:write'],
  effect: 'add',
  uses: [
    'tables.api_tables-show',
    'tables.api_columns-index',
    'tables.api_tables-create-from-scheme',
  ],
  input: z.object({
    table_id: z.int().describe('Table to copy'),
    title: z.string().min(1).describe('Title of the new table'),
  }),
  async run({ table_id: id, title }, context) {
    const { nextcloud, signal } = context;
    const [{ data: source }, columns] = await Promise.all([
      nextcloud.execute('tables.api_tables-show', { id }, { signal }),
      columnsOf({ type: 'table', id }, context),
    ]);
    const { data } = await nextcloud.execute(
      'tables.api_tables-create-from-scheme',
      {
        title,
        emoji: source.emoji ?? '',
        description: source.description ?? '',
        columns: [...columns],
        views: [],
      },
      { signal },
    );
    return {
      id: data.id,
      title: data.title,
      columns: columns.length,
      url: `${nextcloud.publicUrl}/index.php/apps/tables/#/table/${String(data.id)}`,
    };
  },
});
