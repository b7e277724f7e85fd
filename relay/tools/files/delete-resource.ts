import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import { pathBelowRoot, quoted } from './file-path.ts';
import { sentEtag } from './file-view.ts';
import { statusOf } from './look.ts';
import { oneAtATime } from './one-at-a-time.ts';

export const deleteResource = defineTool({
  name: 'nc_webdav_delete_resource',
  title: 'Delete file or folder',
  description:
    'Delete a file, or a folder with all its content. It goes to the trash bin where that is on. Nothing there ' +
    'answers status_code 404.',
  app: 'webdav',
  toolset: 'files',
  scopes: ['files:write'],
  effect: 'delete',
  uses: ['webdav.delete-file'],
  input: z.object({
    path: z.string().describe('Path from the user’s root; the root itself is refused'),
    if_match: z.string().optional().describe('Delete only if this is still its ETag'),
  }),
  async run(args, context) {
    const { nextcloud, signal } = context;
    const path = pathBelowRoot('path', args.path);
    const user = await nextcloud.userId();
    const condition = args.if_match === undefined ? {} : { 'If-Match': sentEtag(args.if_match) };
    return oneAtATime(path, context, async () => {
      try {
        const { status } = await nextcloud.execute(
          'webdav.delete-file',
          { user, path, ...condition },
          { signal },
        );
        return { status_code: status, path };
      } catch (error) {
        if (statusOf(error) === 404)
          return { status_code: 404, path, message: 'There is nothing at this path' };
        if (statusOf(error) !== 412) throw error;
        throw new RelayError(
          'conflict',
          `${quoted(path)} was changed meanwhile; nothing deleted.`,
          {
            hint: 'Look at it again and decide with its current ETag.',
            status: 412,
          },
        );
      }
    });
  },
});
