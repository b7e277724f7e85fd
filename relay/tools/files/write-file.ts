import * as z from 'zod';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import { bytesOf, mediaTypeOf } from './content.ts';
import { createFolderOf } from './create-directory.ts';
import { pathBelowRoot } from './file-path.ts';
import { sentEtag } from './file-view.ts';
import { freshEtag } from './fresh-etag.ts';
import { look, noPlaceFor, statusOf } from './look.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { stored } from './stored.ts';
import { isAFolder, writeConflict } from './write-conflict.ts';
import { UPLOAD_OPERATIONS, uploadInParts } from './upload-in-parts.ts';

/** Larger content goes up in parts, so that a broken connection or a proxy's limit does not lose it all. */
const IN_PARTS_ABOVE = 20 * 1024 * 1024;

export interface Write {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mediaType: string | undefined;
  readonly ifMatch: string | undefined;
  readonly overwrite: boolean;
}

export const writeFile = defineTool({
  name: 'nc_webdav_write_file',
  title: 'Write file',
  description:
    'Create a file, or replace its whole content. An existing file is replaced only with if_match (its ETag from ' +
    'reading, fails when it changed since) or overwrite. For large files use nc_webdav_start_upload.',
  app: 'webdav',
  toolset: 'files',
  scopes: ['files:write'],
  effect: 'replace',
  uses: [
    'webdav.write-file',
    'webdav.create-folder',
    'webdav.list-files',
    'webdav.set-file-properties',
    ...UPLOAD_OPERATIONS,
  ],
  input: z.object({
    path: z.string().describe('Path from the user’s root, for example Notes/plan.md'),
    content: z.string().describe('Text, or base64 when content_type or encoding says so'),
    content_type: z
      .string()
      .nullish()
      .describe('Media type; end it with ;base64 for base64 content, for example image/png;base64'),
    encoding: z.enum(['text', 'base64']).optional().describe('How content is written here'),
    if_match: z
      .string()
      .optional()
      .describe('ETag the file must still have; * for any existing file'),
    overwrite: z.boolean().default(false).describe('Replace an existing file whatever it holds'),
    create_parents: z.boolean().default(false).describe('Create missing folders above the file'),
  }),
  async run(args, context) {
    const path = pathBelowRoot('path', args.path);
    const write: Write = {
      path,
      bytes: bytesOf(args),
      mediaType: mediaTypeOf(args.content_type),
      ifMatch: args.if_match,
      overwrite: args.overwrite,
    };
    return oneAtATime(path, context, async () => {
      if (args.create_parents) await createFolderOf(path, context);
      return { ...(await save(write, context)), size: write.bytes.byteLength };
    });
  },
});

async function save(write: Write, context: ToolContext) {
  const { nextcloud } = context;
  try {
    const reply =
      write.bytes.byteLength > IN_PARTS_ABOVE
        ? await uploadInParts(write, context)
        : await put(write, context);
    const answer = stored(write.path, reply, nextcloud.publicUrl);
    if (answer.etag === undefined) return answer;
    const etags = { etag: answer.etag, replaced: write.ifMatch };
    return { ...answer, etag: await freshEtag(write.path, etags, context) };
  } catch (error) {
    throw await explained(error, write, context);
  }
}

async function put(write: Write, context: ToolContext) {
  const { nextcloud, signal } = context;
  const user = await nextcloud.userId();
  const body = {
    bytes: write.bytes,
    ...(write.mediaType === undefined ? {} : { media_type: write.mediaType }),
  };
  const args = { user, path: write.path, body, ...precondition(write) };
  return nextcloud.execute('webdav.write-file', args, { signal });
}

function precondition({ ifMatch, overwrite }: Write) {
  if (ifMatch !== undefined) return { 'If-Match': sentEtag(ifMatch) };
  return overwrite ? {} : { 'If-None-Match': '*' };
}

async function explained(error: unknown, write: Write, context: ToolContext): Promise<unknown> {
  const { path } = write;
  switch (statusOf(error)) {
    case 404:
      return noPlaceFor(path, context);
    case 405:
    case 409:
      return (await look(path, context)) === undefined
        ? noPlaceFor(path, context)
        : isAFolder(path);
    case 412:
      return writeConflict(path, write.ifMatch, context);
    default:
      return error;
  }
}
