import { RelayError } from '../../errors.ts';
import type { Component, ContentLine } from './content-lines.ts';
import { DAY, instantOfWall, UTC, wallOfInstant } from './icalendar-zones.ts';
import type { Zone } from './icalendar-zones.ts';

/** A DATE or DATE-TIME. */
export interface Moment {
  /** A day, not a time. */
  readonly dateOnly: boolean;
  /** Local date and time as milliseconds, counted as if local time were UTC. */
  readonly wall: number;
  /** Undefined for days and for floating times, which mean the reader's own zone. */
  readonly zone: Zone | undefined;
}

/** Zone of a TZID, as one calendar object understands it. */
export type ZoneLookup = (tzid: string) => Zone | undefined;

/** The instant of a moment; days and floating times are read in `fallback`. */
export function instantOf(moment: Moment, fallback: Zone): number {
  return instantOfWall(moment.wall, moment.zone ?? fallback);
}

export function momentAt(instant: number, zone: Zone): Moment {
  return { dateOnly: false, wall: wallOfInstant(instant, zone), zone };
}

/** Reads `20261123`, `20261123T090000` and `20261123T080000Z`; undefined when it is none of these. */
export function readMoment(
  value: string,
  tzid: string | undefined,
  zones: ZoneLookup,
): Moment | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?$/i.exec(value.trim());
  if (match === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', utc] = match;
  const wall = Date.UTC(+(year ?? 0), +(month ?? 0) - 1, +(day ?? 0), +hour, +minute, +second);
  if (match[4] === undefined) return { dateOnly: true, wall, zone: undefined };
  if (utc !== undefined) return { dateOnly: false, wall, zone: UTC };
  return { dateOnly: false, wall, zone: tzid === undefined ? undefined : zones(tzid) };
}

/** The moment a property such as DTSTART holds. */
export function momentOf(line: ContentLine | undefined, zones: ZoneLookup): Moment | undefined {
  return line === undefined ? undefined : readMoment(line.value, line.parameter('TZID')[0], zones);
}

/** `20261123`, `20261123T090000` or, in UTC, `20261123T090000Z`. */
export function basicForm({ dateOnly, wall, zone }: Moment): string {
  const text = new Date(wall).toISOString().replace(/[-:]|\.\d+Z/g, '');
  if (dateOnly) return text.slice(0, 8);
  return zone === UTC ? `${text}Z` : text;
}

/** VALUE and TZID parameters that go with `basicForm`; undefined ones are to be removed. */
export function momentParameters({
  dateOnly,
  zone,
}: Moment): Record<'VALUE' | 'TZID', string | undefined> {
  return {
    VALUE: dateOnly ? 'DATE' : undefined,
    TZID: zone === undefined || zone === UTC ? undefined : zone.id,
  };
}

/** Writes DTSTART, DTEND, DUE … with the parameters that belong to the value. */
export function setMoment(component: Component, name: string, moment: Moment): void {
  component.set(name, basicForm(moment), momentParameters(moment));
}

/** ISO 8601 for people: `2026-11-23`, `2026-11-23T09:00:00+01:00`, `…Z`, or without offset when floating. */
export function isoForm(moment: Moment): string {
  const text = new Date(moment.wall).toISOString().slice(0, 19);
  if (moment.dateOnly) return text.slice(0, 10);
  if (moment.zone === undefined) return text;
  if (moment.zone === UTC) return `${text}Z`;
  const offset = moment.zone.offsetAt(instantOf(moment, UTC));
  const minutes = Math.round(Math.abs(offset) / 60);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${text}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** A date or time as a person gave it. */
export interface GivenTime {
  readonly dateOnly: boolean;
  readonly wall: number;
  /** Seconds east of UTC; undefined when none was given. */
  readonly offset: number | undefined;
  /** It ended in `Z`. */
  readonly utc: boolean;
}

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * Reads `YYYY-MM-DD`, `YYYY-MM-DDTHH:MM[:SS]` and the same with `Z` or an offset.
 * @throws RelayError `invalid_argument` naming the argument
 */
export function givenTime(text: string, argument: string): GivenTime {
  const match = ISO.exec(text.trim());
  const [, year, month, day, hour = '0', minute = '0', second = '0', mark] = match ?? [];
  const wall = Date.UTC(+(year ?? 0), +(month ?? 0) - 1, +(day ?? 0), +hour, +minute, +second);
  const back = match === null ? '' : new Date(wall).toISOString();
  // Date.UTC would silently make 2 March of 30 February
  const real = back.startsWith(`${year}-${month}-${day}`);
  if (match === null || !real || +hour > 23 || +minute > 59) {
    throw new RelayError('invalid_argument', `'${argument}' is not a date or time: '${text}'.`, {
      hint: 'Use 2026-11-23, 2026-11-23T09:00 or 2026-11-23T09:00:00+01:00.',
    });
  }
  return {
    dateOnly: match[4] === undefined,
    wall,
    offset: mark === undefined ? undefined : offsetSeconds(mark),
    utc: mark?.toUpperCase() === 'Z',
  };
}

function offsetSeconds(mark: string): number {
  if (mark.toUpperCase() === 'Z') return 0;
  const seconds = +mark.slice(1, 3) * 3600 + +mark.slice(-2) * 60;
  return mark.startsWith('-') ? -seconds : seconds;
}

/** A DURATION value (RFC 5545 section 3.3.6): days are nominal, the rest exact. */
export interface Duration {
  readonly days: number;
  readonly seconds: number;
}

export function readDuration(value: string): Duration | undefined {
  const match = /^([+-])?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i.exec(
    value.trim(),
  );
  if (match === null) return undefined;
  const [, sign, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match;
  const factor = sign === '-' ? -1 : 1;
  return {
    days: factor * (+weeks * 7 + +days) || 0,
    seconds: factor * (+hours * 3600 + +minutes * 60 + +seconds) || 0,
  };
}

export function addDuration(moment: Moment, { days, seconds }: Duration): Moment {
  const shifted = { ...moment, wall: moment.wall + days * DAY };
  if (seconds === 0) return shifted;
  if (moment.zone === undefined)
    return { ...shifted, dateOnly: false, wall: shifted.wall + seconds * 1000 };
  return momentAt(instantOf(shifted, UTC) + seconds * 1000, moment.zone);
}
