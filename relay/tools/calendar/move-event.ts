import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import { calendarName, calendarWrite, etag } from './arguments.ts';
import { findCalendar, findingCalendar, holds } from './calendars.ts';
import { moveObject, writingObjects } from './edit-object.ts';
import { placeOf } from './event-answer.ts';

/** Composed: finds the file of the UID and keeps its name in the other calendar. */
export const moveEvent = defineTool({
  ...calendarWrite,
  name: 'nc_calendar_move_event',
  title: 'Move event or task',
  description:
    'Move an event, a whole series or a task to another calendar; UID, reminders and answers stay.',
  effect: 'act',
  uses: [...findingCalendar, ...writingObjects, 'caldav.move-calendar-object'],
  input: z.object({
    calendar_name: calendarName,
    uid: z.string().min(1).describe('UID of the event or task'),
    target_calendar: z.string().min(1).describe('Name of the calendar to move to'),
    kind: z.enum(['event', 'task']).default('event').describe('What it is'),
    etag,
  }),
  async run(args, context) {
    const [from, to] = [
      await findCalendar(context, args.calendar_name),
      await findCalendar(context, args.target_calendar),
    ];
    const kind = args.kind === 'task' ? 'VTODO' : 'VEVENT';
    if (from.uri === to.uri)
      throw new RelayError('invalid_argument', 'It is in that calendar already.');
    if (!holds(to, kind))
      throw new RelayError('unsupported', `The calendar '${to.uri}' takes no ${args.kind}s.`);
    const moved = await moveObject(
      context,
      { calendar: from, kind, uid: args.uid, etag: args.etag },
      to,
    );
    return { uid: args.uid, ...placeOf(moved), from_calendar: from.uri, status_code: 201 };
  },
});
