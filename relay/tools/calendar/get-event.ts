import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { calendarName, calendarRead, eventUid } from './arguments.ts';
import { findObject, readingObjects } from './calendar-objects.ts';
import { findCalendar, findingCalendar } from './calendars.ts';
import { eventAnswer } from './event-answer.ts';

/** Composed: the file name of an event need not be its UID. */
export const getEvent = defineTool({
  ...calendarRead,
  name: 'nc_calendar_get_event',
  title: 'Get event',
  description:
    'Show an event with attendees, reminders and etag; of a series, its rule and exceptions. The end of an all-day event is its last day.',
  uses: [...findingCalendar, ...readingObjects],
  input: z.object({ calendar_name: calendarName, event_uid: eventUid }),
  async run(args, context) {
    const calendar = await findCalendar(context, args.calendar_name);
    return eventAnswer(await findObject(context, calendar, 'VEVENT', args.event_uid));
  },
});
