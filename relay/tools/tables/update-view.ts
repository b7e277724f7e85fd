import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import { columnsOf } from './column.ts';
import { viewChange, viewInput, viewSummary } from './view-settings.ts';

/** The view names its table, whose columns turn titles and labels into ids. */
export const updateView = defineTool({
  name: 'nc_tables_update_view',
  title: 'Update view',
  description:
    'Change title, columns, sorting or filter of a view; what is left out stays. A filter or sorting can be replaced, not removed.',
  app: 'tables',
  toolset: 'tables_extra',
  scopes: ['tables:write'],
  effect: 'replace',
  uses: ['tables.api1-get-view', 'tables.api_columns-index', 'tables.api1-update-view'],
  input: z.object({
    view_id: z.int().describe('Id of the view'),
    title: z.string().min(1).optional().describe('New title'),
    emoji: z.string().optional().describe('New emoji'),
    description: z.string().optional().describe('New description'),
    ...viewInput,
  }),
  async run(args, context) {
    const { nextcloud, signal } = context;
    const { data: view } = await nextcloud.execute(
      'tables.api1-get-view',
      { viewId: args.view_id },
      { signal },
    );
    const columns = await columnsOf({ type: 'table', id: view.tableId }, context);
    const changes = {
      ...viewChange(args, columns),
      ...(args.title ? { title: args.title } : {}),
      ...(args.emoji ? { emoji: args.emoji } : {}),
      ...(args.description ? { description: args.description } : {}),
    };
    if (Object.keys(changes).length === 0) {
      throw new RelayError('invalid_argument', 'Nothing to change was given.');
    }
    const data = { title: view.title, ...changes };
    const reply = await nextcloud.execute(
      'tables.api1-update-view',
      { viewId: args.view_id, data },
      { signal },
    );
    return viewSummary(reply.data, columns, nextcloud.publicUrl);
  },
});
