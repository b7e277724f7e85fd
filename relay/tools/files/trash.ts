import * as z from 'zod';
import type { ResultOf } from '../../../openapi/index.ts';
import { RelayError } from '../../errors.ts';
import { pageReply } from '../../nextcloud/dav/paged.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import { davPath, nameOf, pathOfHref, quoted, ROOT } from './file-path.ts';
import { statusOf } from './look.ts';
import { MAX_PAGE, pageArguments, pageOf } from './page.ts';

type TrashRow = ResultOf<'webdav.list-trash'>[number];

const COMMON = { app: 'webdav', toolset: 'files' } as const;
const EXTRA = { app: 'webdav', toolset: 'files_extra' } as const;
const ENTRY = {
  entry: z.string().min(1).describe('entry as nc_webdav_list_trash gives it: name.d and a number'),
};

export const listTrash = defineTool({
  ...COMMON,
  name: 'nc_webdav_list_trash',
  title: 'List trash bin',
  description:
    'List deleted files and folders, with the entry to restore each, its place before and when it was deleted.',
  scopes: ['files:read'],
  effect: 'read',
  uses: ['webdav.list-trash'],
  input: z.object({
    limit: z.int().min(1).max(MAX_PAGE).default(100).describe('Entries per answer'),
    cursor: z.string().nullish().describe('next_cursor of the answer before'),
  }),
  async run({ limit, cursor }, { nextcloud, signal }) {
    const user = await nextcloud.userId();
    const paging = pageArguments(limit, cursor);
    const reply = await pageReply(paging, (page) =>
      nextcloud.execute('webdav.list-trash', { user, ...page }, { signal }),
    );
    const entries = reply.data.filter(({ name }) => name !== undefined).map(trashView);
    const { total, next } = pageOf(entries.length, cursor, reply.headers);
    return { entries, total_count: total, ...next };
  },
});

function trashView(row: TrashRow) {
  const { name, originalLocation, deletedAt, size, fileId, kind } = row;
  return {
    entry: nameOf(row.href?.replace(/\/$/, '') ?? ''),
    name,
    ...(originalLocation === undefined ? {} : { original_path: originalLocation }),
    is_directory: kind?.includes('collection') ?? false,
    ...(size === undefined ? {} : { size }),
    ...(fileId === undefined ? {} : { file_id: fileId }),
    ...(deletedAt === undefined
      ? {}
      : { deleted_at: `${new Date(deletedAt * 1000).toISOString().slice(0, 19)}Z` }),
  };
}

export const restoreTrashed = defineTool({
  ...COMMON,
  name: 'nc_webdav_restore_trashed',
  title: 'Restore from trash bin',
  description:
    'Put a deleted file or folder back where it was. When its place is taken it gets another name: read path.',
  scopes: ['files:write'],
  effect: 'act',
  uses: ['webdav.get-trashed', 'webdav.restore-trashed', 'webdav.search-files'],
  input: z.object(ENTRY),
  async run({ entry }, context) {
    const { nextcloud, signal } = context;
    const user = await nextcloud.userId();
    const name = entryName(entry);
    const before = await nextcloud
      .execute('webdav.get-trashed', { user, entry: name, Depth: '0' }, { signal })
      .catch(refuseMissing(name));
    const Destination = `/trashbin/${user}/restore/${name}`;
    const moved = { user, entry: name, Destination };
    await nextcloud.execute('webdav.restore-trashed', moved, { signal }).catch(refuseMissing(name));
    const { originalLocation, fileId } = before.data[0] ?? {};
    const path = (await pathOfId(fileId, context)) ?? originalLocation;
    return {
      restored: true,
      ...(path === undefined ? {} : { path }),
      ...(fileId === undefined ? {} : { file_id: fileId }),
    };
  },
});

/** Where the server put it; the id survives the trash bin. */
async function pathOfId(
  fileId: number | undefined,
  { nextcloud, signal }: ToolContext,
): Promise<string | undefined> {
  if (fileId === undefined) return undefined;
  const user = await nextcloud.userId();
  const found = { scope: davPath(user, ROOT), file_id: fileId, limit: 1 };
  const reply = await nextcloud.execute('webdav.search-files', found, { signal });
  const href = reply.data[0]?.href;
  return href === undefined ? undefined : pathOfHref(user, href);
}

export const deleteTrashed = defineTool({
  ...EXTRA,
  name: 'nc_webdav_delete_trashed',
  title: 'Delete from trash bin',
  description: 'Delete one entry of the trash bin for good.',
  scopes: ['files:write'],
  effect: 'delete',
  uses: ['webdav.delete-trashed'],
  input: z.object(ENTRY),
  async run({ entry }, { nextcloud, signal }) {
    const user = await nextcloud.userId();
    const name = entryName(entry);
    await nextcloud
      .execute('webdav.delete-trashed', { user, entry: name }, { signal })
      .catch(refuseMissing(name));
    return { deleted: true, entry: name };
  },
});

export const emptyTrash = defineTool({
  ...EXTRA,
  name: 'nc_webdav_empty_trash',
  title: 'Empty trash bin',
  description: 'Delete everything in the user’s trash bin for good. Nothing of it can be restored.',
  scopes: ['files:write'],
  effect: 'delete',
  uses: ['webdav.empty-trash'],
  input: z.object({}),
  async run(_args, { nextcloud, signal }) {
    await nextcloud.execute('webdav.empty-trash', { user: await nextcloud.userId() }, { signal });
    return { emptied: true };
  },
});

/** The entry alone: content of deleted folders is restored with them. */
function entryName(entry: string): string {
  const name = entry.replace(/^\/+|\/+$/g, '');
  if (name !== '' && !name.includes('/')) return name;
  throw new RelayError('invalid_argument', "Argument 'entry' is not an entry of the trash bin.");
}

function refuseMissing(entry: string): (error: unknown) => never {
  return (error) => {
    if (statusOf(error) !== 404) throw error;
    throw new RelayError('not_found', `The trash bin has no entry ${quoted(entry)}.`, {
      hint: 'Take entry from nc_webdav_list_trash.',
      status: 404,
    });
  };
}
