import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import {
  calendarName,
  calendarWrite,
  etag,
  eventUid,
  given,
  kept,
  listOf,
  recurrenceId,
  refuseUnnamed,
  thisAndFollowing,
  timezone,
} from './arguments.ts';
import { findCalendar, findingCalendar } from './calendars.ts';
import { changeFollowing } from './change-following.ts';
import { changedAnswer, changeOne } from './change-one.ts';
import type { Place } from './change-one.ts';
import { attendeesText, untilFrom } from './create-event.ts';
import { writingObjects } from './edit-object.ts';
import type { EventChange } from './event-change.ts';
import { ownAddress } from './own-address.ts';

const input = z.object({
  calendar_name: calendarName,
  event_uid: eventUid,
  recurrence_id: recurrenceId,
  this_and_following: thisAndFollowing,
  title: kept(z.string(), 'Title'),
  start_datetime: kept(z.string(), 'Start; a series moves as a whole'),
  end_datetime: kept(z.string(), 'End; of all-day events the last day'),
  all_day: kept(z.boolean(), 'Whole days'),
  description: kept(z.string(), 'Description'),
  location: kept(z.string(), 'Place'),
  categories: kept(z.string(), 'Comma separated'),
  recurring: kept(z.boolean(), 'false: no series any more'),
  recurrence_rule: kept(z.string(), 'RRULE'),
  recurrence_end_date: kept(z.string(), 'Last day of the series'),
  reminder_minutes: kept(z.int(), 'Minutes before; 0 for none'),
  reminder_email: kept(z.boolean(), 'Remind by e-mail'),
  status: kept(z.string(), 'CONFIRMED, TENTATIVE or CANCELLED'),
  priority: kept(z.int(), '1 highest to 9, 0 none'),
  privacy: kept(z.string(), 'PUBLIC, PRIVATE or CONFIDENTIAL'),
  attendees: kept(z.string(), attendeesText),
  url: kept(z.string(), 'Link'),
  color: kept(z.string(), 'CSS colour name or #RRGGBB'),
  etag,
  timezone,
});

type Arguments = z.output<typeof input>;

/** Composed: the event is read, changed line by line so that what other clients keep in it stays, and written back. */
export const updateEvent = defineTool({
  ...calendarWrite,
  name: 'nc_calendar_update_event',
  title: 'Update event',
  description:
    'Change an event, a series, one instance, or one and all following, which become a series of their own. ' +
    'Left out: kept; empty text: cleared. Attendees are told of it.',
  effect: 'replace',
  openWorld: true,
  uses: [...findingCalendar, ...writingObjects, 'caldav.get-principal'],
  input,
  async run(args, context) {
    const change = changeFrom(args);
    const calendar = await findCalendar(context, args.calendar_name);
    const self = await selfFor(context, args, change);
    const place: Place = {
      target: { calendar, kind: 'VEVENT', uid: args.event_uid, etag: args.etag },
      changing: { now: context.now(), calendarZone: calendar.zone, self },
    };
    const make = args.this_and_following ? changeFollowing : changeOne;
    const last = change.attendees?.length === 0 && self !== undefined;
    if (!last) return changedAnswer(await make(context, place, change));
    // Nextcloud 32 fails when an event loses its last attendee; it does not when the organizer stays for a moment
    const done = await make(context, place, { ...change, attendees: [self.email] });
    const { etag, name } = done.object;
    const target = { ...place.target, etag, name };
    const recurrenceId = args.this_and_following ? '' : args.recurrence_id;
    const none = { fields: {}, attendees: [], recurrenceId };
    const { object } = await changeOne(context, { ...place, target }, none);
    return changedAnswer({ ...done, object });
  },
});

/** The user's own address, asked for only where the change needs it. */
async function selfFor(
  context: ToolContext,
  { this_and_following: following }: Arguments,
  { attendees, reminder }: EventChange,
) {
  const needed = following || attendees !== undefined || reminder?.email === true;
  return needed ? ownAddress(context) : undefined;
}

function changeFrom(args: Arguments): EventChange {
  refuseUnnamed(args);
  const [start, end, allDay] = [
    given(args.start_datetime),
    given(args.end_datetime),
    given(args.all_day),
  ];
  const anyTime = start !== undefined || end !== undefined || allDay !== undefined;
  const change: EventChange = {
    recurrenceId: args.recurrence_id,
    fields: {
      title: given(args.title),
      description: given(args.description),
      location: given(args.location),
      url: given(args.url),
      status: given(args.status),
      priority: given(args.priority),
      privacy: given(args.privacy),
      categories: args.categories == null ? undefined : listOf(args.categories),
      color: given(args.color),
    },
    ...(anyTime
      ? { times: { start: start ?? '', end: end ?? '', allDay, timezone: args.timezone } }
      : {}),
    attendees: args.attendees == null ? undefined : listOf(args.attendees),
    ...(args.reminder_minutes == null && args.reminder_email == null
      ? {}
      : { reminder: { minutes: given(args.reminder_minutes), email: given(args.reminder_email) } }),
    recurrence: recurrenceFrom(args),
  };
  refuseNothing(change);
  return change;
}

function recurrenceFrom(args: Arguments): EventChange['recurrence'] {
  const { recurring, recurrence_rule: rule, recurrence_end_date: end } = args;
  if (recurring == null && rule == null && end == null) return undefined;
  return {
    recurring: given(recurring),
    rule: given(rule),
    until: end == null ? undefined : end === '' ? '' : untilFrom(end),
  };
}

function refuseNothing({ fields, times, recurrence, attendees, reminder }: EventChange): void {
  const some: readonly unknown[] = Object.values({
    ...fields,
    times,
    recurrence,
    attendees,
    reminder,
  });
  if (some.every((one) => one === undefined)) {
    throw new RelayError('invalid_argument', 'Nothing to change: give at least one field.');
  }
}
