import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { columnView, columnsOf } from './column.ts';

/** Composed because both schema operations of Tables fail with 500 for ordinary tables (1.0.9: no emoji, or API 2). */
export const getSchema = defineTool({
  name: 'nc_tables_get_schema',
  title: 'Get table schema',
  description:
    'Show the columns of a table: id, title, type, options, limits, defaults; and its views. Read it before writing rows.',
  app: 'tables',
  toolset: 'tables',
  scopes: ['tables:read'],
  effect: 'read',
  uses: ['tables.api_tables-show', 'tables.api_columns-index'],
  input: z.object({ table_id: z.int().describe('Id of the table') }),
  async run({ table_id: id }, context) {
    const { nextcloud, signal } = context;
    const [{ data: table }, columns] = await Promise.all([
      nextcloud.execute('tables.api_tables-show', { id }, { signal }),
      columnsOf({ type: 'table', id }, context),
    ]);
    return {
      id,
      title: table.title,
      ...(table.emoji ? { emoji: table.emoji } : {}),
      ...(table.description ? { description: table.description } : {}),
      rows: table.rowsCount,
      columns: columns.map(columnView),
      views: table.views.map((view) => ({ id: view.id, title: view.title })),
      url: `${nextcloud.publicUrl}/index.php/apps/tables/#/table/${String(id)}`,
    };
  },
});
