import * as z from 'zod';
import { DAY, zoneArgument } from '../../nextcloud/codecs/icalendar-zones.ts';
import { defineTool } from '../tool.ts';
import { calendarRead, timezone } from './arguments.ts';
import { readingObjects } from './calendar-objects.ts';
import { findingCalendar } from './calendars.ts';
import { occurrencesIn } from './event-search.ts';
import { calendarsFor, pageOf } from './list-events.ts';

/** Composed: over all calendars, with occurrences of series. */
export const upcomingEvents = defineTool({
  ...calendarRead,
  name: 'nc_calendar_get_upcoming_events',
  title: 'Get upcoming events',
  description: 'Show events that run now or start in the coming days, earliest first.',
  uses: [...findingCalendar, ...readingObjects],
  input: z.object({
    calendar_name: z.string().default('').describe('Name of a calendar; empty for all'),
    days_ahead: z.int().min(1).max(366).default(7).describe('How many days'),
    limit: z.int().min(1).max(200).default(10).describe('Most events to show'),
    timezone,
  }),
  async run(args, context) {
    const all = args.calendar_name === '';
    const calendars = await calendarsFor(context, args.calendar_name, all);
    const from = context.now().getTime();
    const asked = args.timezone === '' ? undefined : zoneArgument(args.timezone);
    const found = await occurrencesIn(
      context,
      calendars,
      { from, to: from + args.days_ahead * DAY },
      asked,
      {},
    );
    return {
      ...pageOf(found, args.limit, 0, all),
      days_ahead: args.days_ahead,
      ...(all ? {} : { calendar_name: calendars[0]?.uri }),
    };
  },
});
