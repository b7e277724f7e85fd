import ICAL from 'ical.js';
import { RelayError } from '../../errors.ts';
import { Component } from './content-lines.ts';
import type { ZoneLookup } from './icalendar-time.ts';
import { zoneNamed } from './icalendar-zones.ts';
import type { Zone } from './icalendar-zones.ts';
import { vtimezone } from './vtimezone.ts';

export const PRODUCT_ID = '-//Nextcloud MCP Gateway//EN';

/** The VCALENDAR of a file. @throws RelayError `upstream_error` when there is none */
export function calendarOf(file: Component): Component {
  const [calendar] = file.components('VCALENDAR');
  if (calendar === undefined) {
    throw new RelayError(
      'upstream_error',
      'Nextcloud answered with something that is no calendar.',
    );
  }
  return calendar;
}

export function parseCalendar(text: string): Component {
  return calendarOf(Component.parse(text));
}

/** An object with one empty component of a kind, to be filled. */
export function newCalendar(kind: 'VEVENT' | 'VTODO', uid: string, now: Date): Component {
  const calendar = Component.create('VCALENDAR');
  calendar.add('VERSION', '2.0');
  calendar.add('PRODID', PRODUCT_ID);
  calendar.add('CALSCALE', 'GREGORIAN');
  const component = Component.create(kind);
  component.add('UID', uid);
  component.add('DTSTAMP', utcStamp(now));
  component.add('CREATED', utcStamp(now));
  component.add('LAST-MODIFIED', utcStamp(now));
  calendar.insert(component);
  return calendar;
}

/** `20261123T090000Z` */
export function utcStamp(time: Date): string {
  return time.toISOString().replace(/[-:]|\.\d+/g, '');
}

/**
 * Zones as one file names them: by IANA or Windows name whatever the file says about them, as Nextcloud does, else by
 * the file's own VTIMEZONE. Unknown names give undefined: such times float.
 */
export function objectZones(calendar: Component): ZoneLookup {
  const own = new Map<string, Zone | undefined>();
  return (tzid) => {
    const known = zoneNamed(tzid);
    if (known !== undefined) return known;
    if (!own.has(tzid)) own.set(tzid, ownZone(calendar, tzid));
    return own.get(tzid);
  };
}

function ownZone(calendar: Component, tzid: string): Zone | undefined {
  const definition = calendar.components('VTIMEZONE').find((one) => one.text('TZID') === tzid);
  if (definition === undefined) return undefined;
  const location = zoneNamed(definition.text('X-LIC-LOCATION') ?? '');
  if (location !== undefined)
    return { id: tzid, offsetAt: (instant) => location.offsetAt(instant) };
  try {
    const component = new ICAL.Component(ICAL.parse(definition.toString()) as unknown[]);
    const zone = new ICAL.Timezone({ component, tzid });
    return {
      id: tzid,
      offsetAt: (instant) => {
        const time = ICAL.Time.fromJSDate(new Date(instant), true).convertToZone(zone);
        return time.utcOffset();
      },
    };
  } catch {
    return undefined;
  }
}

/** Adds the definition of a zone that times of the calendar refer to, unless it is there. */
export function ensureZone(calendar: Component, zone: Zone | undefined, year: number): void {
  if (zone === undefined || zone.id === 'UTC') return;
  const there = calendar.components('VTIMEZONE').some((one) => one.text('TZID') === zone.id);
  if (there || zoneNamed(zone.id) === undefined) return;
  const text = vtimezone(zone, year)
    .map((line) => line + calendar.lineEnd)
    .join('');
  const [definition] = Component.parse(text).components();
  const [first] = calendar.components();
  if (definition !== undefined) calendar.insert(definition, first?.name);
}

/** The zone of a `calendar-timezone` property, which holds a whole VTIMEZONE file or just a name. */
export function calendarZone(value: string | undefined): Zone | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  if (!/BEGIN:VTIMEZONE/i.test(value)) return zoneNamed(value.trim());
  const [calendar] = Component.parse(value).components('VCALENDAR');
  const tzid = calendar?.components('VTIMEZONE')[0]?.text('TZID');
  return calendar === undefined || tzid === undefined ? undefined : objectZones(calendar)(tzid);
}

/** Marks a component as changed now; `significant` changes count as a revision (RFC 5545 section 3.8.7.4). */
export function touch(component: Component, now: Date, significant: boolean): void {
  component.set('DTSTAMP', utcStamp(now));
  component.set('LAST-MODIFIED', utcStamp(now));
  const sequence = component.first('SEQUENCE');
  const matters = sequence !== undefined || component.first('ATTENDEE') !== undefined;
  if (significant && matters) component.set('SEQUENCE', String((Number(sequence?.value) || 0) + 1));
}
