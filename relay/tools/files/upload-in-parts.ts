import type { OperationKey } from '../../../openapi/index.ts';
import type { Reply } from '../../nextcloud/nextcloud.ts';
import type { ToolContext } from '../tool.ts';
import { davPath } from './file-path.ts';
import { sentEtag } from './file-view.ts';

/** S3-like storage behind Nextcloud wants at least 5 MiB for every part but the last. */
const PART_BYTES = 10 * 1024 * 1024;

export const UPLOAD_OPERATIONS = [
  'webdav.start-upload',
  'webdav.upload-chunk',
  'webdav.finish-upload',
  'webdav.abort-upload',
] as const satisfies readonly OperationKey[];

/** Chunked upload v2: parts into a folder of their own, joined by a MOVE that takes the precondition. */
export async function uploadInParts(
  write: { path: string; bytes: Uint8Array; ifMatch: string | undefined; overwrite: boolean },
  context: ToolContext,
): Promise<Reply<unknown>> {
  const { nextcloud, signal } = context;
  const { bytes } = write;
  const user = await nextcloud.userId();
  const upload = context.newId();
  const Destination = davPath(user, write.path);
  const length = { 'OC-Total-Length': bytes.byteLength };
  await nextcloud.execute('webdav.start-upload', { user, upload, Destination }, { signal });
  try {
    for (let at = 0, chunk = 1; at < bytes.byteLength; at += PART_BYTES, chunk += 1) {
      const body = { bytes: bytes.subarray(at, at + PART_BYTES) };
      const args = { user, upload, chunk, Destination, ...length, body };
      await nextcloud.execute('webdav.upload-chunk', args, { signal });
      await context.progress(Math.min(at + PART_BYTES, bytes.byteLength), bytes.byteLength);
    }
    return await nextcloud.execute(
      'webdav.finish-upload',
      { user, upload, Destination, ...length, ...replacing(write) },
      { signal },
    );
  } catch (error) {
    // what is left over would be cleared by the server after a day anyway
    await nextcloud.execute('webdav.abort-upload', { user, upload }).catch(() => undefined);
    throw error;
  }
}

/** Header arguments of the final MOVE. */
export function replacing(write: { ifMatch?: string | undefined; overwrite: boolean }) {
  if (write.ifMatch !== undefined)
    return { Overwrite: 'T', 'If-Match': sentEtag(write.ifMatch) } as const;
  return { Overwrite: write.overwrite ? 'T' : 'F' } as const;
}
