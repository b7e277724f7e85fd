import { RelayError } from '../../errors.ts';
import type { ToolContext } from '../tool.ts';
import { quoted } from './file-path.ts';
import { fileView } from './file-view.ts';
import { look } from './look.ts';

/** The error for a write whose precondition failed (412), with what is there now. */
export async function writeConflict(
  path: string,
  ifMatch: string | undefined,
  context: ToolContext,
): Promise<RelayError> {
  const { nextcloud } = context;
  const row = await look(path, context);
  const current =
    row === undefined ? undefined : fileView(row, await nextcloud.userId(), nextcloud.publicUrl);
  const details = current === undefined ? {} : { details: { current } };
  if (ifMatch === undefined) {
    return new RelayError(
      'already_exists',
      `${quoted(path)} exists already; nothing was written.`,
      {
        hint: 'To replace it, give its ETag as if_match (safe), or overwrite: true.',
        status: 412,
        ...details,
      },
    );
  }
  const what = current === undefined ? 'is not there any more' : 'was changed meanwhile';
  return new RelayError('conflict', `${quoted(path)} ${what}; nothing was written.`, {
    hint: 'Read it again, apply the change to what is there now, and write with its current ETag.',
    status: 412,
    ...details,
  });
}

export function isAFile(path: string): RelayError {
  return new RelayError('conflict', `${quoted(path)} is a file; no folder was created.`, {
    hint: 'Choose another name, or move the file away first.',
    status: 409,
  });
}

export function isAFolder(path: string): RelayError {
  return new RelayError('conflict', `${quoted(path)} is a folder; nothing was written.`, {
    hint: 'Give the path of a file, including its name.',
    status: 409,
  });
}
