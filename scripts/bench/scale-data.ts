import { must } from './scale-account.ts';
import type { PlainDav } from './scale-account.ts';
import { cardAt } from './scale-cards.ts';
import { eventAt } from './scale-events.ts';
import type { Stored } from './scale-events.ts';
import { bulkBody, fileAt } from './scale-files.ts';

export const SIZES = { files: 10_000, events: 5_000, cards: 5_000 } as const;
/** What holds the data; it stays there for the next run. */
export const PLACES = {
  folder: 'scale-bench',
  calendar: 'scale-bench',
  book: 'scale-bench',
} as const;

const FILES_A_REQUEST = 100;

type Say = (text: string) => void;

/**
 * Makes what is missing of the folder, the calendar and the address book, one write after the other. What is there
 * already is told by its name, so a run that was broken off goes on where it stopped.
 */
export async function ensureData(dav: PlainDav, say: Say): Promise<void> {
  await ensureFiles(dav, say);
  await ensureObjects(dav, say, {
    what: 'events',
    home: `/calendars/${dav.user}/${PLACES.calendar}/`,
    create: (home) => dav.request('MKCALENDAR', home, MKCALENDAR, XML),
    wanted: Array.from({ length: SIZES.events }, (_, at) => eventAt(at)),
    type: 'text/calendar; charset=utf-8',
  });
  await ensureObjects(dav, say, {
    what: 'contacts',
    home: `/addressbooks/users/${dav.user}/${PLACES.book}/`,
    create: (home) => dav.request('MKCOL', home, MKBOOK, XML),
    wanted: Array.from({ length: SIZES.cards }, (_, at) => cardAt(at)),
    type: 'text/vcard; charset=utf-8',
  });
}

async function ensureFiles(dav: PlainDav, say: Say): Promise<void> {
  const folder = `/files/${dav.user}/${PLACES.folder}`;
  const there = await dav.names(folder);
  if (there === undefined) must(await dav.request('MKCOL', folder), 201, folder);
  const missing = Array.from({ length: SIZES.files }, (_, at) => fileAt(at)).filter(
    ({ name }) => there?.has(name) !== true,
  );
  for (let at = 0; at < missing.length; at += FILES_A_REQUEST) {
    const part = missing.slice(at, at + FILES_A_REQUEST);
    const { type, body } = bulkBody(`/${PLACES.folder}`, part);
    const answer = must(
      await dav.request('POST', '/bulk', body, { 'content-type': type }),
      200,
      'bulk',
    );
    if (answer.text.includes('"error":true')) throw new Error(`bulk: ${answer.text.slice(0, 500)}`);
    if (at % 1000 === 0) say(`making files: ${at} of ${missing.length}`);
  }
}

interface Collection {
  readonly what: string;
  readonly home: string;
  readonly create: (home: string) => ReturnType<PlainDav['request']>;
  readonly wanted: readonly Stored[];
  readonly type: string;
}

async function ensureObjects(dav: PlainDav, say: Say, collection: Collection): Promise<void> {
  const { what, home, create, wanted, type } = collection;
  const there = await dav.names(home);
  if (there === undefined) must(await create(home), 201, home);
  const missing = wanted.filter(({ name }) => there?.has(name) !== true);
  for (const [at, { name, content }] of missing.entries()) {
    const answer = await dav.request('PUT', `${home}${name}`, content, { 'content-type': type });
    // a try before that failed may have stored it
    must(answer, [201, 204], name);
    if (at % 500 === 0) say(`making ${what}: ${at} of ${missing.length}`);
  }
}

const XML = { 'content-type': 'application/xml; charset=utf-8' };
const MKCALENDAR =
  '<c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop>' +
  '<d:displayname>Scale bench</d:displayname>' +
  '<c:supported-calendar-component-set><c:comp name="VEVENT"/></c:supported-calendar-component-set>' +
  '</d:prop></d:set></c:mkcalendar>';
const MKBOOK =
  '<d:mkcol xmlns:d="DAV:" xmlns:card="urn:ietf:params:xml:ns:carddav"><d:set><d:prop>' +
  '<d:resourcetype><d:collection/><card:addressbook/></d:resourcetype>' +
  '<d:displayname>Scale bench</d:displayname></d:prop></d:set></d:mkcol>';

/** Bytes of everything in the calendar and the address book as they are stored: what finding one item is held against. */
export async function storedBytes(dav: PlainDav): Promise<{ calendar: number; book: number }> {
  const size = async (path: string): Promise<number> =>
    Buffer.byteLength(must(await dav.request('GET', `${path}?export`), 200, path).text);
  return {
    calendar: await size(`/calendars/${dav.user}/${PLACES.calendar}/`),
    book: await size(`/addressbooks/users/${dav.user}/${PLACES.book}/`),
  };
}
