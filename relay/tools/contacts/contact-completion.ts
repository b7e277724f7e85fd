import { openCard } from '../../nextcloud/codecs/vcard.ts';
import { lastSegment, readBooks } from './addressbooks.ts';
import type { Asking } from './asking.ts';
import { vcardId } from './stored-card.ts';

/** Cards asked for: as many as a client can be shown. */
const OFFERED = 100;
const COMPARED = ['FN', 'NICKNAME', 'EMAIL', 'ORG', 'UID'];

interface Asked {
  readonly name: string;
  readonly typed: string;
  readonly chosen: Readonly<Record<string, string>>;
}

interface Offered {
  readonly values: string[];
  readonly more: boolean;
}

/** Names of address books, or UIDs of contacts in the book chosen: by name, e-mail, company or UID. */
export async function completeContact(asked: Asked, asking: Asking): Promise<Offered> {
  if (asked.name === 'addressbook') return booksLike(asked.typed, asking);
  const { addressbook } = asked.chosen;
  if (addressbook === undefined) return { values: [], more: false };
  return contactsLike(addressbook, asked.typed, asking);
}

async function booksLike(typed: string, asking: Asking): Promise<Offered> {
  const wanted = typed.toLowerCase();
  const values = (await readBooks(asking))
    .map((row) => ({ name: lastSegment(row.href), shown: row.displayName ?? '' }))
    .filter(({ name, shown }) => [name, shown].some((text) => text.toLowerCase().includes(wanted)))
    .map(({ name }) => name);
  return { values, more: false };
}

async function contactsLike(
  addressbook: string,
  typed: string,
  { nextcloud, signal }: Asking,
): Promise<Offered> {
  const user = await nextcloud.userId();
  const conditions =
    typed === '' ? {} : { conditions: COMPARED.map((property) => matching(property, typed)) };
  // one more than shown tells whether there are more
  const { data } = await nextcloud.execute(
    'carddav.query-addressbook',
    { user, addressbook, properties: ['UID'], ...conditions, limit: OFFERED + 1 },
    { signal },
  );
  const values = data.slice(0, OFFERED).map(({ href, data: card = '' }) => nameOf(href, card));
  return { values, more: data.length > OFFERED };
}

function matching(property: string, text: string) {
  return { property, match: { text } };
}

/** The UID, or where a URI cannot carry it the name of its file, which is found too. */
function nameOf(href: string | undefined, card: string): string {
  const uid = card === '' ? '' : (openCard(card).card.text('UID')?.trim() ?? '');
  return uid === '' || /[/\\]|^\.{1,2}$/.test(uid) ? vcardId(lastSegment(href)) : uid;
}
