import { RelayError } from '../../errors.ts';
import { listingOf } from '../../nextcloud/dav/paged.ts';

/** Entries of a page at most; more make an answer no model can read. */
export const MAX_PAGE = 500;

/**
 * A page's place as `next_cursor` carries it: where it begins, how many entries there are, and the server's page token.
 * The server binds a token to a path, not to a user; paths always hold the caller's own user id here.
 */
interface Place {
  readonly offset: number;
  readonly total: number;
  readonly token: string;
}

type Given = string | null | undefined;

/**
 * Header arguments for one page (`X-NC-Paginate`): the server keeps a large listing for an hour and gives it in parts.
 * The folder itself takes the first place of a listing.
 *
 * @throws RelayError `invalid_argument` for a cursor no answer gave
 */
export function pageArguments(limit: number, cursor: Given) {
  const paged = { Depth: '1', 'X-NC-Paginate': 'true' } as const;
  const from = placeOf(cursor);
  if (from === undefined) return { ...paged, 'X-NC-Paginate-Count': limit + 1 };
  return {
    ...paged,
    'X-NC-Paginate-Count': limit,
    'X-NC-Paginate-Offset': from.offset + 1,
    'X-NC-Paginate-Token': from.token,
  };
}

/** How many entries there are in all, and `next_cursor` when some are left. */
export function pageOf(
  count: number,
  cursor: Given,
  headers: Readonly<Record<string, string>>,
): { readonly total: number; readonly next: { readonly next_cursor?: string } } {
  const from = placeOf(cursor);
  const end = (from?.offset ?? 0) + count;
  // servers without paging give everything at once
  const listing = listingOf(headers);
  const total = listing.total === undefined ? (from?.total ?? end) : listing.total - 1;
  // a later page has a token of its own only when the listing had to be made anew
  const token = listing.token ?? from?.token;
  const more = end < total && count > 0 && token !== undefined;
  return {
    total,
    next: more ? { next_cursor: `${String(end)}-${String(total)}-${token}` } : {},
  };
}

function placeOf(cursor: Given): Place | undefined {
  if (cursor === undefined || cursor === null || cursor === '') return undefined;
  const [, offset, total, token] = /^(\d{1,9})-(\d{1,9})-([\w+/=-]{1,200})$/.exec(cursor) ?? [];
  if (offset === undefined || total === undefined || token === undefined) {
    throw new RelayError(
      'invalid_argument',
      "Argument 'cursor' is not a next_cursor of an answer.",
    );
  }
  return { offset: Number(offset), total: Number(total), token };
}
