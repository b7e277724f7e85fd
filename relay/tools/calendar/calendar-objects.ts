import type { ArgumentsOf, ResultOf } from '../../../openapi/index.ts';
import { RelayError } from '../../errors.ts';
import type { Component } from '../../nextcloud/codecs/content-lines.ts';
import { parseCalendar } from '../../nextcloud/codecs/icalendar.ts';
import { DAY } from '../../nextcloud/codecs/icalendar-zones.ts';
import type { ToolContext } from '../tool.ts';
import { absent } from './calendars.ts';
import type { Calendar } from './calendars.ts';

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
/** Where Nextcloud puts the end of a series without end: 1 January 2038. */
const BEFORE_THE_END = '2037-12-31T00:00:00Z';

/** Millisecond instants, half open. */
export interface Between {
  readonly from: number;
  readonly to: number;
}

/**
 * Events with an occurrence in a window. The server narrows by date; occurrences are worked out here, because its own
 * expansion loses time zones, fails for a whole calendar when one event has RDATE periods, and leaves out series of
 * more than 3,500 instances, which are therefore asked for a second time as "series without end".
 */
export async function eventsBetween(
  context: ToolContext,
  calendar: Calendar,
  { from, to }: Between,
): Promise<CalendarObject[]> {
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

/** Everything of one kind in a calendar, read in pages. */
export async function allObjects(
  context: ToolContext,
  calendar: Calendar,
  kind: Kind,
): Promise<CalendarObject[]> {
  const { nextcloud, signal } = context;
  const user = await nextcloud.userId();
  const base = {
    user,
    calendar: calendar.uri,
    component: kind,
    'X-NC-Paginate': 'true',
    'X-NC-Paginate-Count': PAGE,
  } as const;
  const first = await nextcloud.execute('caldav.query-calendar', base, { signal });
  const objects = objectsFrom(first.data, calendar);
  const token = first.headers['x-nc-paginate-token'];
  const total = Number(first.headers['x-nc-paginate-total'] ?? 0);
  if (token === undefined) return objects;
  for (let offset = PAGE; offset < total; offset += PAGE) {
    const page = { ...base, 'X-NC-Paginate-Token': token, 'X-NC-Paginate-Offset': offset };
    const reply = await nextcloud.execute('caldav.query-calendar', page, { signal });
    if (reply.data.length === 0) break;
    objects.push(...objectsFrom(reply.data, calendar));
  }
  return objects;
}

async function query(
  { nextcloud, signal }: ToolContext,
  { uri }: Calendar,
  filter: Query,
): Promise<Row[]> {
  const user = await nextcloud.userId();
  const args = { user, calendar: uri, ...filter };
  return (await nextcloud.execute('caldav.query-calendar', args, { signal })).data;
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
 * filter means "contains", so the UID is compared here.
 *
 * @throws RelayError `not_found`
 */
export async function findObject(
  context: ToolContext,
  calendar: Calendar,
  kind: Kind,
  uid: string,
): Promise<CalendarObject & { readonly text?: string }> {
  const named = await readObject(context, calendar, `${uid}.ics`);
  if (named !== undefined && uidOf(named.content, kind) === uid) return named;
  const rows = await query(context, calendar, { component: kind, uid });
  const found = objectsFrom(rows, calendar).find(({ content }) => uidOf(content, kind) === uid);
  if (found !== undefined) return found;
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

function uidOf(content: Component, kind: Kind): string | undefined {
  return content.components(kind)[0]?.text('UID');
}

/** One object by file name, with the bytes as stored; undefined when there is none. */
export async function readObject(
  { nextcloud, signal }: ToolContext,
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
