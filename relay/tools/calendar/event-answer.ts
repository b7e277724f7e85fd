import { objectZones } from '../../nextcloud/codecs/icalendar.ts';
import { isoForm, momentAt } from '../../nextcloud/codecs/icalendar-time.ts';
import type { Zone } from '../../nextcloud/codecs/icalendar-zones.ts';
import { exceptionsOf, masterOf } from '../../nextcloud/codecs/icalendar-series.ts';
import { eventView } from '../../nextcloud/codecs/icalendar-view.ts';
import type { CalendarObject } from './calendar-objects.ts';
import type { Calendar } from './calendars.ts';
import type { ReadingZone } from './when.ts';

export type View = Record<string, unknown>;

/** Where an object is, and in which state. */
export function placeOf({ calendar, href, etag }: CalendarObject): View {
  return { calendar_name: calendar.uri, href, etag };
}

export function calendarLabel({ uri, row }: Calendar): View {
  return { calendar_name: uri, calendar_display_name: row.displayName ?? uri };
}

/** A whole event: the series with its exceptions. */
export function eventAnswer(object: CalendarObject): View {
  const zones = objectZones(object.content);
  const events = object.content.components('VEVENT');
  const master = masterOf(events);
  const exceptions = exceptionsOf(events).filter((one) => one !== master);
  return {
    ...(master === undefined ? {} : eventView(master, zones)),
    ...(exceptions.length === 0
      ? {}
      : { exceptions: exceptions.map((one) => eventView(one, zones)) }),
    ...placeOf(object),
  };
}

/** What a write answers: enough to go on with, and how times without offset were read. */
export function writtenAnswer(
  object: CalendarObject,
  status: number,
  reading: ReadingZone | undefined,
): View {
  const { uid, start_datetime, end_datetime, all_day, timezone, recurring } = eventAnswer(object);
  const shown = { uid, start_datetime, end_datetime, all_day, timezone, recurring };
  return {
    ...Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined)),
    ...placeOf(object),
    ...(reading === undefined ? {} : zoneNote(reading)),
    status_code: status,
  };
}

const SOURCES: Readonly<Record<ReadingZone['source'], string>> = {
  argument: 'as asked',
  event: 'zone of the event',
  calendar: 'zone of the calendar',
  default: 'the calendar names no zone',
};

export function zoneNote({ zone, source }: ReadingZone): View {
  return { times_without_offset: `${zone.id} (${SOURCES[source]})` };
}

export function isoInstant(instant: number, zone: Zone): string {
  return isoForm(momentAt(instant, zone));
}
