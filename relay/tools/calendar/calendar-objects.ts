import type { ArgumentsOf, ResultOf } from '../../../openapi/index.ts';
import { RelayError } from '../../errors.ts';
import type { Component } from '../../nextcloud/codecs/content-lines.ts';
import { parseCalendar } from '../../nextcloud/codecs/icalendar.ts';
import { DAY } from '../../nextcloud/codecs/icalendar-zones.ts';
import { listingOf, pageReply } from '../../nextcloud/dav/paged.ts';
import type { Reply } from '../../nextcloud/nextcloud.ts';
import { absent } from './calendars.ts';
import type { Asking, Calendar } from './calendars.ts';

export type Kind = 'VEVENT' | 'VTODO';

/** One stored object: an event with its exceptions, or a task. */
export interface CalendarObject {
  readonly calendar: Calendar;
  /** File name, which need not be the UID. */
  readonly name: string;
  readonly href: string;
  readonly etag: string;
  readonly content: Component;
}

/** Operations behind `findObject` and `objectsBetween`. */
export const readingObjects = ['caldav.read-calendar-object', 'caldav.query-calendar'] as const;

/** What a written body is. */
export const CALENDAR_BODY = { 'Content-Type': 'text/calendar; charset=utf-8' } as const;

type Row = ResultOf<'caldav.query-calendar'>[number];
type Query = Omit<ArgumentsOf<'caldav.query-calendar'>, 'user' | 'calendar'>;

/** Objects asked for at once when a whole calendar has to be read. */
const PAGE = 500;
/** Objects whose UID contains the wanted one that are compared. */
const CANDIDATES = 120;
/** In a longer window than this there are likely more events than with one title in the whole calendar. */
const LONG_WINDOW = 60 * DAY;
/** Where Nextcloud puts the end of a series without end: 1 January 2038. */
const BEFORE_THE_END = '2037-12-31T00:00:00Z';

/** Millisecond instants, half open. */
export interface Between {
  readonly from: number;
  readonly to: number;
}

/**
 * Events that can have an occurrence in a window, and when a title is given and the window is long, with it in one of
 * their titles, whenever they are. The server narrows by date; occurrences are worked out here, because its own
 * expansion loses time zones, fails for a whole calendar when one event has RDATE periods, and leaves out series of
 * more than 3,500 instances, which are therefore asked for a second time as "series without end".
 */
export async function eventsBetween(
  context: Asking,
  calendar: Calendar,
  { from, to }: Between,
  title?: string,
): Promise<CalendarObject[]> {
  if (isText(title) && to - from > LONG_WINDOW) {
    return allObjects(context, calendar, 'VEVENT', title);
  }
  // a day more on both sides: the server reads days and floating times in a zone of its own choice
  const window = { start: utc(from - DAY), end: utc(to + DAY) };
  const rows = await query(context, calendar, { component: 'VEVENT', ...window });
  const there = new Set(rows.map(({ href }) => href));
  // birthdays go back a century at most
  const endless =
    calendar.uri === 'contact_birthdays'
      ? []
      : await query(context, calendar, { component: 'VEVENT', start: BEFORE_THE_END });
  return objectsFrom([...rows, ...endless.filter(({ href }) => !there.has(href))], calendar);
}

function utc(instant: number): string {
  const year = { least: Date.UTC(1902, 0, 1), most: Date.UTC(2037, 11, 31) };
  const bounded = Math.min(Math.max(instant, year.least), year.most);
  return new Date(bounded).toISOString().replace(/\.\d+/, '');
}

/**
 * Objects of one kind in a calendar, read in pages: all of them, or those with a text in the title of the event or of
 * one of its exceptions. The server cannot filter by time and title at once: it ignores the title then.
 */
export async function allObjects(
  context: Asking,
  calendar: Calendar,
  kind: Kind,
  title?: string,
): Promise<CalendarObject[]> {
  const filter = { component: kind, ...(isText(title) ? { summary: title } : {}) };
  const paged = { 'X-NC-Paginate': 'true', 'X-NC-Paginate-Count': PAGE } as const;
  const objects: CalendarObject[] = [];
  let listing: ReturnType<typeof listingOf> = { total: undefined, token: undefined };
  for (let offset = 0; ; offset += PAGE) {
    const place =
      offset === 0
        ? {}
        : { 'X-NC-Paginate-Offset': offset, ...optional('X-NC-Paginate-Token', listing.token) };
    const reply = await pageReply({ ...paged, ...place }, (paging) =>
      queryReply(context, calendar, { ...filter, ...paging }),
    );
    objects.push(...objectsFrom(reply.data, calendar));
    const { total = listing.total, token = listing.token } = listingOf(reply.headers);
    listing = { total, token };
    if (reply.data.length === 0 || offset + PAGE >= (total ?? 0)) return objects;
  }
}

