import * as z from 'zod';
import type { ArgumentsOf } from '../../../openapi/index.ts';
import { RelayError } from '../../errors.ts';
import { zoneArgument } from '../../nextcloud/codecs/icalendar-zones.ts';
import { vtimezone } from '../../nextcloud/codecs/vtimezone.ts';
import { PRODUCT_ID } from '../../nextcloud/codecs/icalendar.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import { calendarWrite } from './arguments.ts';
import { findCalendar, findingCalendar, listCalendars } from './calendars.ts';
import { calendarView } from './list-calendars.ts';
import type { View } from './event-answer.ts';

const input = z.object({
  action: z.enum(['create', 'update', 'delete', 'list']).describe('What to do'),
  calendar_name: z
    .string()
    .default('')
    .describe('Name of the calendar in its address; for create: letters, digits, -'),
  display_name: z.string().default('').describe('Name as shown'),
  description: z.string().optional().describe('Description; empty clears it'),
  color: z.string().default('').describe('#RRGGBB'),
  timezone: z.string().default('').describe('IANA zone of times without offset'),
  permanent: z.boolean().default(false).describe('delete: not to the trash'),
});

type Arguments = z.output<typeof input>;

/** Composed: four actions behind one name. */
export const manageCalendar = defineTool({
  ...calendarWrite,
  name: 'nc_calendar_manage_calendar',
  title: 'Manage calendars',
  description:
    'Create, rename, recolour or delete a calendar, or list them. A deleted one stays in the trash a month.',
  effect: 'delete',
  uses: [
    ...findingCalendar,
    'caldav.create-calendar',
    'caldav.update-calendar',
    'caldav.delete-calendar',
  ],
  input,
  async run(args, context) {
    if (args.action === 'list') {
      const calendars = (await listCalendars(context)).map(calendarView);
      return { calendars, total_count: calendars.length };
    }
    if (args.calendar_name === '')
      throw new RelayError('invalid_argument', 'calendar_name is missing.');
    const act = { create, update, delete: remove }[args.action];
    return act(args, context);
  },
});

async function create(args: Arguments, context: ToolContext): Promise<View> {
  const { nextcloud, signal } = context;
  const name = args.calendar_name;
  if (!/^[\w][\w.-]{0,99}$/.test(name)) {
    throw new RelayError(
      'invalid_argument',
      'calendar_name may hold letters, digits, - and _ only.',
      {
        hint: 'Put the name people see into display_name.',
      },
    );
  }
  const displayName = args.display_name === '' ? name : args.display_name;
  const color = args.color === '' ? '#1976D2' : colorOf(args.color);
  const user = await nextcloud.userId();
  try {
    await nextcloud.execute(
      'caldav.create-calendar',
      {
        user,
        calendar: name,
        ...propertiesOf({ ...args, display_name: displayName, color }, context),
        components: ['VEVENT', 'VTODO'],
      },
      { signal },
    );
  } catch (error) {
    throw explained(error, name);
  }
  return {
    name,
    display_name: displayName,
    description: args.description ?? '',
    color,
    status_code: 201,
  };
}

function explained(error: unknown, name: string): unknown {
  if (!(error instanceof RelayError)) return error;
  if (error.status === 405) {
    return new RelayError('already_exists', `There is a calendar '${name}' already.`, {
      hint: 'It may be in the trash: see nc_calendar_list_trash.',
      status: 405,
    });
  }
  if (error.status === 403 || error.status === 429) {
    return new RelayError(error.code, error.message, {
      hint: 'Nextcloud allows 10 new calendars an hour and 30 in all, unless the administrator says otherwise.',
      status: error.status,
    });
  }
  return error;
}

async function update(args: Arguments, context: ToolContext): Promise<View> {
  const { nextcloud, signal } = context;
  const calendar = await findCalendar(context, args.calendar_name);
  const changes = propertiesOf(args, context);
  if (Object.keys(changes).length === 0)
    throw new RelayError('invalid_argument', 'Nothing to change.');
  const place = { user: await nextcloud.userId(), calendar: calendar.uri };
  const reply = await nextcloud.execute(
    'caldav.update-calendar',
    { ...place, ...changes },
    { signal },
  );
  const refused = Object.keys(reply.data[0]?.$errors ?? {});
  if (refused.length > 0) {
    throw new RelayError('forbidden', `Nextcloud did not change ${refused.join(', ')}.`, {
      hint: 'Only the owner may change some properties of a calendar.',
    });
  }
  return { ...calendarView(await findCalendar(context, calendar.uri)), status_code: 200 };
}

async function remove(args: Arguments, context: ToolContext): Promise<View> {
  const { nextcloud, signal } = context;
  const calendar = await findCalendar(context, args.calendar_name);
  const place = { user: await nextcloud.userId(), calendar: calendar.uri };
  const flag = args.permanent ? { 'X-NC-CalDAV-No-Trashbin': 1 as const } : {};
  await nextcloud.execute('caldav.delete-calendar', { ...place, ...flag }, { signal });
  return { name: calendar.uri, permanent: args.permanent, status_code: 204 };
}

type Properties = Omit<ArgumentsOf<'caldav.update-calendar'>, 'user' | 'calendar'>;

function propertiesOf(args: Arguments, context: ToolContext): Properties {
  return {
    ...(args.display_name === '' ? {} : { displayName: args.display_name }),
    ...(args.description === undefined ? {} : { description: args.description }),
    ...(args.color === '' ? {} : { color: colorOf(args.color) }),
    ...(args.timezone === ''
      ? {}
      : { timezone: timezoneFile(args.timezone, context.now().getUTCFullYear()) }),
  };
}

function colorOf(color: string): string {
  if (!/^#[0-9a-f]{6}(?:[0-9a-f]{2})?$/i.test(color)) {
    throw new RelayError('invalid_argument', `Not a colour: '${color}'.`, { hint: 'Use #RRGGBB.' });
  }
  return color;
}

/** A calendar's zone is a calendar file with one VTIMEZONE (RFC 4791 section 5.2.2). */
function timezoneFile(name: string, year: number): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:${PRODUCT_ID}`,
    ...vtimezone(zoneArgument(name), year),
    'END:VCALENDAR',
    '',
  ];
  return lines.join('\r\n');
}
