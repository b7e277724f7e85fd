import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { relocate } from './relocate.ts';

export const moveResource = defineTool({
  name: 'nc_webdav_move_resource',
  title: 'Move file or folder',
  description:
    'Move or rename a file or folder with everything in it. What is at the destination is kept unless overwrite is set.',
  app: 'webdav',
  toolset: 'files',
  scopes: ['files:write'],
  effect: 'replace',
  uses: ['webdav.move-file', 'webdav.list-files'],
  input: z.object({
    source_path: z.string().describe('Path from the user’s root'),
    destination_path: z.string().describe('New path, including the name'),
    overwrite: z.boolean().default(false).describe('Replace what is at the destination'),
    if_match: z.string().optional().describe('Move only if this is still the ETag of the source'),
  }),
  run: (args, context) => relocate('move', args, context),
});
