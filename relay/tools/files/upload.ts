import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import { decodeBase64 } from './content.ts';
import { createFolderOf } from './create-directory.ts';
import { davPath, parentOf, pathBelowRoot, quoted } from './file-path.ts';
import { isFolder } from './file-view.ts';
import type { FileRow } from './file-view.ts';
import { freshEtag } from './fresh-etag.ts';
import { look, noPlaceIn, statusOf } from './look.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { stored } from './stored.ts';
import { replacing } from './upload-in-parts.ts';
import { isAFolder, writeConflict } from './write-conflict.ts';

const EXTRA = { app: 'webdav', toolset: 'files_extra', scopes: ['files:write'] } as const;
/**
 * What a gateway holds while it passes a part on is several times its size. S3-like storage would want 5 MiB for parts
 * of its own: Nextcloud is not told the destination before the end, so that it keeps the parts itself.
 */
const PART_BYTES = 1024 * 1024;
const MAX_PARTS = 10_000;
/** Nextcloud takes earlier times for a mistake. */
const DAY_MS = 86_400_000;
const NO_TIME = 'must be later than 1970-01-02';

const PATH = z.string().describe('Path of the file to be, from the user’s root');
const UPLOAD_ID = z
  .string()
  .regex(/^[A-Za-z0-9-]{8,64}$/)
  .describe('upload_id of nc_webdav_start_upload');
const PRECONDITION = {
  if_match: z.string().optional().describe('ETag that the file to replace must still have'),
  overwrite: z.boolean().default(false).describe('Replace an existing file whatever it holds'),
};

/** The gateway keeps nothing between these calls: the parts wait in Nextcloud, for a day. */
export const startUpload = defineTool({
  ...EXTRA,
  name: 'nc_webdav_start_upload',
  title: 'Start upload in parts',
  description:
    'Begin to upload a large file: send its parts with nc_webdav_upload_part, then call nc_webdav_finish_upload. ' +
    'Nothing is at the path before that. Unfinished uploads are removed after a day.',
  effect: 'add',
  uses: ['webdav.list-files', 'webdav.create-folder', 'webdav.start-upload'],
  input: z.object({
    path: PATH,
    size: z
      .int()
      .min(0)
      .optional()
      .describe('Bytes of the whole file, to be told now if they will not fit'),
    ...PRECONDITION,
    create_parents: z.boolean().default(false).describe('Create missing folders above the file'),
  }),
  async run(args, context) {
    const { nextcloud, signal } = context;
    const path = pathBelowRoot('path', args.path);
    if (args.create_parents) await createFolderOf(path, context);
    // what the end would refuse is told before gigabytes are sent
    const there = await look(path, context);
    if (there !== undefined && isFolder(there)) throw isAFolder(path);
    if (there !== undefined && !args.overwrite && args.if_match === undefined)
      throw await writeConflict(path, undefined, context);
    const folder = await look(parentOf(path), context);
    if (folder === undefined || !isFolder(folder)) throw noPlaceIn(folder, path);
    refuseWhatDoesNotFit(path, args.size ?? 0, folder);
    const user = await nextcloud.userId();
    const upload = context.newId();
    await nextcloud.execute('webdav.start-upload', { user, upload }, { signal });
    const smallest = Math.ceil((args.size ?? 0) / MAX_PARTS);
    return {
      upload_id: upload,
      path,
      part_bytes: Math.max(PART_BYTES, smallest),
      max_parts: MAX_PARTS,
    };
  },
});

function refuseWhatDoesNotFit(path: string, size: number, { quotaAvailable: free }: FileRow): void {
  // below zero: unlimited, or nobody knows
  if (free === undefined || free < 0 || size <= free) return;
  throw new RelayError(
    'quota_exceeded',
    `${quoted(path)} does not fit: it has ${String(size)} bytes, ${String(free)} are free. Nothing was begun.`,
    { hint: 'Free space or raise the quota.', status: 507, details: { free_bytes: free } },
  );
}

