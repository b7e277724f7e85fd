import { masterOf } from '../../nextcloud/codecs/icalendar-series.ts';
import { isoForm } from '../../nextcloud/codecs/icalendar-time.ts';
import { UTC } from '../../nextcloud/codecs/icalendar-zones.ts';
import type { ToolContext } from '../tool.ts';
import { allObjects, eventsBetween } from './calendar-objects.ts';
import type { Between, CalendarObject } from './calendar-objects.ts';
import type { Calendar } from './calendars.ts';
import { matches, occurrencesOf } from './event-search.ts';
import type { EventFilter } from './event-search.ts';

/** One thing a bulk operation touches: a whole event, or one instance of a series. */
export interface Match {
  readonly object: CalendarObject;
  readonly uid: string;
  readonly title: string;
  /** Empty: the whole event or series. */
  readonly recurrenceId: string;
}

/**
 * What the filter means in one calendar. With a window: single events in it, and of series only the instances in it.
 * Without: whole events and series by what the event or series itself says.
 */
export async function matchesIn(
  context: ToolContext,
  calendar: Calendar,
  window: Between | undefined,
  filter: EventFilter,
): Promise<Match[]> {
  if (window === undefined) {
    const objects = await allObjects(context, calendar, 'VEVENT', filter.title);
    return objects.flatMap((object) => wholeMatch(object, filter));
  }
  const objects = await eventsBetween(context, calendar, window, filter.title);
  return objects.flatMap((object) => instanceMatches(object, window, filter));
}

function wholeMatch(object: CalendarObject, filter: EventFilter): Match[] {
  const events = object.content.components('VEVENT');
  const master = masterOf(events);
  if (master === undefined || !matches(master, filter)) return [];
  return [
    {
      object,
      uid: master.text('UID') ?? '',
      title: master.text('SUMMARY') ?? '',
      recurrenceId: '',
    },
  ];
}

function instanceMatches(object: CalendarObject, window: Between, filter: EventFilter): Match[] {
  const zone = object.calendar.zone ?? UTC;
  const { occurrences } = occurrencesOf(object, window, zone, filter);
  return occurrences.map(({ instance: { component, recurrenceId } }) => ({
    object,
    uid: component.text('UID') ?? '',
    title: component.text('SUMMARY') ?? '',
    recurrenceId: recurrenceId === undefined ? '' : isoForm(recurrenceId),
  }));
}
