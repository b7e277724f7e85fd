import { RelayError } from '../../errors.ts';
import { collectYoungGarbage, LARGE } from '../../garbage.ts';
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

/** What is wanted of a file; without `length` all of it. */
export interface Range {
  readonly offset: number;
  readonly length: number | undefined;
  /** Bytes of the whole file as Nextcloud told before, for the check that all of them came. */
  readonly size?: number | undefined;
}

/**
 * Some bytes of a file, or all of them.
 *
 * @throws RelayError `upstream_error` when fewer came: what a proxy packs can end early and still look whole
 */
export async function download(path: string, range: Range, context: Asking): Promise<Part> {
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
    // storage that knows no ranges answers with everything
    const bytes =
      reply.status === 206 || length === undefined
        ? file.bytes
        : file.bytes.subarray(offset, offset + length);
    if (bytes.byteLength < (length ?? range.size ?? 0)) throw incomplete(path);
    return {
      bytes,
      mediaType: file.mediaType,
      etag: etag === undefined ? undefined : plainEtag(etag),
    };
  } catch (error) {
    if (statusOf(error) === 404) throw missing(path);
    if (statusOf(error) === 416) throw shrunk(path);
    throw error;
  }
}

function incomplete(path: string): RelayError {
  return new RelayError('upstream_error', `Not all of ${quoted(path)} came.`, {
    hint: 'The transfer broke off, or the file became shorter meanwhile: read it again from the beginning.',
    retryable: true,
  });
}

function shrunk(path: string): RelayError {
  return new RelayError('conflict', `${quoted(path)} became shorter while it was read.`, {
    hint: 'Read it again from the beginning.',
    retryable: true,
  });
}
