import * as z from 'zod';
import type { ToolContext } from '../tool.ts';
import { defineTool } from '../tool.ts';
import { filePath, pathBelowRoot, ROOT } from './file-path.ts';
import { isFolder } from './file-view.ts';
import { look, noPlaceFor, statusOf } from './look.ts';
import { isAFile } from './write-conflict.ts';

export const createDirectory = defineTool({
  name: 'nc_webdav_create_directory',
  title: 'Create folder',
  description: 'Create a folder. One that exists already is left as it is (status_code 405).',
  app: 'webdav',
  toolset: 'files',
  scopes: ['files:write'],
  effect: 'set',
  uses: ['webdav.create-folder', 'webdav.list-files'],
  input: z.object({
    path: z.string().describe('Path from the user’s root, for example Projects/2026'),
    create_parents: z.boolean().default(false).describe('Create the folders above it too'),
  }),
  async run(args, context) {
    const path = pathBelowRoot('path', args.path);
    const answer = await (args.create_parents ? withParents : create)(path, context);
    const there = answer.created ? undefined : await look(path, context);
    if (there !== undefined && !isFolder(there)) throw isAFile(path);
    return answer;
  },
});

async function withParents(path: string, context: ToolContext) {
  const segments = path.split('/');
  for (let depth = 1; depth < segments.length; depth += 1) {
    await create(segments.slice(0, depth).join('/'), context);
  }
  return create(path, context);
}

async function create(path: string, context: ToolContext) {
  const { nextcloud, signal } = context;
  const user = await nextcloud.userId();
  try {
    const { status } = await nextcloud.execute('webdav.create-folder', { user, path }, { signal });
    return { status_code: status, path, created: true };
  } catch (error) {
    if (statusOf(error) === 409) throw await noPlaceFor(path, context);
    if (statusOf(error) !== 405) throw error;
    return { status_code: 405, path, created: false, message: 'It exists already' };
  }
}

/** Makes sure that the folder a file shall go into exists. */
export async function createFolderOf(path: string, context: ToolContext): Promise<void> {
  const folder = filePath('path', path.slice(0, Math.max(path.lastIndexOf('/'), 0)));
  if (folder !== ROOT) await withParents(folder, context);
}
