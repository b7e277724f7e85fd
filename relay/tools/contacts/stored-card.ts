import { RelayError } from '../../errors.ts';
import { openCard } from '../../nextcloud/codecs/vcard.ts';
import { aboutBook, lastSegment } from './addressbooks.ts';
import type { Asking } from './asking.ts';
import { plainEtag } from './etag.ts';

/** A card as it lies in Nextcloud. */
export interface StoredCard {
  readonly book: string;
  /** Its name in the address book; cards of other clients are not called after their UID. */
  readonly file: string;
  readonly uid: string;
  /** Without quotes. */
  readonly etag: string;
  /** The stored bytes; GET and reports would convert version 4 to 3. */
  readonly text: string;
}

/** Operations of `findCard`. */
export const FINDING = [
  'carddav.stored-contact',
  'carddav.query-addressbook',
  'carddav.list-addressbooks',
] as const;

/** The stored card of that file name, undefined when there is none. */
export async function readCard(
  book: string,
  file: string,
  { nextcloud, signal }: Asking,
): Promise<StoredCard | undefined> {
  const user = await nextcloud.userId();
  try {
    const args = { user, addressbook: book, card: file };
    const reply = await nextcloud.execute('carddav.stored-contact', args, { signal });
    const row = reply.data[0];
    if (row?.data === undefined || row.etag === undefined) return undefined;
    const uid = openCard(row.data).card.text('UID')?.trim() ?? '';
    return { book, file, uid, etag: plainEtag(row.etag), text: row.data };
  } catch (error) {
    if (error instanceof RelayError && error.status === 404) return undefined;
    throw error;
  }
}

/**
 * Finds a card by UID, or by `vcard_id` (its file name without `.vcf`) where no card has that UID. Two requests at
 * most unless the file is called otherwise; never the whole book.
 *
 * @throws RelayError `not_found` naming the card or the book
 */
export async function findCard(book: string, uid: string, context: Asking): Promise<StoredCard> {
  const named = isSegment(`${uid}.vcf`) ? await readCard(book, `${uid}.vcf`, context) : undefined;
  if (named?.uid === uid) return named;
  const file = await fileOfUid(book, uid, context);
  const byUid = file === undefined ? undefined : await readCard(book, file, context);
  if (byUid?.uid === uid) return byUid;
  const found = named ?? (isSegment(uid) ? await readCard(book, uid, context) : undefined);
  if (found !== undefined) return found;
  throw new RelayError(
    'not_found',
    `Address book ${JSON.stringify(book)} has no contact ${JSON.stringify(uid)}.`,
    {
      hint: 'nc_contacts_search_contacts finds contacts by name, address or number.',
      status: 404,
    },
  );
}

async function fileOfUid(book: string, uid: string, context: Asking): Promise<string | undefined> {
  const { nextcloud, signal } = context;
  const user = await nextcloud.userId();
  const match = { collation: 'i;octet', how: 'equals', text: uid } as const;
  const query = nextcloud.execute(
    'carddav.query-addressbook',
    {
      user,
      addressbook: book,
      properties: ['UID'],
      conditions: [{ property: 'UID', match }],
      limit: 1,
    },
    { signal },
  );
  const reply = await aboutBook(book, context, query);
  const [row] = reply.data;
  return row === undefined ? undefined : lastSegment(row.href);
}

/** Whether a URL can name it. */
function isSegment(name: string): boolean {
  return !/[/\\\0]/.test(name) && !/^\.{0,2}$/.test(name);
}

/** What tools call a card: the file name without `.vcf`. */
export function vcardId(file: string): string {
  return file.replace(/\.vcf$/i, '');
}
