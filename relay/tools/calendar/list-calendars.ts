import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { calendarRead } from './arguments.ts';
import { listCalendars } from './calendars.ts';
import type { Calendar } from './calendars.ts';
import type { View } from './event-answer.ts';

/** Composed: it tells calendars from the other collections, and reads the zone out of a whole VTIMEZONE. */
export const listCalendarsTool = defineTool({
  ...calendarRead,
  name: 'nc_calendar_list_calendars',
  title: 'List calendars',
  description: 'List calendars and task lists, shared and subscribed ones too.',
  uses: ['caldav.list-calendars'],
  input: z.object({}),
  async run(_args, context) {
    const calendars = (await listCalendars(context)).map(calendarView);
    return { calendars, total_count: calendars.length };
  },
});

const COLOR = /^#[0-9a-f]{6}/i;

export function calendarView({ uri, row, zone }: Calendar): View {
  const writable = (row.privileges ?? [])
    .flat()
    .some((name) => name === 'write' || name === 'write-content');
  return {
    name: uri,
    display_name: row.displayName ?? uri,
    ...(row.description === undefined || row.description === ''
      ? {}
      : { description: row.description }),
    color: COLOR.exec(row.color ?? '')?.[0] ?? '#0082c9',
    ...(zone === undefined ? {} : { timezone: zone.id }),
    components: row.components ?? [],
    enabled: row.enabled ?? true,
    writable: writable && row.kind?.includes('subscribed') !== true,
    ...(row.kind?.includes('subscribed') === true ? { subscribed_to: row.source ?? '' } : {}),
    ...(row.ownerDisplayName === undefined ? {} : { owner: row.ownerDisplayName }),
    ...sharedWith(row),
    href: row.href,
  };
}

function sharedWith({ sharees }: Calendar['row']): View {
  if (sharees === undefined || sharees.length === 0) return {};
  return {
    shared_with: sharees.map(({ principal = '', name, access }) => ({
      principal: principal.replace(/^principal:/, ''),
      ...(name === undefined ? {} : { name }),
      writable: (access ?? []).includes('read-write'),
    })),
  };
}
