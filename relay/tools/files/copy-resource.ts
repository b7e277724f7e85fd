import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { relocate } from './relocate.ts';

export const copyResource = defineTool({
  name: 'nc_webdav_copy_resource',
  title: 'Copy file or folder',
  description:
    'Copy a file or folder with everything in it. What is at the destination is kept unless overwrite is set.',
  app: 'webdav',
  toolset: 'files',
  scopes: ['files:write'],
  effect: 'replace',
  uses: ['webdav.copy-file', 'webdav.list-files'],
  input: z.object({
    source_path: z.string().describe('Path from the user’s root'),
    destination_path: z.string().describe('New path, including the name'),
    overwrite: z.boolean().default(false).describe('Replace what is at the destination'),
  }),
  run: (args, context) => relocate('copy', args, context),
});
