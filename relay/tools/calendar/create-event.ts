import * as z from 'zod';
import { ensureZone, newCalendar } from '../../nextcloud/codecs/icalendar.ts';
import { setFields } from '../../nextcloud/codecs/icalendar-edit.ts';
import type { Fields } from '../../nextcloud/codecs/icalendar-edit.ts';
import { setAttendees } from '../../nextcloud/codecs/icalendar-people.ts';
import { setReminder } from '../../nextcloud/codecs/icalendar-reminders.ts';
import { setRecurrence } from '../../nextcloud/codecs/icalendar-series.ts';
import type { RecurrenceChange } from '../../nextcloud/codecs/icalendar-series.ts';
import { givenTime, setMoment } from '../../nextcloud/codecs/icalendar-time.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import { calendarName, calendarWrite, listOf, timezone } from './arguments.ts';
import { findCalendar, findingCalendar } from './calendars.ts';
import { createObject, writingObjects } from './edit-object.ts';
import { writtenAnswer } from './event-answer.ts';
import type { View } from './event-answer.ts';
import { ownAddress } from './own-address.ts';
import { readingZone, spanFrom } from './when.ts';

export const attendeesText = 'E-mail addresses, comma separated; they are sent invitations';

/** Composed: it writes iCalendar, finds the calendar's zone and the user's own address. */
export const createEvent = defineTool({
  ...calendarWrite,
  name: 'nc_calendar_create_event',
  title: 'Create event',
  description:
    'Create an event or a series. Without end_datetime it lasts an hour, or a day. For all-day events end_datetime is the last day.',
  effect: 'add',
  openWorld: true,
  uses: [...findingCalendar, ...writingObjects, 'caldav.get-principal'],
  input: z.object({
    calendar_name: calendarName,
    title: z.string().describe('Title'),
    start_datetime: z
      .string()
      .describe('Start: 2026-11-23T09:00, with offset, or a day for all-day'),
    end_datetime: z.string().default('').describe('End'),
    all_day: z.boolean().default(false).describe('Whole days'),
    description: z.string().default('').describe('Description'),
    location: z.string().default('').describe('Place'),
    categories: z.string().default('').describe('Comma separated'),
    recurring: z.boolean().optional().describe('false: ignore recurrence_rule'),
    recurrence_rule: z.string().default('').describe('RRULE, e.g. FREQ=WEEKLY;BYDAY=MO'),
    recurrence_end_date: z.string().default('').describe('Last day of the series'),
    reminder_minutes: z.int().default(15).describe('Minutes before; 0 for none'),
    reminder_email: z.boolean().default(false).describe('Remind by e-mail'),
    status: z.string().default('CONFIRMED').describe('CONFIRMED, TENTATIVE or CANCELLED'),
    priority: z.int().min(0).max(9).default(5).describe('1 highest to 9, 0 none'),
    privacy: z.string().default('PUBLIC').describe('PUBLIC, PRIVATE or CONFIDENTIAL'),
    attendees: z.string().default('').describe(attendeesText),
    url: z.string().default('').describe('Link'),
    color: z.string().default('').describe('CSS colour name or #RRGGBB (nearest name)'),
    timezone,
  }),
  async run(args, context) {
    return createOne(context, {
      calendarName: args.calendar_name,
      start: args.start_datetime,
      end: args.end_datetime,
      allDay: args.all_day ? true : undefined,
      timezone: args.timezone,
      fields: { ...args, categories: listOf(args.categories) },
      attendees: listOf(args.attendees),
      reminderMinutes: args.reminder_minutes,
      reminderEmail: args.reminder_email,
      recurrence:
        args.recurring === false || args.recurrence_rule === ''
          ? { recurring: args.recurring === true ? true : undefined }
          : { rule: args.recurrence_rule, until: untilFrom(args.recurrence_end_date) },
    });
  },
});

export function untilFrom(text: string): RecurrenceChange['until'] {
  return text === '' ? undefined : givenTime(text, 'recurrence_end_date');
}

export interface NewEvent {
  readonly calendarName: string;
  readonly start: string;
  readonly end: string;
  readonly allDay: boolean | undefined;
  readonly timezone: string;
  readonly fields: Fields;
  readonly attendees: readonly string[];
  readonly reminderMinutes: number;
  readonly reminderEmail: boolean;
  readonly recurrence: RecurrenceChange;
}

/** Builds and stores a new event under a fresh UID. */
export async function createOne(context: ToolContext, wish: NewEvent): Promise<View> {
  const calendar = await findCalendar(context, wish.calendarName);
  const reading = readingZone(wish.timezone, undefined, calendar.zone);
  const span = spanFrom(wish, reading);
  const uid = context.newId();
  const content = newCalendar('VEVENT', uid, context.now());
  const [event] = content.components('VEVENT');
  if (event === undefined) throw new Error('a new calendar holds its component');
  setMoment(event, 'DTSTART', span.start);
  setMoment(event, 'DTEND', span.end);
  setFields(event, wish.fields);
  setRecurrence(content, event, wish.recurrence, () => span.start.zone);
  const needsSelf = wish.attendees.length > 0 || wish.reminderEmail;
  const self = needsSelf ? await ownAddress(context) : undefined;
  setAttendees(event, wish.attendees, self);
  setReminder(event, { minutes: wish.reminderMinutes, email: wish.reminderEmail, self });
  const year = new Date(span.start.wall).getUTCFullYear();
  for (const zone of new Set([span.start.zone, span.end.zone])) ensureZone(content, zone, year);
  const { object, status } = await createObject(context, calendar, `${uid}.ics`, content);
  const silent = wish.attendees.length > 0 && self === undefined;
  return {
    ...writtenAnswer(object, status, span.start.dateOnly ? undefined : reading),
    ...(silent ? { note: 'No invitations were sent: your account has no e-mail address.' } : {}),
  };
}
