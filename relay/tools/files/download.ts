import { RelayError } from '../../errors.ts';
import { collectYoungGarbage, LARGE } from '../../young-garbage.ts';
import { quoted } from './file-path.ts';
import { plainEtag } from './file-view.ts';
import { missing, statusOf } from './look.ts';
import type { Asking } from './look.ts';

export interface Part {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  /** Of the file the bytes come from, which may have changed since it was looked at. */
  readonly etag: string | undefined;
}

/** Some bytes of a file; without `length` all of them. Nothing is asked for where nothing can be. */
export async function download(
  path: string,
  range: { readonly offset: number; readonly length: number | undefined },
  context: Asking,
): Promise<Part> {
  const { nextcloud, signal } = context;
  const user = await nextcloud.userId();
  const { offset, length } = range;
  if (length === undefined || length >= LARGE) collectYoungGarbage();
  const Range =
    length === undefined ? undefined : `bytes=${String(offset)}-${String(offset + length - 1)}`;
  try {
    const reply = await nextcloud.execute(
      'webdav.read-file',
      { user, path, ...(Range === undefined ? {} : { Range }) },
      { signal },
    );
    const file = reply.data;
    const etag = reply.headers['oc-etag'] ?? reply.headers['etag'];
    return {
      // storage that knows no ranges answers with everything
      bytes:
        reply.status === 206 || length === undefined
          ? file.bytes
          : file.bytes.subarray(offset, offset + length),
      mediaType: file.mediaType,
      etag: etag === undefined ? undefined : plainEtag(etag),
    };
  } catch (error) {
    if (statusOf(error) === 404) throw missing(path);
    if (statusOf(error) === 416) throw shrunk(path);
    throw error;
  }
}

function shrunk(path: string): RelayError {
  return new RelayError('conflict', `${quoted(path)} became shorter while it was read.`, {
    hint: 'Read it again from the beginning.',
    retryable: true,
  });
}
