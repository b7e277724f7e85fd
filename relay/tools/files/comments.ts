import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import { pathBelowRoot, quoted } from './file-path.ts';
import { fileIdAt, statusOf } from './look.ts';

const EXTRA = { app: 'webdav', toolset: 'files_extra' } as const;
const PATH = z.string().describe('Path from the user’s root');
const ID = z.int().min(1).describe('Id of the comment');
const MESSAGE = z.string().min(1).max(1000).describe('Text, up to 1000 characters; @name mentions');

export const listComments = defineTool({
  ...EXTRA,
  name: 'nc_webdav_list_comments',
  title: 'List file comments',
  description: 'List the comments on a file or folder, newest first. Go on with next_offset.',
  scopes: ['files:read'],
  effect: 'read',
  uses: ['webdav.list-files', 'webdav.list-comments'],
  input: z.object({
    path: PATH,
    limit: z.int().min(1).max(200).default(50).describe('Comments per answer'),
    offset: z.int().min(0).default(0).describe('next_offset of the answer before'),
  }),
  async run(args, context) {
    const { nextcloud, signal } = context;
    const path = pathBelowRoot('path', args.path);
    const file_id = await fileIdAt(path, context);
    const { limit, offset } = args;
    const page = { file_id, limit: limit + 1, offset };
    const reply = await nextcloud.execute('webdav.list-comments', page, { signal });
    const comments = reply.data.slice(0, limit).map((row) => ({
      id: row.id,
      message: row.message ?? '',
      author_id: row.actorId,
      ...(row.actorDisplayName === undefined ? {} : { author_name: row.actorDisplayName }),
      ...(row.created === undefined ? {} : { created: row.created }),
      ...(row.parentId === undefined || row.parentId === 0 ? {} : { parent_id: row.parentId }),
      unread: row.unread ?? false,
    }));
    return {
      path,
      file_id,
      comments,
      total_count: comments.length,
      ...(reply.data.length > limit ? { next_offset: offset + limit } : {}),
    };
  },
});

export const createComment = defineTool({
  ...EXTRA,
  name: 'nc_webdav_create_comment',
  title: 'Comment on file',
  description: 'Write a comment on a file or folder; everyone who can see it reads it.',
  scopes: ['files:write'],
  effect: 'add',
  uses: ['webdav.list-files', 'webdav.create-comment'],
  input: z.object({ path: PATH, message: MESSAGE }),
  async run(args, context) {
    const { nextcloud, signal } = context;
    const path = pathBelowRoot('path', args.path);
    const file_id = await fileIdAt(path, context);
    const comment = { message: args.message, actorType: 'users', verb: 'comment' } as const;
    const sent = { file_id, ...comment };
    const reply = await nextcloud.execute('webdav.create-comment', sent, { signal });
    const id = /(\d+)$/.exec(reply.headers['content-location'] ?? '')?.[1];
    return { path, file_id, ...(id === undefined ? {} : { comment_id: Number(id) }) };
  },
});

export const updateComment = defineTool({
  ...EXTRA,
  name: 'nc_webdav_update_comment',
  title: 'Change file comment',
  description: 'Replace the text of one of the user’s own comments.',
  scopes: ['files:write'],
  effect: 'replace',
  uses: ['webdav.list-files', 'webdav.update-comment'],
  input: z.object({ path: PATH, comment_id: ID, message: MESSAGE }),
  async run(args, context) {
    const { nextcloud, signal } = context;
    const path = pathBelowRoot('path', args.path);
    const { comment_id, message } = args;
    const file_id = await fileIdAt(path, context);
    const reply = await nextcloud
      .execute('webdav.update-comment', { file_id, comment_id, message }, { signal })
      .catch(refuseMissing(path, comment_id));
    if (reply.data[0]?.message !== true)
      throw new RelayError('refused', 'Nextcloud did not change the comment.', {
        hint: 'Only its author can.',
      });
    return { path, comment_id, message };
  },
});

export const deleteComment = defineTool({
  ...EXTRA,
  name: 'nc_webdav_delete_comment',
  title: 'Delete file comment',
  description: 'Delete one of the user’s own comments.',
  scopes: ['files:write'],
  effect: 'delete',
  uses: ['webdav.list-files', 'webdav.delete-comment'],
  input: z.object({ path: PATH, comment_id: ID }),
  async run(args, context) {
    const { nextcloud, signal } = context;
    const path = pathBelowRoot('path', args.path);
    const { comment_id } = args;
    const file_id = await fileIdAt(path, context);
    await nextcloud
      .execute('webdav.delete-comment', { file_id, comment_id }, { signal })
      .catch(refuseMissing(path, comment_id));
    return { deleted: true, path, comment_id };
  },
});

function refuseMissing(path: string, id: number): (error: unknown) => never {
  return (error) => {
    if (statusOf(error) !== 404) throw error;
    throw new RelayError('not_found', `${quoted(path)} has no comment ${String(id)}.`, {
      status: 404,
    });
  };
}
