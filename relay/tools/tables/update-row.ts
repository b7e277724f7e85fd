import * as z from 'zod';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import { columnsOf } from './column.ts';
import { cellsInput } from './insert-row.ts';
import type { Node } from './node.ts';
import { aboutRow, rowData, rowView } from './row.ts';

/** Reads the row for its table, and the columns, to translate titles and labels into ids. */
export const updateRow = defineTool({
  name: 'nc_tables_update_row',
  title: 'Update table row',
  description: 'Change values of one row; columns left out stay.',
  app: 'tables',
  toolset: 'tables',
  scopes: ['tables:write'],
  effect: 'replace',
  uses: ['tables.api1-get-row', 'tables.api_columns-index', 'tables.api1-update-row'],
  input: z.object({
    row_id: z.int().describe('Id of the row'),
    data: cellsInput,
    view_id: z
      .int()
      .optional()
      .describe('View it belongs to, when only the view is shared with the user'),
  }),
  async run({ row_id: rowId, data, view_id: viewId }, context) {
    const { nextcloud, signal } = context;
    const node = await nodeOfRow(rowId, viewId, context);
    const columns = await columnsOf(node, context);
    const reply = await aboutRow(
      rowId,
      nextcloud.execute(
        'tables.api1-update-row',
        {
          rowId,
          data: rowData(data, columns),
          ...(typeof viewId === 'number' ? { viewId } : {}),
        },
        { signal },
      ),
    );
    return rowView(reply.data, columns);
  },
});

async function nodeOfRow(
  rowId: number,
  viewId: number | null | undefined,
  { nextcloud, signal }: ToolContext,
): Promise<Node> {
  if (typeof viewId === 'number') return { type: 'view', id: viewId };
  const { data } = await aboutRow(
    rowId,
    nextcloud.execute('tables.api1-get-row', { rowId }, { signal }),
  );
  return { type: 'table', id: data.tableId };
}
