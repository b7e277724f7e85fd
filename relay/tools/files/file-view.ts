import type { ResultOf } from '../../../openapi/index.ts';
import { nameOf, pathOfHref, ROOT } from './file-path.ts';

export type FileRow = ResultOf<'webdav.list-files'>[number];
type FoundRow = ResultOf<'webdav.search-files'>[number];

/** A file or folder as tools show it. `size` is in bytes, of folders with everything inside. */
export interface FileView {
  readonly name: string;
  readonly path: string;
  readonly is_directory: boolean;
  readonly size?: number;
  readonly content_type?: string;
  /** ISO 8601 */
  readonly last_modified?: string;
  readonly etag?: string;
  readonly file_id?: number;
  readonly is_favorite: boolean;
  readonly url?: string;
}

export function isFolder(row: FileRow | FoundRow): boolean {
  return row.kind?.includes('collection') ?? false;
}

export function fileView(row: FileRow | FoundRow, user: string, publicUrl: string): FileView {
  const path = pathOfHref(user, row.href ?? '');
  const size = row.contentLength ?? row.size;
  return {
    name: path === ROOT ? '' : nameOf(path),
    path,
    is_directory: isFolder(row),
    ...(size === undefined ? {} : { size }),
    ...(row.contentType === undefined ? {} : { content_type: row.contentType }),
    ...(row.modified === undefined ? {} : { last_modified: row.modified }),
    ...(row.etag === undefined ? {} : { etag: plainEtag(row.etag) }),
    ...(row.fileId === undefined
      ? {}
      : { file_id: row.fileId, url: `${publicUrl}/index.php/f/${String(row.fileId)}` }),
    is_favorite: row.favorite ?? false,
  };
}

/** Shown without the quotes it travels in: models drop them anyway. */
export function plainEtag(etag: string): string {
  return etag.replace(/^W\//, '').replace(/^"(.*)"$/, '$1');
}

/** As `If-Match` wants it: Nextcloud takes neither bare nor weak tags. */
export function sentEtag(etag: string): string {
  return etag === '*' ? '*' : `"${plainEtag(etag)}"`;
}
