import { RelayError } from '../../errors.ts';
import type { ToolContext } from '../tool.ts';
import { davPath, parentOf, pathBelowRoot, quoted } from './file-path.ts';
import { fileView, sentEtag } from './file-view.ts';
import { look, missing, noPlaceFor, noPlaceIn, statusOf } from './look.ts';
import { oneAtATime } from './one-at-a-time.ts';

export interface Relocation {
  readonly source_path: string;
  readonly destination_path: string;
  readonly overwrite: boolean;
  readonly if_match?: string | undefined;
}

/** Moves or copies a file or folder; refusals say which end is at fault. */
export async function relocate(how: 'move' | 'copy', given: Relocation, context: ToolContext) {
  const { nextcloud, signal } = context;
  const path = pathBelowRoot('source_path', given.source_path);
  const target = pathBelowRoot('destination_path', given.destination_path);
  if (path === target)
    throw new RelayError('invalid_argument', 'Source and destination are the same path.');
  if (target.startsWith(`${path}/`))
    throw new RelayError('invalid_argument', 'A folder cannot go into itself.');
  // replacing a folder by what lies in it would delete both
  if (path.startsWith(`${target}/`))
    throw new RelayError('invalid_argument', 'The destination is a folder above the source.');
  const user = await nextcloud.userId();
  const args = {
    user,
    path,
    Destination: davPath(user, target),
    Overwrite: given.overwrite ? 'T' : 'F',
  } as const;
  const condition = given.if_match === undefined ? {} : { 'If-Match': sentEtag(given.if_match) };
  const both = (work: () => Promise<Record<string, unknown>>) => {
    // in the same order everywhere, else two moves could wait for each other
    const [first, second] = [path, target].sort() as [string, string];
    return oneAtATime(first, context, () => oneAtATime(second, context, work));
  };
  return both(async () => {
    try {
      const { status } =
        how === 'move'
          ? await nextcloud.execute('webdav.move-file', { ...args, ...condition }, { signal })
          : await nextcloud.execute('webdav.copy-file', args, { signal });
      return {
        status_code: status,
        source_path: path,
        destination_path: target,
        replaced: status === 204,
      };
    } catch (error) {
      throw await explained(error, { path, target, ifMatch: given.if_match }, context);
    }
  });
}

interface Ends {
  readonly path: string;
  readonly target: string;
  readonly ifMatch: string | undefined;
}

async function explained(error: unknown, ends: Ends, context: ToolContext): Promise<unknown> {
  const { path, target, ifMatch } = ends;
  const status = statusOf(error);
  // 415: what should be its folder is a file
  if (status === 415) return noPlaceFor(target, context);
  if (status !== 404 && status !== 409 && status !== 412) return error;
  if ((await look(path, context)) === undefined) return missing(path);
  if (status !== 412) {
    const folder = await look(parentOf(target), context);
    if (folder === undefined) return noPlaceIn(folder, target);
    return error;
  }
  const there = await look(target, context);
  if (ifMatch !== undefined && (there === undefined || (await hasOther(path, ifMatch, context)))) {
    return new RelayError('conflict', `${quoted(path)} was changed meanwhile; nothing was moved.`, {
      hint: 'Look at it again and decide with its current ETag.',
      status: 412,
    });
  }
  const { nextcloud } = context;
  const current =
    there === undefined
      ? {}
      : { details: { current: fileView(there, await nextcloud.userId(), nextcloud.publicUrl) } };
  return new RelayError(
    'already_exists',
    `${quoted(target)} exists already; nothing was changed.`,
    {
      hint: 'Choose another destination, or set overwrite: true to replace it.',
      status: 412,
      ...current,
    },
  );
}

async function hasOther(path: string, ifMatch: string, context: ToolContext): Promise<boolean> {
  const row = await look(path, context);
  return sentEtag(row?.etag ?? '') !== sentEtag(ifMatch);
}
