import * as z from 'zod';
import type { ResultOf } from '../../../openapi/index.ts';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import { filePath, pathBelowRoot, ROOT } from './file-path.ts';
import { fileView } from './file-view.ts';
import { fileIdAt, missing, statusOf } from './look.ts';
import { MAX_PAGE } from './page.ts';

type TagRow = ResultOf<'webdav.list-tags'>[number];

const EXTRA = { app: 'webdav', toolset: 'files_extra' } as const;
const TAG = z.string().min(1).describe('Name of the tag, or its id');
const PATH = z.string().describe('Path from the user’s root');

export const listTags = defineTool({
  ...EXTRA,
  name: 'nc_webdav_list_tags',
  title: 'List tags',
  description: 'List the tags that files can carry, or those of one file or folder.',
  scopes: ['files:read'],
  effect: 'read',
  uses: ['webdav.list-tags', 'webdav.list-file-tags', 'webdav.list-files'],
  input: z.object({
    path: z.string().optional().describe('Only tags of this file or folder'),
  }),
  async run(args, context) {
    const tags =
      args.path === undefined
        ? await allTags(context)
        : await tagsOf(await fileIdAt(filePath('path', args.path), context), context);
    return { tags: tags.map(tagView), total_count: tags.length };
  },
});

async function allTags({ nextcloud, signal }: ToolContext): Promise<TagRow[]> {
  const reply = await nextcloud.execute('webdav.list-tags', { Depth: '1' }, { signal });
  return reply.data.filter(({ id }) => id !== undefined);
}

async function tagsOf(file_id: number, { nextcloud, signal }: ToolContext): Promise<TagRow[]> {
  const args = { file_id, Depth: '1' } as const;
  const reply = await nextcloud.execute('webdav.list-file-tags', args, { signal });
  return reply.data.filter(({ id }) => id !== undefined);
}

function tagView({ id, name, userVisible, userAssignable, canAssign, color }: TagRow) {
  return {
    id,
    name,
    visible: userVisible ?? true,
    assignable: userAssignable ?? true,
    can_assign: canAssign ?? false,
    ...(color === undefined || color === '' ? {} : { color }),
  };
}

export const createTag = defineTool({
  ...EXTRA,
  name: 'nc_webdav_create_tag',
  title: 'Create tag',
  description: 'Create a tag for files. Tags belong to the whole server: everyone sees its name.',
  scopes: ['files:write'],
  effect: 'add',
  uses: ['webdav.create-tag'],
  input: z.object({ name: z.string().trim().min(1).max(64).describe('Name of the tag') }),
  run: ({ name }, context) => create(name, context),
});

async function create(name: string, { nextcloud, signal }: ToolContext) {
  try {
    const args = { name, userVisible: true, userAssignable: true };
    const reply = await nextcloud.execute('webdav.create-tag', args, { signal });
    const id = /(\d+)$/.exec(reply.headers['content-location'] ?? '')?.[1];
    return { name, ...(id === undefined ? {} : { id: Number(id) }) };
  } catch (error) {
    if (statusOf(error) !== 409) throw error;
    throw new RelayError('already_exists', `There is a tag ${JSON.stringify(name)} already.`, {
      status: 409,
    });
  }
}

export const deleteTag = defineTool({
  ...EXTRA,
  name: 'nc_webdav_delete_tag',
  title: 'Delete tag',
  description:
    'Delete a tag of the whole server, from every file that carries it. Only administrators may.',
  scopes: ['files:write'],
  effect: 'delete',
  uses: ['webdav.list-tags', 'webdav.delete-tag'],
  input: z.object({ tag: TAG }),
  async run(args, context) {
    const { nextcloud, signal } = context;
    const { id: tag_id, name } = await mustFindTag(args.tag, context);
    await nextcloud.execute('webdav.delete-tag', { tag_id }, { signal });
    return { deleted: true, tag: { id: tag_id, name } };
  },
});

