import { contactView } from '../../nextcloud/codecs/vcard-view.ts';
import { openCard } from '../../nextcloud/codecs/vcard.ts';
import type { ResultOf } from '../../../openapi/index.ts';
import { lastSegment } from './addressbooks.ts';
import { plainEtag } from './etag.ts';
import { vcardId } from './stored-card.ts';
import type { StoredCard } from './stored-card.ts';

type CardRow = ResultOf<'carddav.query-addressbook'>[number];

/** Everything a card says, with what is needed to change it. */
export function storedView(stored: StoredCard): Record<string, unknown> {
  const { uid, ...contact } = contactView(openCard(stored.text).card);
  return {
    addressbook: stored.book,
    vcard_id: vcardId(stored.file),
    uid: uid ?? '',
    etag: stored.etag,
    contact,
  };
}

/** What lists ask for: enough to recognise and reach somebody, no photos. */
export const LISTED = [
  'N',
  'NICKNAME',
  'BDAY',
  'EMAIL',
  'TEL',
  'ORG',
  'TITLE',
  'CATEGORIES',
  'KIND',
  'X-ADDRESSBOOKSERVER-KIND',
  'X-ABLABEL',
];

/** A row of a query for `LISTED`. It comes as version 3 whatever is stored, so the version is not shown. */
export function listedView(row: CardRow): Record<string, unknown> {
  const { uid, version: _version, has_photo: _photo, name: _name, ...contact } = viewOf(row);
  return {
    vcard_id: vcardId(lastSegment(row.href)),
    uid: uid ?? '',
    etag: plainEtag(row.etag ?? ''),
    contact,
  };
}

function viewOf(row: CardRow): Record<string, unknown> {
  return row.data === undefined ? {} : contactView(openCard(row.data).card);
}
