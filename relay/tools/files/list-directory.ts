import * as z from 'zod';
import { pageReply } from '../../nextcloud/dav/paged.ts';
import { defineTool } from '../tool.ts';
import { filePath, ROOT } from './file-path.ts';
import { fileView, isFolder } from './file-view.ts';
import type { FileView } from './file-view.ts';
import { missing, notAFolder, statusOf } from './look.ts';
import { MAX_PAGE, pageArguments, pageOf } from './page.ts';

export const listDirectory = defineTool({
  name: 'nc_webdav_list_directory',
  title: 'List folder',
  description:
    'List the files and folders in one folder, not what is below. Counts and total_size are of the listed entries; ' +
    'total_count is of the whole folder. Go on with next_cursor.',
  app: 'webdav',
  toolset: 'files',
  scopes: ['files:read'],
  effect: 'read',
  uses: ['webdav.list-files'],
  input: z.object({
    path: z.string().default('').describe('Path from the user’s root; empty for the root'),
    limit: z.int().min(1).max(MAX_PAGE).default(100).describe('Entries per answer'),
    cursor: z.string().nullish().describe('next_cursor of the answer before'),
  }),
  async run(args, context) {
    const { nextcloud, signal } = context;
    const path = filePath('path', args.path);
    const user = await nextcloud.userId();
    const paging = pageArguments(args.limit, args.cursor);
    const reply = await pageReply(paging, (page) =>
      nextcloud.execute('webdav.list-files', { user, path, ...page }, { signal }),
    ).catch((error: unknown) => {
      throw statusOf(error) === 404 ? missing(path) : error;
    });
    const files: FileView[] = [];
    for (const row of reply.data) {
      const view = fileView(row, user, nextcloud.publicUrl);
      if (view.path !== path) files.push(view);
      else if (!isFolder(row)) throw notAFolder(path);
    }
    const plain = files.filter((file) => !file.is_directory);
    const { total, next } = pageOf(files.length, args.cursor, reply.headers);
    return {
      success: true,
      timestamp: context.now().toISOString(),
      path: path === ROOT ? '' : path,
      files,
      total_count: total,
      directories_count: files.length - plain.length,
      files_count: plain.length,
      total_size: plain.reduce((sum, { size = 0 }) => sum + size, 0),
      ...next,
    };
  },
});
