import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { nodeInput, nodeOf } from './node.ts';

export const importFile = defineTool({
  name: 'nc_tables_import_file',
  title: 'Import file into table',
  description:
    "Add the rows of a spreadsheet (CSV, XLSX, ODS) from the user's files to a table or view. The first line holds the column titles.",
  app: 'tables',
  toolset: 'tables_extra',
  scopes: ['tables:write', 'files:read'],
  effect: 'add',
  uses: ['tables.api1-import-in-table', 'tables.api1-import-in-view'],
  input: z.object({
    ...nodeInput,
    path: z.string().min(1).describe("Path in the user's files, e.g. /Documents/list.csv"),
    create_missing_columns: z
      .boolean()
      .default(true)
      .describe('Add columns for titles the table does not have'),
  }),
  async run(args, { nextcloud, signal }) {
    const node = nodeOf(args);
    const body = { path: args.path, createMissingColumns: args.create_missing_columns };
    const { data } =
      node.type === 'table'
        ? await nextcloud.execute(
            'tables.api1-import-in-table',
            { tableId: node.id, ...body },
            { signal },
          )
        : await nextcloud.execute(
            'tables.api1-import-in-view',
            { viewId: node.id, ...body },
            { signal },
          );
    return { ...data };
  },
});
