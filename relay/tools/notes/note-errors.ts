import { RelayError } from '../../errors.ts';

/** Runs a request about one note and names that note in a refusal. 412 is left to the caller. */
export async function aboutNote<T>(id: number, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw named(id, error);
  }
}

function named(id: number, error: unknown): unknown {
  if (!(error instanceof RelayError)) return error;
  if (error.status === 404) {
    return new RelayError('not_found', `Note ${String(id)} not found`, {
      hint: 'nc_notes_search_notes lists the notes there are.',
      status: 404,
      cause: error,
    });
  }
  if (error.status === 403) {
    return new RelayError('forbidden', `Access denied to note ${String(id)}`, {
      hint: 'The note is read-only for this user.',
      status: 403,
      cause: error,
    });
  }
  return error;
}

/** True for the answer to an `If-Match` that no longer holds. */
export function isOutdated(error: unknown): error is RelayError {
  return error instanceof RelayError && error.status === 412;
}