export const uploadPart = defineTool({
  ...EXTRA,
  name: 'nc_webdav_upload_part',
  title: 'Upload part',
  description:
    'Send one part of an upload. Parts are joined by number and may come in any order; sending one again replaces it.',
  effect: 'set',
  uses: ['webdav.upload-chunk'],
  input: z.object({
    upload_id: UPLOAD_ID,
    part: z.int().min(1).max(MAX_PARTS).describe('Number of the part, from 1'),
    content: z.string().min(1).describe('Bytes as base64'),
  }),
  async run({ upload_id: upload, part, content }, { nextcloud, signal }) {
    const user = await nextcloud.userId();
    const bytes = decodeBase64(content);
    await nextcloud
      .execute('webdav.upload-chunk', { user, upload, chunk: part, body: { bytes } }, { signal })
      .catch(refuseMissing(upload));
    return { upload_id: upload, part, bytes: bytes.byteLength };
  },
});

export const finishUpload = defineTool({
  ...EXTRA,
  name: 'nc_webdav_finish_upload',
  title: 'Finish upload',
  description:
    'Join the parts of an upload into the file. An existing file is replaced only with if_match or overwrite.',
  effect: 'replace',
  uses: ['webdav.finish-upload', 'webdav.list-files', 'webdav.set-file-properties'],
  input: z.object({
    upload_id: UPLOAD_ID,
    path: PATH,
    size: z
      .int()
      .min(0)
      .optional()
      .describe('Bytes of the whole file; refused when the parts give another'),
    ...PRECONDITION,
    modified: z.iso
      .datetime({ offset: true })
      .optional()
      .refine((time) => time === undefined || Date.parse(time) > DAY_MS, NO_TIME)
      .describe('Time of last change to store, ISO 8601; after 1970-01-02'),
  }),
  async run(args, context) {
    const path = pathBelowRoot('path', args.path);
    return oneAtATime(path, context, () => finish({ ...args, path }, context));
  },
});

interface Finish {
  readonly upload_id: string;
  readonly path: string;
  readonly size?: number | undefined;
  readonly if_match?: string | undefined;
  readonly overwrite: boolean;
  readonly modified?: string | undefined;
}

async function finish(args: Finish, context: ToolContext) {
  const { nextcloud, signal } = context;
  const user = await nextcloud.userId();
  const { path, size, modified, if_match: ifMatch, overwrite } = args;
  try {
    const reply = await nextcloud.execute(
      'webdav.finish-upload',
      {
        user,
        upload: args.upload_id,
        Destination: davPath(user, path),
        ...(size === undefined ? {} : { 'OC-Total-Length': size }),
        ...(modified === undefined
          ? {}
          : { 'X-OC-MTime': Math.floor(Date.parse(modified) / 1000) }),
        ...replacing({ ifMatch, overwrite }),
      },
      { signal },
    );
    const answer = stored(path, reply, nextcloud.publicUrl);
    if (answer.etag === undefined) return answer;
    const etags = { etag: answer.etag, replaced: ifMatch };
    return { ...answer, etag: await freshEtag(path, etags, context) };
  } catch (error) {
    if (statusOf(error) === 412) throw await writeConflict(path, ifMatch, context);
    const folder = statusOf(error) === 409 ? await look(parentOf(path), context) : undefined;
    if (statusOf(error) === 409 && folder === undefined) throw noPlaceIn(folder, path);
    return refuseMissing(args.upload_id)(error);
  }
}

export const abortUpload = defineTool({
  ...EXTRA,
  name: 'nc_webdav_abort_upload',
  title: 'Abort upload',
  description: 'Throw away the parts of an unfinished upload.',
  effect: 'delete',
  uses: ['webdav.abort-upload'],
  input: z.object({ upload_id: UPLOAD_ID }),
  async run({ upload_id: upload }, { nextcloud, signal }) {
    const user = await nextcloud.userId();
    await nextcloud
      .execute('webdav.abort-upload', { user, upload }, { signal })
      .catch(refuseMissing(upload));
    return { aborted: true, upload_id: upload };
  },
});

function refuseMissing(upload: string): (error: unknown) => never {
  return (error) => {
    // a part for a folder that is gone is a 409
    if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
    throw new RelayError('not_found', `There is no upload ${upload}.`, {
      hint: 'It was finished, aborted, or removed after a day: start again.',
      status: 404,
    });
  };
}
