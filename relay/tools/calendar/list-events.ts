import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { objectZones } from '../../nextcloud/codecs/icalendar.ts';
import { DAY, UTC, zoneArgument } from '../../nextcloud/codecs/icalendar-zones.ts';
import { eventView } from '../../nextcloud/codecs/icalendar-view.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import { calendarRead, given, kept, listOf, timezone } from './arguments.ts';
import { readingObjects } from './calendar-objects.ts';
import { findCalendar, findingCalendar, holds, listCalendars } from './calendars.ts';
import type { Calendar } from './calendars.ts';
import { calendarLabel, isoInstant, placeOf } from './event-answer.ts';
import type { View } from './event-answer.ts';
import { occurrencesIn } from './event-search.ts';
import type { Found, Occurrence } from './event-search.ts';
import { windowFrom } from './when.ts';

const date = 'YYYY-MM-DD or ISO time';

/** Composed: the server filters by date, occurrences, fields and order are worked out here. */
export const listEvents = defineTool({
  ...calendarRead,
  name: 'nc_calendar_list_events',
  title: 'List events',
  description:
    'List events of a calendar, or of all, by date and content, earliest first; a series appears once per occurrence. ' +
    'Without dates: the last 30 days and the coming year.',
  uses: [...findingCalendar, ...readingObjects],
  input: z.object({
    calendar_name: z
      .string()
      .default('')
      .describe('Name of the calendar; needless with search_all_calendars'),
    start_date: z.string().default('').describe(`From, ${date}`),
    end_date: z.string().default('').describe(`To, ${date}; a day is included`),
    limit: z.int().min(1).max(500).default(50).describe('Most events to show'),
    offset: z.int().min(0).default(0).describe('Events to skip, to go on after the limit'),
    min_attendees: kept(z.int(), 'At least so many attendees'),
    min_duration_minutes: kept(z.number(), 'At least so long'),
    categories: kept(z.string(), 'Any of these, comma separated'),
    status: kept(z.string(), 'CONFIRMED, TENTATIVE or CANCELLED'),
    title_contains: kept(z.string(), 'Text in the title'),
    location_contains: kept(z.string(), 'Text in the location'),
    search_all_calendars: z.boolean().default(false).describe('All calendars'),
    timezone,
  }),
  async run(args, context) {
    const calendars = await calendarsFor(context, args.calendar_name, args.search_all_calendars);
    const asked = args.timezone === '' ? undefined : zoneArgument(args.timezone);
    const zone = asked ?? (calendars.length === 1 ? calendars[0]?.zone : undefined) ?? UTC;
    const now = context.now().getTime();
    const window = windowFrom(args.start_date, args.end_date, zone, {
      from: (to) => (to === undefined ? now - 30 * DAY : to - 366 * DAY),
      to: (from) => Math.max(from, args.start_date === '' ? now : from) + 366 * DAY,
    });
    const found = await occurrencesIn(context, calendars, window, asked, {
      minAttendees: given(args.min_attendees),
      minMinutes: given(args.min_duration_minutes),
      categories: args.categories == null ? undefined : listOf(args.categories),
      status: given(args.status),
      title: given(args.title_contains),
      location: given(args.location_contains),
    });
    return {
      ...pageOf(found, args.limit, args.offset, args.search_all_calendars),
      ...(args.search_all_calendars ? {} : { calendar_name: calendars[0]?.uri }),
      start_date: isoInstant(window.from, zone),
      end_date: isoInstant(window.to, zone),
    };
  },
});

/** The named calendar, or every one with events. */
export async function calendarsFor(
  context: ToolContext,
  name: string,
  all: boolean,
): Promise<Calendar[]> {
  if (all) return (await listCalendars(context)).filter((calendar) => holds(calendar, 'VEVENT'));
  if (name === '') {
    throw new RelayError('invalid_argument', 'calendar_name is missing.', {
      hint: 'Name a calendar, or set search_all_calendars.',
    });
  }
  return [await findCalendar(context, name)];
}

/** A page of occurrences, how many there are, and where to go on. */
export function pageOf(
  { occurrences, problems }: Found,
  limit: number,
  offset: number,
  named: boolean,
): View {
  const events = occurrences.slice(offset, offset + limit).map((one) => occurrenceView(one, named));
  const next = offset + events.length;
  return {
    events,
    total_found: occurrences.length,
    ...(next < occurrences.length ? { next_offset: next } : {}),
    ...(problems.length === 0 ? {} : { problems }),
  };
}

/** One occurrence; a series is not repeated with all its dates each time. */
function occurrenceView({ object, instance }: Occurrence, named: boolean): View {
  const view: View = eventView(instance.component, objectZones(object.content), instance);
  const { exdates: _exdates, recurrence_dates: _dates, created: _created, ...shown } = view;
  return { ...shown, ...placeOf(object), ...(named ? calendarLabel(object.calendar) : {}) };
}
