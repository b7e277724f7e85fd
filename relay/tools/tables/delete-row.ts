import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { aboutRow } from './row.ts';

/** Reads the row first: deleting one that is not there answers 500, which says nothing. */
export const deleteRow = defineTool({
  name: 'nc_tables_delete_row',
  title: 'Delete table row',
  description: 'Delete one row for good.',
  app: 'tables',
  toolset: 'tables',
  scopes: ['tables:write'],
  effect: 'delete',
  uses: ['tables.api1-get-row', 'tables.api1-delete-row', 'tables.api1-delete-row-by-view'],
  input: z.object({
    row_id: z.int().describe('Id of the row'),
    view_id: z
      .int()
      .optional()
      .describe('View it belongs to, when only the view is shared with the user'),
  }),
  async run({ row_id: rowId, view_id: viewId }, { nextcloud, signal }) {
    if (typeof viewId === 'number') {
      const request = nextcloud.execute(
        'tables.api1-delete-row-by-view',
        { viewId, rowId },
        { signal },
      );
      await aboutRow(rowId, request);
    } else {
      await aboutRow(rowId, nextcloud.execute('tables.api1-get-row', { rowId }, { signal }));
      await nextcloud.execute('tables.api1-delete-row', { rowId }, { signal });
    }
    return { success: true, deleted_id: rowId };
  },
});