/** Empty texts are in every title. */
function isText(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '';
}

function optional<Name extends string, T>(name: Name, value: T | undefined) {
  return (value === undefined ? {} : { [name]: value }) as Partial<Record<Name, T>>;
}

async function query(context: Asking, calendar: Calendar, filter: Query): Promise<Row[]> {
  return (await queryReply(context, calendar, filter)).data;
}

async function queryReply(
  { nextcloud, signal }: Asking,
  { uri }: Calendar,
  filter: Query,
): Promise<Reply<Row[]>> {
  const user = await nextcloud.userId();
  const args = { user, calendar: uri, ...filter };
  return nextcloud.execute('caldav.query-calendar', args, { signal });
}

/** Reads rows; one that is no calendar data is left out rather than failing the whole answer. */
function objectsFrom(rows: readonly Row[], calendar: Calendar): CalendarObject[] {
  return rows.flatMap(({ href, etag = '', data }) => {
    if (href === undefined || data === undefined || !/^\uFEFF?BEGIN:VCALENDAR/im.test(data))
      return [];
    return [{ calendar, name: nameIn(href), href, etag, content: parseCalendar(data) }];
  });
}

function nameIn(href: string): string {
  return href.split('/').at(-1) ?? '';
}

/**
 * The object of a UID: tried as `{uid}.ics` first, as most clients name it, then asked for by UID. The server's
 * filter means "contains", so the UID is compared here, in so many objects as a whole UID can be part of.
 *
 * @throws RelayError `not_found`; `invalid_argument` for a text that is part of too many UIDs
 */
export async function findObject(
  context: Asking,
  calendar: Calendar,
  kind: Kind,
  uid: string,
): Promise<CalendarObject & { readonly text?: string }> {
  const named = await readObject(context, calendar, `${uid}.ics`);
  if (named !== undefined && uidOf(named.content, kind) === uid) return named;
  const reply = await queryReply(context, calendar, {
    component: kind,
    uid,
    'X-NC-Paginate': 'true',
    'X-NC-Paginate-Count': CANDIDATES,
  });
  const candidates = objectsFrom(reply.data, calendar);
  const found = candidates.find(({ content }) => uidOf(content, kind) === uid);
  if (found !== undefined) return found;
  const { total = 0 } = listingOf(reply.headers);
  if (total > reply.data.length) throw tooManyLike(uid, total);
  const [what, list] =
    kind === 'VEVENT' ? ['Event', 'nc_calendar_list_events'] : ['Task', 'nc_calendar_list_todos'];
  throw new RelayError(
    'not_found',
    `${what} with UID '${uid}' not found in calendar '${calendar.uri}'.`,
    {
      hint: `Find the UID and its calendar with ${list}.`,
    },
  );
}

function tooManyLike(uid: string, count: number): RelayError {
  return new RelayError(
    'invalid_argument',
    `${String(count)} UIDs contain '${uid}', too many to look for one that is just this.`,
    { hint: 'Give the whole UID, as a list shows it.' },
  );
}

function uidOf(content: Component, kind: Kind): string | undefined {
  return content.components(kind)[0]?.text('UID');
}

/** One object by file name, with the bytes as stored; undefined when there is none. */
export async function readObject(
  { nextcloud, signal }: Asking,
  calendar: Calendar,
  name: string,
): Promise<(CalendarObject & { readonly text: string }) | undefined> {
  if (/[/\\]/.test(name)) return undefined;
  const user = await nextcloud.userId();
  const reply = await nextcloud
    .execute(
      'caldav.read-calendar-object',
      { user, calendar: calendar.uri, object: name },
      { signal },
    )
    .catch(absent);
  if (reply === undefined) return undefined;
  const text = reply.data;
  const href = `/calendars/${user}/${calendar.uri}/${name}`;
  const etag = reply.headers['etag'] ?? '';
  return { calendar, name, href, etag, content: parseCalendar(text), text };
}
