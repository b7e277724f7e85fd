import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { columnsOf } from './column.ts';
import { aboutRow, rowView } from './row.ts';

export const getRow = defineTool({
  name: 'nc_tables_get_row',
  title: 'Get table row',
  description: 'Read one row by its id, with values by column title.',
  app: 'tables',
  toolset: 'tables_extra',
  scopes: ['tables:read'],
  effect: 'read',
  uses: ['tables.api1-get-row', 'tables.api_columns-index'],
  input: z.object({ row_id: z.int().describe('Id of the row') }),
  async run({ row_id: rowId }, context) {
    const { nextcloud, signal } = context;
    const { data } = await aboutRow(
      rowId,
      nextcloud.execute('tables.api1-get-row', { rowId }, { signal }),
    );
    return rowView(data, await columnsOf({ type: 'table', id: data.tableId }, context));
  },
});
