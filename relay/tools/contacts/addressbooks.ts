import type { ResultOf } from '../../../openapi/index.ts';
import { RelayError } from '../../errors.ts';
import type { Asking } from './asking.ts';

type BookRow = ResultOf<'carddav.list-addressbooks'>[number];

/** The user's address books, shared and generated ones too; the home itself is left out. */
export async function readBooks({ nextcloud, signal }: Asking): Promise<BookRow[]> {
  const user = await nextcloud.userId();
  const reply = await nextcloud.execute('carddav.list-addressbooks', { user }, { signal });
  return reply.data.filter((row) => row.kind?.includes('addressbook') === true);
}

/** The name of a book or card in its URL, decoded. */
export function lastSegment(href: string | undefined): string {
  return (href ?? '').replace(/\/$/, '').split('/').at(-1) ?? '';
}

export async function bookView(row: BookRow, context: Asking): Promise<Record<string, unknown>> {
  const name = lastSegment(row.href);
  const owner = lastSegment(row.owner);
  const foreign = owner !== '' && owner !== (await context.nextcloud.userId());
  const shares = (row.shares ?? []).map(shareView);
  return {
    name,
    display_name: row.displayName ?? name,
    getctag: row.ctag ?? null,
    ...(row.description === undefined || row.description === ''
      ? {}
      : { description: row.description }),
    ...(row.readOnly === true ? { read_only: true } : {}),
    ...(foreign
      ? {
          owner,
          ...(row.ownerDisplayName === undefined ? {} : { owner_name: row.ownerDisplayName }),
        }
      : {}),
    ...(shares.length === 0 || foreign ? {} : { shared_with: shares }),
  };
}

/** `principal:principals/users/bob` → `{ share_with: 'bob', share_type: 'user' }` */
export function shareView(share: NonNullable<BookRow['shares']>[number]): Record<string, unknown> {
  const [, kind = '', id = ''] =
    /principals\/(users|groups|circles)\/(.+?)\/?$/.exec(share.principal ?? '') ?? [];
  return {
    share_with: decoded(id),
    share_type: Object.entries(PRINCIPALS).find(([, folder]) => folder === kind)?.[0] ?? 'unknown',
    ...(share.name === undefined || share.name === '' ? {} : { display_name: share.name }),
    writable: share.access?.includes('read-write') === true,
  };
}

export const PRINCIPALS = { user: 'users', group: 'groups', team: 'circles' } as const;

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

/** Runs a request about a book; when there is none of that name says which there are, and of one that it is read-only. */
export async function aboutBook<T>(book: string, context: Asking, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    // 409: RFC 4918 section 9.7.1, a PUT into nothing
    if (error instanceof RelayError && (error.status === 404 || error.status === 409))
      throw (await bookTrouble(book, context)) ?? error;
    throw error;
  }
}

/** Undefined when the book is there and can be written to. */
async function bookTrouble(book: string, context: Asking): Promise<RelayError | undefined> {
  const books = await readBooks(context);
  const there = books.find(({ href }) => lastSegment(href) === book);
  if (there === undefined) return noneOf(book, books);
  if (there.readOnly !== true) return undefined;
  return new RelayError('forbidden', `The address book ${JSON.stringify(book)} is read-only.`, {
    hint: 'Nothing was changed. Its contacts come from elsewhere.',
    status: 403,
  });
}

export async function noSuchBook(book: string, context: Asking): Promise<RelayError> {
  return noneOf(book, await readBooks(context));
}

function noneOf(book: string, books: readonly BookRow[]): RelayError {
  const names = books.map(({ href }) => lastSegment(href));
  return new RelayError('not_found', `There is no address book ${JSON.stringify(book)}.`, {
    hint: `Address books, by name: ${names.join(', ')}.`,
    status: 404,
  });
}
