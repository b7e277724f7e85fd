import { RelayError } from '../../errors.ts';
import type { Reply } from '../nextcloud.ts';

/** Header arguments for one page of a listing (`X-NC-Paginate`). */
export interface Paging {
  readonly 'X-NC-Paginate': 'true';
  readonly 'X-NC-Paginate-Count': number;
  readonly 'X-NC-Paginate-Offset'?: number;
  /** Names the listing that the server keeps for an hour. */
  readonly 'X-NC-Paginate-Token'?: string;
}

/**
 * One page. Nextcloud keeps the rows of a listing in a cache that may drop some of them, and then fails with a
 * TypeError (500) instead of listing anew: the page is asked for once more without the token. The answer carries the
 * token of the new listing.
 */
export async function pageReply<T, P extends Paging>(
  paging: P,
  send: (paging: P) => Promise<Reply<T>>,
): Promise<Reply<T>> {
  try {
    return await send(paging);
  } catch (error) {
    const lost = error instanceof RelayError && error.status === 500;
    if (!lost || paging['X-NC-Paginate-Token'] === undefined) throw error;
    const { 'X-NC-Paginate-Token': _token, ...afresh } = paging;
    return send(afresh as P);
  }
}

/** What the server says about a listing; without paging it says nothing and gives everything at once. */
export function listingOf(headers: Readonly<Record<string, string>>): {
  readonly total: number | undefined;
  readonly token: string | undefined;
} {
  const total = headers['x-nc-paginate-total'];
  return {
    total: total === undefined ? undefined : Number(total),
    token: headers['x-nc-paginate-token'],
  };
}
