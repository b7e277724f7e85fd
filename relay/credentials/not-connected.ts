import { RelayError } from '../errors.ts';

/** `details.kind` of the error that asks for a login at Nextcloud. */
export const CONNECT_NEXTCLOUD = 'connect_nextcloud';

/** Nothing is kept for the person, or, as `refused` then says, what is kept is not accepted any more. */
export function notConnected(refused: string | undefined): RelayError {
  return new RelayError(
    'sign_in_required',
    refused ?? 'Your Nextcloud account is not connected yet.',
    {
      hint: 'Open the sign-in link, log in to Nextcloud and grant access, then call again.',
      details: { kind: CONNECT_NEXTCLOUD },
    },
  );
}
