import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { columnsOf } from './column.ts';
import { nodeInput, nodeOf } from './node.ts';
import { rowData, rowView } from './row.ts';

export const cellsInput = z
  .record(z.string(), z.unknown())
  .describe(
    'Values by column title or id. Selection: label(s) of the options; date YYYY-MM-DD, time HH:MM; ' +
      'link: url or {title, url}; users: list of user ids; null empties',
  );

/** Reads the columns first: Tables takes column and option ids only, and stores what it cannot read as empty. */
export const insertRow = defineTool({
  name: 'nc_tables_insert_row',
  title: 'Add table row',
  description: 'Add a row to a table, or to a view when only that is shared with the user.',
  app: 'tables',
  toolset: 'tables',
  scopes: ['tables:write'],
  effect: 'add',
  uses: ['tables.api_columns-index', 'tables.rowocs-create-row'],
  input: z.object({ ...nodeInput, data: cellsInput }),
  async run(args, context) {
    const node = nodeOf(args);
    const columns = await columnsOf(node, context);
    const data = rowData(args.data, columns);
    const { nextcloud, signal } = context;
    const reply = await nextcloud.execute(
      'tables.rowocs-create-row',
      { nodeCollection: node.type === 'table' ? 'tables' : 'views', nodeId: node.id, data },
      { signal },
    );
    return rowView(reply.data, columns);
  },
});
