import { RelayError } from '../../errors.ts';
import type { ToolContext } from '../tool.ts';
import { parentOf, quoted } from './file-path.ts';
import { isFolder } from './file-view.ts';
import type { FileRow } from './file-view.ts';

/** What asking needs. */
export type Asking = Pick<ToolContext, 'nextcloud' | 'signal'>;

/** What is at a path, or undefined when nothing is. */
export async function look(path: string, context: Asking): Promise<FileRow | undefined> {
  const { nextcloud, signal } = context;
  try {
    const user = await nextcloud.userId();
    const reply = await nextcloud.execute(
      'webdav.list-files',
      { user, path, Depth: '0' },
      { signal },
    );
    return reply.data[0];
  } catch (error) {
    if (error instanceof RelayError && error.status === 404) return undefined;
    throw error;
  }
}

/** @throws RelayError `not_found` naming the path */
export async function mustLook(path: string, context: Asking): Promise<FileRow> {
  const row = await look(path, context);
  if (row === undefined) throw missing(path);
  return row;
}

export function missing(path: string): RelayError {
  return new RelayError('not_found', `There is nothing at ${quoted(path)}.`, {
    hint: 'Paths are case-sensitive and start at the user’s root; list the folder or search by name.',
    status: 404,
  });
}

export function notAFolder(path: string): RelayError {
  return new RelayError('invalid_argument', `${quoted(path)} is a file, not a folder.`, {
    hint: 'Use nc_webdav_read_file or nc_webdav_get_info for files.',
  });
}

/** Why nothing can be put at a path: its folder is missing, or is a file. */
export async function noPlaceFor(path: string, context: Asking): Promise<RelayError> {
  return noPlaceIn(await look(parentOf(path), context), path);
}

/** The same, with what is there in place of its folder. */
export function noPlaceIn(there: FileRow | undefined, path: string): RelayError {
  if (there === undefined || isFolder(there)) return missingParent(path);
  const parent = quoted(parentOf(path));
  return new RelayError('conflict', `${parent} is a file: nothing can be put into it.`, {
    hint: 'Choose a path whose folders are folders.',
    status: 409,
  });
}

function missingParent(path: string): RelayError {
  return new RelayError('not_found', `The folder of ${quoted(path)} does not exist.`, {
    hint: 'Create the folder first, or set create_parents where the tool has it.',
    status: 409,
  });
}

/** Status of a refusal, undefined for other errors. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof RelayError ? error.status : undefined;
}

/** The id of what is at a path, for tags, comments and versions. */
export async function fileIdAt(path: string, context: ToolContext): Promise<number> {
  const { fileId } = await mustLook(path, context);
  if (fileId === undefined)
    throw new RelayError('unsupported', `Nextcloud gives no file id for ${quoted(path)}.`);
  return fileId;
}
