import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { filePath } from './file-path.ts';
import { fileView } from './file-view.ts';
import { mustLook } from './look.ts';

export const getInfo = defineTool({
  name: 'nc_webdav_get_info',
  title: 'Get file info',
  description:
    'Show what is known of a file or folder without its content: size, type, ETag, file id, favourite, tags, owner, ' +
    'number of comments, what the user may do, and for folders the free space in bytes.',
  app: 'webdav',
  toolset: 'files',
  scopes: ['files:read'],
  effect: 'read',
  uses: ['webdav.list-files'],
  input: z.object({
    path: z.string().describe('Path from the user’s root; empty for the root'),
  }),
  async run(args, context) {
    const { nextcloud } = context;
    const row = await mustLook(filePath('path', args.path), context);
    const { ownerId, shareTypes, tags, commentsCount, quotaAvailable } = row;
    return {
      ...fileView(row, await nextcloud.userId(), nextcloud.publicUrl),
      ...(ownerId === undefined ? {} : { owner_id: ownerId }),
      may: rights(row.permissions ?? ''),
      is_shared: (shareTypes ?? []).length > 0,
      tags: (tags ?? []).map(({ id, name }) => ({ id, name })),
      ...(commentsCount === undefined ? {} : { comments_count: commentsCount }),
      // -1, -2 and -3 say: not computed, unknown, unlimited
      ...(quotaAvailable !== undefined && quotaAvailable >= 0
        ? { free_bytes: quotaAvailable }
        : {}),
    };
  },
});

const RIGHTS: readonly (readonly [letter: string, right: string])[] = [
  ['G', 'read'],
  ['W', 'write'],
  ['C', 'create_files'],
  ['K', 'create_folders'],
  ['D', 'delete'],
  ['N', 'rename'],
  ['V', 'move'],
  ['R', 'share'],
];

/** Nextcloud packs them into letters. */
function rights(letters: string): string[] {
  return RIGHTS.filter(([letter]) => letters.includes(letter)).map(([, right]) => right);
}
