import * as z from 'zod';
import { givenTime, isoForm } from '../../nextcloud/codecs/icalendar-time.ts';
import { defineTool } from '../tool.ts';
import { calendarWrite, listOf, timezone } from './arguments.ts';
import { findingCalendar } from './calendars.ts';
import { attendeesText, createOne } from './create-event.ts';
import { writingObjects } from './edit-object.ts';

/** Composed: as nc_calendar_create_event. */
export const createMeeting = defineTool({
  ...calendarWrite,
  name: 'nc_calendar_create_meeting',
  title: 'Create meeting',
  description: 'Create a meeting from date, time and duration, and invite people.',
  effect: 'add',
  openWorld: true,
  uses: [...findingCalendar, ...writingObjects, 'caldav.get-principal'],
  input: z.object({
    title: z.string().describe('Title'),
    date: z.string().describe('YYYY-MM-DD'),
    time: z.string().describe('HH:MM'),
    duration_minutes: z.int().min(1).default(60).describe('Minutes'),
    calendar_name: z.string().default('personal').describe('Name of the calendar'),
    attendees: z.string().default('').describe(attendeesText),
    location: z.string().default('').describe('Place'),
    description: z.string().default('').describe('Description'),
    reminder_minutes: z.int().default(15).describe('Minutes before; 0 for none'),
    timezone,
  }),
  async run(args, context) {
    const start = givenTime(`${args.date}T${args.time}`, 'date and time');
    const end = isoForm({
      dateOnly: false,
      wall: start.wall + args.duration_minutes * 60_000,
      zone: undefined,
    });
    const offset = args.time.replace(/^\d{2}:\d{2}(?::\d{2})?/, '').trim();
    return createOne(context, {
      calendarName: args.calendar_name,
      start: `${args.date}T${args.time}`,
      end: `${end}${offset}`,
      allDay: undefined,
      timezone: args.timezone,
      fields: {
        title: args.title,
        location: args.location,
        description: args.description,
        status: 'CONFIRMED',
        priority: 5,
        privacy: 'PUBLIC',
      },
      attendees: listOf(args.attendees),
      reminderMinutes: args.reminder_minutes,
      reminderEmail: false,
      recurrence: {},
    });
  },
});
