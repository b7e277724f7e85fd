import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { nodeInput, nodeOf } from './node.ts';

export const setFavorite = defineTool({
  name: 'nc_tables_set_favorite',
  title: 'Set table favourite',
  description: 'Put a table or view among the favourites of this user, or take it out.',
  app: 'tables',
  toolset: 'tables_extra',
  scopes: ['tables:write'],
  effect: 'set',
  uses: ['tables.api_favorite-create', 'tables.api_favorite-destroy'],
  input: z.object({ ...nodeInput, favorite: z.boolean().describe('true adds, false removes') }),
  async run(args, { nextcloud, signal }) {
    const node = nodeOf(args);
    // node types as numbers: 0 table, 1 view
    const target = { nodeType: node.type === 'table' ? 0 : 1, nodeId: node.id };
    if (args.favorite) await nextcloud.execute('tables.api_favorite-create', target, { signal });
    else await nextcloud.execute('tables.api_favorite-destroy', target, { signal });
    return { success: true, favorite: args.favorite };
  },
});
