import { RelayError } from '../../errors.ts';
import { listingOf } from '../../nextcloud/dav/paged.ts';
import type { BinaryData } from '../../nextcloud/nextcloud.ts';
import type { ToolContext } from '../tool.ts';
import { download } from './download.ts';
import { filePath, parentOf, pathBelowRoot, pathOfHref, quoted } from './file-path.ts';
import { isFolder } from './file-view.ts';
import { mustLook } from './look.ts';
import { decodeText } from './text.ts';

const MAX_BYTES = 8 * 1024 * 1024;
/** Of a folder, for completion. */
const MAX_LISTED = 1000;

type Reading = Pick<ToolContext, 'nextcloud' | 'signal'>;

/** A file as a resource: texts of any charset as UTF-8, everything else as it is. */
export async function fileResource(given: string, reading: Reading): Promise<BinaryData> {
  const path = pathBelowRoot('path', given);
  const row = await mustLook(path, reading);
  if (isFolder(row)) throw new RelayError('invalid_argument', `${quoted(path)} is a folder.`);
  const size = row.contentLength ?? 0;
  if (size > MAX_BYTES) {
    throw new RelayError('too_large', `${quoted(path)} has ${String(size)} bytes.`, {
      hint: `Up to ${String(MAX_BYTES)} are given as a resource; nc_webdav_read_file gives parts.`,
    });
  }
  const mediaType = row.contentType ?? 'application/octet-stream';
  const { bytes } = await download(path, { offset: 0, length: undefined, size }, reading);
  const text = decodeText(bytes, mediaType, { whole: true })?.text;
  return { bytes: text === undefined ? bytes : Buffer.from(text), mediaType };
}

/** Paths that begin with what was typed; folders end with `/`, to go on with. */
export async function completePath(
  { typed }: { readonly typed: string },
  { nextcloud, signal }: Reading,
): Promise<{ values: string[]; more: boolean }> {
  const given = filePath('path', typed);
  const path = typed.endsWith('/') ? given : parentOf(given);
  const user = await nextcloud.userId();
  const paging = { 'X-NC-Paginate': 'true', 'X-NC-Paginate-Count': MAX_LISTED } as const;
  const wish = { user, path, Depth: '1', ...paging } as const;
  const reply = await nextcloud.execute('webdav.list-files', wish, { signal });
  const wanted = typed.replace(/^\/+/, '').toLowerCase();
  const values = reply.data
    .map((row) => ({ row, found: pathOfHref(user, row.href ?? '') }))
    .filter(({ found }) => found !== path && found.toLowerCase().startsWith(wanted))
    .map(({ row, found }) => (isFolder(row) ? `${found}/` : found));
  return { values, more: (listingOf(reply.headers).total ?? 0) > reply.data.length };
}
