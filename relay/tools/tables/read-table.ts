import * as z from 'zod';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import { columnsOf, keyOf, typeOf } from './column.ts';
import { nodeInput, nodeOf } from './node.ts';
import type { Node } from './node.ts';
import { rowView } from './row.ts';
import type { Row } from './row.ts';

const DEFAULT_ROWS = 100;
const MOST_ROWS = 1000;

/** Rows come with column ids and option ids; the columns make them readable. */
export const readTable = defineTool({
  name: 'nc_tables_read_table',
  title: 'Read table rows',
  description:
    'Read the rows of a table, or of a view with its filter and sorting, with values by column title. When next_offset is there, more rows follow.',
  app: 'tables',
  toolset: 'tables',
  scopes: ['tables:read'],
  effect: 'read',
  uses: ['tables.api_columns-index', 'tables.api1-index-table-rows', 'tables.api1-index-view-rows'],
  input: z.object({
    ...nodeInput,
    limit: z
      .int()
      .min(1)
      .max(MOST_ROWS)
      .optional()
      .describe(`How many rows; ${String(DEFAULT_ROWS)} when left out`),
    offset: z.int().min(0).optional().describe('How many rows to skip'),
  }),
  async run(args, context) {
    const node = nodeOf(args);
    const limit = args.limit ?? DEFAULT_ROWS;
    const offset = args.offset ?? 0;
    const [columns, rows] = await Promise.all([
      columnsOf(node, context),
      // one more than asked for tells whether there are more
      rowsOf(node, { limit: limit + 1, offset }, context),
    ]);
    const shown = rows.slice(0, limit);
    return {
      columns: columns.map((column) => ({
        id: column.id,
        title: keyOf(column, columns),
        type: typeOf(column),
      })),
      rows: shown.map((row) => rowView(row, columns)),
      count: shown.length,
      ...(rows.length > limit ? { next_offset: offset + limit } : {}),
    };
  },
});

interface Page {
  readonly limit: number;
  readonly offset: number;
}

async function rowsOf(
  node: Node,
  page: Page,
  { nextcloud, signal }: ToolContext,
): Promise<readonly Row[]> {
  const reply =
    node.type === 'table'
      ? await nextcloud.execute(
          'tables.api1-index-table-rows',
          { tableId: node.id, ...page },
          { signal },
        )
      : await nextcloud.execute(
          'tables.api1-index-view-rows',
          { viewId: node.id, ...page },
          { signal },
        );
  return reply.data;
}
