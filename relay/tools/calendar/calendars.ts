import type { ResultOf } from '../../../openapi/index.ts';
import { RelayError } from '../../errors.ts';
import { calendarZone } from '../../nextcloud/codecs/icalendar.ts';
import type { Zone } from '../../nextcloud/codecs/icalendar-zones.ts';
import type { ToolContext } from '../tool.ts';

/** What requests need; resources ask for calendars too. */
export type Asking = Pick<ToolContext, 'nextcloud' | 'signal'>;

/** One calendar as Nextcloud describes it. */
export type CalendarRow = ResultOf<'caldav.list-calendars'>[number];

/** A calendar that a tool can work with. */
export interface Calendar {
  /** Last segment of its address: the name tools use. */
  readonly uri: string;
  readonly row: CalendarRow;
  /** Zone of times without offset in it, when the calendar names one. */
  readonly zone: Zone | undefined;
}

/** Operations behind `findCalendar`. */
export const findingCalendar = ['caldav.get-calendar', 'caldav.list-calendars'] as const;

/** All of the user's calendars, shared and subscribed ones too; those in the trash not. */
export async function listCalendars(context: Asking): Promise<Calendar[]> {
  return (await calendarRows(context)).filter((row) => !isDeleted(row)).map(calendarFrom);
}

export async function calendarRows({ nextcloud, signal }: Asking): Promise<CalendarRow[]> {
  const user = await nextcloud.userId();
  const reply = await nextcloud.execute('caldav.list-calendars', { user, Depth: '1' }, { signal });
  return reply.data.filter(isCalendar);
}

function isCalendar({ kind = [] }: CalendarRow): boolean {
  return (
    kind.includes('calendar') || kind.includes('subscribed') || kind.includes('deleted-calendar')
  );
}

/** Nextcloud keeps a deleted calendar readable and writable for a month; to its owner it is gone. */
export function isDeleted({ kind = [], deletedAt }: CalendarRow): boolean {
  return kind.includes('deleted-calendar') || (deletedAt ?? '') !== '';
}

export function uriOf({ href = '' }: CalendarRow): string {
  return href.replace(/\/+$/, '').split('/').at(-1) ?? '';
}

function calendarFrom(row: CalendarRow): Calendar {
  return { uri: uriOf(row), row, zone: calendarZone(row.timezone) };
}

/** Whether objects of a kind can be in the calendar; one that does not say may hold all. */
export function holds({ row }: Calendar, component: 'VEVENT' | 'VTODO'): boolean {
  const components = row.components ?? [];
  return components.length === 0 || components.includes(component);
}

/**
 * The calendar of a name: its URI name, else its display name when only one has it.
 * @throws RelayError `not_found` with the names there are
 */
export async function findCalendar(context: Asking, name: string): Promise<Calendar> {
  const direct = await calendarByUri(context, name);
  if (direct !== undefined) return direct;
  const calendars = await listCalendars(context);
  const wanted = name.trim().toLowerCase();
  const fitting = calendars.filter(({ row }) => row.displayName?.trim().toLowerCase() === wanted);
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return only;
  const names = calendars.map(({ uri }) => uri).join(', ');
  throw new RelayError('not_found', `There is no calendar '${name}'.`, {
    hint: `There are: ${names}.`,
  });
}

async function calendarByUri(
  { nextcloud, signal }: Asking,
  uri: string,
): Promise<Calendar | undefined> {
  if (/[/\\]|^\.{0,2}$/.test(uri)) return undefined;
  const user = await nextcloud.userId();
  const row = await nextcloud
    .execute('caldav.get-calendar', { user, calendar: uri }, { signal })
    .then((reply) => reply.data[0], absent);
  if (row === undefined || !isCalendar(row)) return undefined;
  if (isDeleted(row)) {
    throw new RelayError('not_found', `The calendar '${uri}' is in the trash.`, {
      hint: 'Bring it back with nc_calendar_restore.',
    });
  }
  return calendarFrom(row);
}

/** Turns "not found" into undefined. */
export function absent(error: unknown): undefined {
  if (error instanceof RelayError && error.code === 'not_found') return undefined;
  throw error;
}