export const assignTag = defineTool({
  ...EXTRA,
  name: 'nc_webdav_assign_tag',
  title: 'Tag file',
  description: 'Put a tag on a file or folder.',
  scopes: ['files:write'],
  effect: 'set',
  uses: ['webdav.list-files', 'webdav.list-tags', 'webdav.assign-tag', 'webdav.create-tag'],
  input: z.object({
    path: PATH,
    tag: TAG,
    create: z.boolean().default(false).describe('Create the tag when there is none of this name'),
  }),
  async run(args, context) {
    const { nextcloud, signal } = context;
    const path = pathBelowRoot('path', args.path);
    const file_id = await fileIdAt(path, context);
    const tag = (await findTag(args.tag, context)) ?? (await created(args, context));
    const { id: tag_id } = tag;
    await nextcloud
      .execute('webdav.assign-tag', { file_id, tag_id }, { signal })
      .catch((error: unknown) => {
        // it has the tag already
        if (statusOf(error) !== 409) throw error;
      });
    return { path, tag: { id: tag_id, name: tag.name }, assigned: true };
  },
});

async function created(args: { tag: string; create: boolean }, context: ToolContext) {
  if (!args.create) throw noTag(args.tag);
  const { name, id } = await create(args.tag, context);
  if (id === undefined)
    throw new RelayError('upstream_error', 'Nextcloud does not say which id the new tag has.');
  return { name, id };
}

export const unassignTag = defineTool({
  ...EXTRA,
  name: 'nc_webdav_unassign_tag',
  title: 'Take tag off file',
  description: 'Take a tag off a file or folder. The tag itself stays.',
  scopes: ['files:write'],
  effect: 'set',
  uses: ['webdav.list-files', 'webdav.list-tags', 'webdav.unassign-tag'],
  input: z.object({ path: PATH, tag: TAG }),
  async run(args, context) {
    const { nextcloud, signal } = context;
    const path = pathBelowRoot('path', args.path);
    const file_id = await fileIdAt(path, context);
    const { id: tag_id, name } = await mustFindTag(args.tag, context);
    await nextcloud
      .execute('webdav.unassign-tag', { file_id, tag_id }, { signal })
      .catch((error: unknown) => {
        // it does not have the tag
        if (statusOf(error) !== 404) throw error;
      });
    return { path, tag: { id: tag_id, name }, assigned: false };
  },
});

export const findByTag = defineTool({
  ...EXTRA,
  name: 'nc_webdav_find_by_tag',
  title: 'Find files by tag',
  description: 'Find files and folders that carry all of the given tags.',
  scopes: ['files:read'],
  effect: 'read',
  uses: ['webdav.list-tags', 'webdav.filter-files'],
  input: z.object({
    tags: z.array(TAG).min(1).max(10).describe('Names or ids of tags'),
    scope: z.string().default('').describe('Folder to search with everything below; empty for all'),
    limit: z.int().min(1).max(MAX_PAGE).default(100).describe('Results at most'),
    offset: z.int().min(0).default(0).describe('next_offset of the answer before'),
  }),
  async run(args, context) {
    const { nextcloud, signal } = context;
    const path = filePath('scope', args.scope);
    const user = await nextcloud.userId();
    const tag_ids: number[] = [];
    for (const tag of args.tags) tag_ids.push((await mustFindTag(tag, context)).id);
    const { limit, offset } = args;
    const page = { limit: limit + 1, ...(offset === 0 ? {} : { offset }) };
    const reply = await nextcloud
      .execute('webdav.filter-files', { user, path, tag_ids, ...page }, { signal })
      .catch((error: unknown) => {
        throw statusOf(error) === 404 ? missing(path) : error;
      });
    const results = reply.data
      .slice(0, limit)
      .map((row) => fileView(row, user, nextcloud.publicUrl));
    return {
      results,
      total_found: results.length,
      scope: path === ROOT ? '' : path,
      ...(reply.data.length > limit ? { next_offset: offset + limit } : {}),
    };
  },
});

/** By name first: a tag may be called 2026. */
async function findTag(
  wanted: string,
  context: ToolContext,
): Promise<{ id: number; name: string } | undefined> {
  const tags = await allTags(context);
  const found =
    tags.find(({ name }) => name === wanted) ?? tags.find(({ id }) => String(id) === wanted);
  return found?.id === undefined ? undefined : { id: found.id, name: found.name ?? '' };
}

async function mustFindTag(wanted: string, context: ToolContext) {
  const tag = await findTag(wanted, context);
  if (tag === undefined) throw noTag(wanted);
  return tag;
}

function noTag(wanted: string): RelayError {
  return new RelayError('not_found', `There is no tag ${JSON.stringify(wanted)}.`, {
    hint: 'nc_webdav_list_tags shows all; names are case-sensitive.',
    status: 404,
  });
}
