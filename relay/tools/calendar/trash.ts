import * as z from 'zod';
import type { ResultOf } from '../../../openapi/index.ts';
import { RelayError } from '../../errors.ts';
import { objectZones, parseCalendar } from '../../nextcloud/codecs/icalendar.ts';
import { masterOf } from '../../nextcloud/codecs/icalendar-series.ts';
import { eventView, todoView } from '../../nextcloud/codecs/icalendar-view.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import { calendarRead, calendarWrite } from './arguments.ts';
import type { Kind } from './calendar-objects.ts';
import { calendarRows, isDeleted, uriOf } from './calendars.ts';
import type { View } from './event-answer.ts';

const href = z.string().min(1).describe('href as in nc_calendar_list_trash');

/** Composed: deleted calendars and deleted events are kept in two places. */
export const listTrash = defineTool({
  ...calendarRead,
  name: 'nc_calendar_list_trash',
  title: 'List calendar trash',
  description: 'List deleted calendars, events and tasks that can still be brought back.',
  uses: ['caldav.list-calendars', 'caldav.query-calendar-trash'],
  input: z.object({}),
  async run(_args, context) {
    const calendars = (await calendarRows(context)).filter(isDeleted).map((row) => ({
      name: uriOf(row),
      display_name: row.displayName ?? uriOf(row),
      ...(row.deletedAt === undefined ? {} : { deleted_at: row.deletedAt }),
      href: row.href,
    }));
    const [events, todos] = [await trashed(context, 'VEVENT'), await trashed(context, 'VTODO')];
    return {
      calendars,
      events,
      todos,
      total_count: calendars.length + events.length + todos.length,
    };
  },
});

async function trashed({ nextcloud, signal }: ToolContext, kind: Kind): Promise<View[]> {
  const user = await nextcloud.userId();
  const reply = await nextcloud.execute(
    'caldav.query-calendar-trash',
    { user, component: kind },
    { signal },
  );
  return reply.data.flatMap((row) => trashedView(row, kind));
}

function trashedView(row: ResultOf<'caldav.query-calendar-trash'>[number], kind: Kind): View[] {
  if (row.data === undefined || !row.data.includes('BEGIN:VCALENDAR')) return [];
  const content = parseCalendar(row.data);
  const component = masterOf(content.components(kind));
  if (component === undefined) return [];
  const view: View = (kind === 'VEVENT' ? eventView : todoView)(component, objectZones(content));
  const { uid, title, summary, start_datetime, due } = view;
  const facts = { uid, title, summary, start_datetime, due, deleted_at: row.deletedAt };
  return [
    {
      ...Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)),
      calendar_name: row.calendar ?? '',
      href: row.href,
    },
  ];
}

/** Composed: events and calendars are brought back by two operations. */
export const restore = defineTool({
  ...calendarWrite,
  name: 'nc_calendar_restore',
  title: 'Restore from calendar trash',
  description: 'Bring back a deleted calendar, event or task.',
  effect: 'set',
  uses: ['caldav.restore-calendar', 'caldav.restore-calendar-object'],
  input: z.object({ href }),
  async run(args, { nextcloud, signal }) {
    const user = await nextcloud.userId();
    const place = placeIn(args.href, user);
    const Destination = `/calendars/${user}/trashbin/restore/${'object' in place ? 'file' : 'calendar'}`;
    if ('object' in place) {
      await nextcloud.execute(
        'caldav.restore-calendar-object',
        { user, ...place, Destination },
        { signal },
      );
    } else {
      await nextcloud.execute(
        'caldav.restore-calendar',
        { user, ...place, Destination },
        { signal },
      );
    }
    return { restored: args.href };
  },
});

/** Composed: it takes the href that the list shows. */
export const purge = defineTool({
  ...calendarWrite,
  name: 'nc_calendar_delete_from_trash',
  title: 'Delete from calendar trash',
  description: 'Delete an event, task or calendar in the trash for good.',
  effect: 'delete',
  uses: ['caldav.purge-calendar-object', 'caldav.list-calendars', 'caldav.delete-calendar'],
  input: z.object({ href }),
  async run(args, context) {
    const { nextcloud, signal } = context;
    const user = await nextcloud.userId();
    const place = placeIn(args.href, user);
    if ('object' in place) {
      await nextcloud.execute('caldav.purge-calendar-object', { user, ...place }, { signal });
    } else {
      const row = (await calendarRows(context)).find((one) => uriOf(one) === place.calendar);
      if (row === undefined || !isDeleted(row)) {
        throw new RelayError('not_found', 'There is no such calendar in the trash.');
      }
      await nextcloud.execute(
        'caldav.delete-calendar',
        { user, ...place, 'X-NC-CalDAV-No-Trashbin': 1 },
        { signal },
      );
    }
    return { deleted: args.href };
  },
});

/** What an href of the trash list names; anything else is refused. */
function placeIn(text: string, user: string): { object: string } | { calendar: string } {
  const home = `/calendars/${user}/`;
  const rest = text.startsWith(home) ? text.slice(home.length).replace(/\/$/, '') : '';
  const object = /^trashbin\/objects\/([^/]+)$/.exec(rest)?.[1];
  if (object !== undefined) return { object };
  if (/^[^/]+$/.test(rest) && rest !== 'trashbin') return { calendar: rest };
  throw new RelayError('invalid_argument', 'That is nothing in the trash.', {
    hint: 'Take href from nc_calendar_list_trash.',
  });
}
