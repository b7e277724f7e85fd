import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { calendarName, calendarWrite } from './arguments.ts';
import { findCalendar, findingCalendar } from './calendars.ts';
import { calendarView } from './list-calendars.ts';

/** Composed: the name is looked up, and the shares read back. */
export const shareCalendar = defineTool({
  ...calendarWrite,
  name: 'nc_calendar_share_calendar',
  title: 'Share calendar',
  description:
    'Share a calendar with a user or group, change the right to write, or end the share.',
  effect: 'set',
  uses: [...findingCalendar, 'caldav.share-calendar'],
  input: z.object({
    calendar_name: calendarName,
    share_with: z.string().min(1).describe('Id of the user or group'),
    type: z.enum(['user', 'group']).default('user').describe('Which of both'),
    writable: z.boolean().default(false).describe('May change events'),
    remove: z.boolean().default(false).describe('End the share'),
  }),
  async run(args, context) {
    const { nextcloud, signal } = context;
    const calendar = await findCalendar(context, args.calendar_name);
    const principal = `principal:principals/${args.type}s/${encodeURIComponent(args.share_with)}`;
    const place = { user: await nextcloud.userId(), calendar: calendar.uri };
    const wish = args.remove
      ? { remove: principal }
      : { add: principal, ...(args.writable ? { writable: true } : {}) };
    await nextcloud.execute('caldav.share-calendar', { ...place, ...wish }, { signal });
    const { shared_with = [] } = calendarView(await findCalendar(context, calendar.uri));
    return { calendar_name: calendar.uri, shared_with };
  },
});
