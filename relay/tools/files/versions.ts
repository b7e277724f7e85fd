import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import { nameOf, pathBelowRoot, quoted } from './file-path.ts';
import { plainEtag } from './file-view.ts';
import { fileIdAt, statusOf } from './look.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { onceWhenLarge, PART_INPUT, partAnswer, wishedLength } from './part-answer.ts';

const EXTRA = { app: 'webdav', toolset: 'files_extra' } as const;
const PATH = { path: z.string().describe('Path of the file from the user’s root') };
const VERSION = {
  ...PATH,
  version: z.string().regex(/^\d{1,15}$/).describe('version as nc_webdav_list_versions gives it'),
}; // prettier-ignore

interface Version {
  readonly version: string;
  readonly size: number;
  readonly content_type: string;
}

export const listVersions = defineTool({
  ...EXTRA,
  name: 'nc_webdav_list_versions',
  title: 'List file versions',
  description:
    'List the stored versions of a file, newest first; the first one may be the current state.',
  scopes: ['files:read'],
  effect: 'read',
  uses: ['webdav.list-files', 'webdav.list-versions'],
  input: z.object(PATH),
  async run(args, context) {
    const path = pathBelowRoot('path', args.path);
    const versions = await versionsOf(await fileIdAt(path, context), context);
    return { path, versions, total_count: versions.length };
  },
});

async function versionsOf(file_id: number, context: ToolContext) {
  const { nextcloud, signal } = context;
  const user = await nextcloud.userId();
  const args = { user, file_id, Depth: '1' } as const;
  const reply = await nextcloud.execute('webdav.list-versions', args, { signal });
  return reply.data
    .map((row) => ({
      version: nameOf(row.href?.replace(/\/$/, '') ?? ''),
      size: row.contentLength ?? 0,
      content_type: row.contentType ?? 'application/octet-stream',
      ...(row.modified === undefined ? {} : { last_modified: row.modified }),
      ...(row.etag === undefined ? {} : { etag: plainEtag(row.etag) }),
      ...(row.label === undefined || row.label === '' ? {} : { label: row.label }),
      ...(row.author === undefined || row.author === '' ? {} : { author: row.author }),
    }))
    .filter(({ version }) => version !== String(file_id))
    .sort((a, b) => Number(b.version) - Number(a.version));
}

export const readVersion = defineTool({
  ...EXTRA,
  name: 'nc_webdav_read_version',
  title: 'Read file version',
  description:
    'Read the content of one stored version: text as text, all else as base64, in parts.',
  scopes: ['files:read'],
  effect: 'read',
  uses: ['webdav.list-files', 'webdav.list-versions', 'webdav.read-version'],
  input: z.object({ ...VERSION, ...PART_INPUT }),
  async run(args, context) {
    const { nextcloud, signal } = context;
    const path = pathBelowRoot('path', args.path);
    const file_id = await fileIdAt(path, context);
    const found: Version | undefined = (await versionsOf(file_id, context)).find(
      ({ version }) => version === args.version,
    );
    if (found === undefined) throw noVersion(path, args.version);
    const length = wishedLength(args, found.size);
    const Range = `bytes=${String(args.offset)}-${String(args.offset + length - 1)}`;
    const user = await nextcloud.userId();
    const wanted = { user, file_id, version: args.version, Range };
    const reply =
      length === 0 ? undefined : await nextcloud.execute('webdav.read-version', wanted, { signal });
    const all = reply?.data.bytes ?? new Uint8Array();
    // version storage may not know ranges and answer with everything
    const bytes = reply?.status === 206 ? all : all.subarray(args.offset, args.offset + length);
    const file = { type: found.content_type, size: found.size };
    return onceWhenLarge({ path, ...found, ...partAnswer(bytes, file, args) });
  },
});

export const restoreVersion = defineTool({
  ...EXTRA,
  name: 'nc_webdav_restore_version',
  title: 'Restore file version',
  description:
    'Make a stored version the content of the file. The content it has now becomes a version.',
  scopes: ['files:write'],
  effect: 'replace',
  uses: ['webdav.list-files', 'webdav.restore-version'],
  input: z.object(VERSION),
  async run(args, context) {
    const { nextcloud, signal } = context;
    const path = pathBelowRoot('path', args.path);
    const { version } = args;
    const user = await nextcloud.userId();
    const file_id = await fileIdAt(path, context);
    const Destination = `/versions/${user}/restore/target`;
    await oneAtATime(path, context, () =>
      nextcloud
        .execute('webdav.restore-version', { user, file_id, version, Destination }, { signal })
        .catch(refuseMissing(path, version)),
    );
    return { restored: true, path, version };
  },
});

export const deleteVersion = defineTool({
  ...EXTRA,
  name: 'nc_webdav_delete_version',
  title: 'Delete file version',
  description:
    'Delete one stored version of a file for good. The current state cannot be deleted so.',
  scopes: ['files:write'],
  effect: 'delete',
  uses: ['webdav.list-files', 'webdav.delete-version'],
  input: z.object(VERSION),
  async run(args, context) {
    const { nextcloud, signal } = context;
    const path = pathBelowRoot('path', args.path);
    const { version } = args;
    const file_id = await fileIdAt(path, context);
    const user = await nextcloud.userId();
    await nextcloud
      .execute('webdav.delete-version', { user, file_id, version }, { signal })
      .catch(refuseMissing(path, version));
    return { deleted: true, path, version };
  },
});

export const labelVersion = defineTool({
  ...EXTRA,
  name: 'nc_webdav_label_version',
  title: 'Name file version',
  description:
    'Give a stored version a name; a named version is kept when old ones are cleared away.',
  scopes: ['files:write'],
  effect: 'set',
  uses: ['webdav.list-files', 'webdav.label-version'],
  input: z.object({ ...VERSION, label: z.string().max(255).describe('Name; empty takes it away') }),
  async run(args, context) {
    const { nextcloud, signal } = context;
    const path = pathBelowRoot('path', args.path);
    const { version, label } = args;
    const file_id = await fileIdAt(path, context);
    const user = await nextcloud.userId();
    const reply = await nextcloud
      .execute('webdav.label-version', { user, file_id, version, label }, { signal })
      .catch(refuseMissing(path, version));
    if (reply.data[0]?.label !== true)
      throw new RelayError('refused', 'Nextcloud did not take the name for this version.');
    return { path, version, label };
  },
});

function refuseMissing(path: string, version: string): (error: unknown) => never {
  return (error) => {
    throw statusOf(error) === 404 ? noVersion(path, version) : error;
  };
}

function noVersion(path: string, version: string): RelayError {
  return new RelayError('not_found', `${quoted(path)} has no version ${version}.`, {
    hint: 'Take version from nc_webdav_list_versions.',
    status: 404,
  });
}
