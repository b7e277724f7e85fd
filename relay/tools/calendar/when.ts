import { RelayError } from '../../errors.ts';
import { givenTime, momentAt } from '../../nextcloud/codecs/icalendar-time.ts';
import type { GivenTime, Moment } from '../../nextcloud/codecs/icalendar-time.ts';
import { DAY, instantOfWall, UTC, zoneArgument } from '../../nextcloud/codecs/icalendar-zones.ts';
import type { Zone } from '../../nextcloud/codecs/icalendar-zones.ts';

/** The zone in which times without offset are read, and why that one. */
export interface ReadingZone {
  readonly zone: Zone;
  readonly source: 'argument' | 'event' | 'calendar' | 'default';
}

/** The zone asked for, else that of the event, else that of the calendar, else UTC. */
export function readingZone(
  asked: string,
  event: Zone | undefined,
  calendar: Zone | undefined,
): ReadingZone {
  if (asked !== '') return { zone: zoneArgument(asked), source: 'argument' };
  if (event !== undefined) return { zone: event, source: 'event' };
  if (calendar !== undefined) return { zone: calendar, source: 'calendar' };
  return { zone: UTC, source: 'default' };
}

/**
 * The time to store. Without offset it is local time of the zone. With an offset it is kept as local time of the zone
 * when the zone was asked for or has just that offset then, so that a series keeps its hour over the year; else UTC.
 */
export function storedTime(given: GivenTime, { zone, source }: ReadingZone): Moment {
  const { wall, offset, utc } = given;
  if (offset === undefined) return { dateOnly: false, wall, zone };
  const instant = wall - offset * 1000;
  const fits = source === 'argument' || (!utc && zone.offsetAt(instant) === offset);
  return momentAt(instant, fits ? zone : UTC);
}

/** Start and end as arguments give them; empty: not given. */
export interface GivenSpan {
  readonly start: string;
  readonly end: string;
  /** Undefined: as the start says, or as it was. */
  readonly allDay: boolean | undefined;
}

export interface Span {
  readonly start: Moment;
  /** Exclusive. */
  readonly end: Moment;
}

const HOUR = 3_600_000;

/**
 * The span of an event. All-day events begin and end with whole days and the given end is the last of them. Without
 * an end: one hour, one day, or as long as it was. A moved start moves the end along.
 *
 * @throws RelayError `invalid_argument`
 */
export function spanFrom(given: GivenSpan, reading: ReadingZone, before?: Span): Span {
  const start = given.start === '' ? undefined : givenTime(given.start, 'start_datetime');
  const end = given.end === '' ? undefined : givenTime(given.end, 'end_datetime');
  const allDay = given.allDay ?? start?.dateOnly ?? before?.start.dateOnly ?? false;
  const span = allDay ? daySpan(start, end, before) : timeSpan(start, end, reading, before);
  if (lengthOf(span) < (allDay ? DAY : 0)) {
    throw new RelayError('invalid_argument', 'The event would end before it starts.', {
      hint: allDay
        ? 'end_datetime is the last day of an all-day event.'
        : 'Give a later end_datetime.',
    });
  }
  return span;
}

function lengthOf({ start, end }: Span): number {
  return instantOfWall(end.wall, end.zone ?? UTC) - instantOfWall(start.wall, start.zone ?? UTC);
}

function dayOf(wall: number): Moment {
  return { dateOnly: true, wall: Math.floor(wall / DAY) * DAY, zone: undefined };
}

function daySpan(
  given: GivenTime | undefined,
  givenEnd: GivenTime | undefined,
  before: Span | undefined,
): Span {
  const wall = given?.wall ?? before?.start.wall;
  if (wall === undefined) throw missingStart();
  const start = dayOf(wall);
  if (givenEnd !== undefined) return { start, end: dayOf(givenEnd.wall + DAY) };
  if (before === undefined) return { start, end: dayOf(wall + DAY) };
  // the days it touched: an end at midnight does not touch the day that begins then
  const touched = Math.max(
    dayOf(before.end.wall - 1).wall + DAY - dayOf(before.start.wall).wall,
    DAY,
  );
  return { start, end: { ...start, wall: start.wall + touched } };
}

function timeSpan(
  given: GivenTime | undefined,
  givenEnd: GivenTime | undefined,
  reading: ReadingZone,
  before: Span | undefined,
): Span {
  const start = given === undefined ? startBefore(before, reading) : storedTime(given, reading);
  if (givenEnd !== undefined) {
    if (givenEnd.dateOnly) {
      throw new RelayError(
        'invalid_argument',
        'end_datetime needs a time of day, as the event starts at one.',
        {
          hint: 'Or give all_day: true.',
        },
      );
    }
    return { start, end: storedTime(givenEnd, reading) };
  }
  const timedBefore = before === undefined || before.start.dateOnly ? undefined : before;
  const length = timedBefore === undefined ? HOUR : lengthOf(timedBefore);
  return { start, end: { ...start, wall: start.wall + length } };
}

function startBefore(before: Span | undefined, { zone }: ReadingZone): Moment {
  if (before === undefined) throw missingStart();
  return before.start.dateOnly ? { dateOnly: false, wall: before.start.wall, zone } : before.start;
}

function missingStart(): RelayError {
  return new RelayError('invalid_argument', 'start_datetime is missing.');
}

/** A window of instants from date arguments; a last day is included. Empty sides are filled by the given default. */
export function windowFrom(
  start: string,
  end: string,
  zone: Zone,
  fallback: {
    readonly from: (to: number | undefined) => number;
    readonly to: (from: number) => number;
  },
): { from: number; to: number } {
  const last = end === '' ? undefined : windowEdge(givenTime(end, 'end_date'), zone, DAY);
  const from =
    start === '' ? fallback.from(last) : windowEdge(givenTime(start, 'start_date'), zone, 0);
  const to = last ?? fallback.to(from);
  if (to <= from) throw new RelayError('invalid_argument', 'end_date is before start_date.');
  return { from, to };
}

function windowEdge({ dateOnly, wall, offset }: GivenTime, zone: Zone, wholeDay: number): number {
  if (offset !== undefined) return wall - offset * 1000;
  return instantOfWall(dateOnly ? wall + wholeDay : wall, zone);
}
