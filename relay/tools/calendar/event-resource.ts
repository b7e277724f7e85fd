import { parseCalendar } from '../../nextcloud/codecs/icalendar.ts';
import { listingOf } from '../../nextcloud/dav/paged.ts';
import { findObject, readObject } from './calendar-objects.ts';
import { findCalendar, holds, listCalendars } from './calendars.ts';
import type { Asking } from './calendars.ts';

/** Events asked for, for completion: as many as a client can be shown. */
const OFFERED = 100;

/**
 * An event as it is stored, with everything that other clients put into it.
 *
 * @throws RelayError `not_found` naming the calendar or the event
 */
export async function eventResource(name: string, uid: string, asking: Asking): Promise<string> {
  const calendar = await findCalendar(asking, name);
  const found = await findObject(asking, calendar, 'VEVENT', uid);
  const stored = found.text ?? (await readObject(asking, calendar, found.name))?.text;
  // events of a subscribed calendar can be asked for, but not fetched one by one; XML changes their line ends
  return stored ?? found.content.toString().replace(/\r?\n/g, '\r\n');
}

interface Asked {
  readonly name: string;
  readonly typed: string;
  readonly chosen: Readonly<Record<string, string>>;
}

interface Offered {
  readonly values: string[];
  readonly more: boolean;
}

/** Names of calendars, or UIDs of events in the calendar chosen: by what they or their titles contain. */
export async function completeEvent(asked: Asked, asking: Asking): Promise<Offered> {
  if (asked.name === 'calendar') return calendarsLike(asked.typed, asking);
  const { calendar } = asked.chosen;
  if (calendar === undefined) return { values: [], more: false };
  const uri = (await findCalendar(asking, calendar)).uri;
  // the server compares with one property at a time
  const [titled, named] = [
    await eventsWith(uri, asked.typed === '' ? {} : { summary: asked.typed }, asking),
    asked.typed === ''
      ? { values: [], more: false }
      : await eventsWith(uri, { uid: asked.typed }, asking),
  ];
  return {
    values: [...new Set([...named.values, ...titled.values])],
    more: named.more || titled.more,
  };
}

async function calendarsLike(typed: string, asking: Asking): Promise<Offered> {
  const wanted = typed.toLowerCase();
  const values = (await listCalendars(asking))
    .filter((calendar) => holds(calendar, 'VEVENT'))
    .filter(({ uri, row }) =>
      [uri, row.displayName ?? ''].some((text) => text.toLowerCase().includes(wanted)),
    )
    .map(({ uri }) => uri);
  return { values, more: false };
}

async function eventsWith(
  calendar: string,
  filter: { readonly summary?: string; readonly uid?: string },
  { nextcloud, signal }: Asking,
): Promise<Offered> {
  const user = await nextcloud.userId();
  const page = { 'X-NC-Paginate': 'true', 'X-NC-Paginate-Count': OFFERED } as const;
  const { data, headers } = await nextcloud.execute(
    'caldav.query-calendar',
    { user, calendar, component: 'VEVENT', ...filter, ...page },
    { signal },
  );
  const uids = data
    .slice(0, OFFERED)
    .flatMap((row) => uidOf(row.data))
    .filter((uid) => !/[/\\]|^\.{1,2}$/.test(uid));
  return { values: uids, more: Math.max(listingOf(headers).total ?? 0, data.length) > OFFERED };
}

/** None of what is no calendar data. */
function uidOf(data = ''): string[] {
  if (!/^\uFEFF?BEGIN:VCALENDAR/i.test(data)) return [];
  const uid = parseCalendar(data).components('VEVENT')[0]?.text('UID');
  return uid === undefined ? [] : [uid];
}
