import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import { calendarWrite } from './arguments.ts';

/** Composed: it makes a name for the address and checks the link. */
export const subscribe = defineTool({
  ...calendarWrite,
  name: 'nc_calendar_subscribe',
  title: 'Subscribe to calendar',
  description:
    'Subscribe to a calendar on the web (iCalendar link). Nextcloud fetches it in the background; it is read-only.',
  effect: 'add',
  openWorld: true,
  uses: ['caldav.subscribe-calendar'],
  input: z.object({
    url: z.string().min(1).describe('https or webcal link'),
    display_name: z.string().min(1).describe('Name as shown'),
    calendar_name: z.string().default('').describe('Name in its address; empty: made up'),
    color: z.string().default('#1976D2').describe('#RRGGBB'),
  }),
  async run(args, context) {
    const { nextcloud, signal } = context;
    const source = args.url.replace(/^webcals?:/i, 'https:');
    if (!/^https?:\/\/[^\s/]+/i.test(source) || !URL.canParse(source)) {
      throw new RelayError('invalid_argument', 'url must be an http, https or webcal link.');
    }
    const name =
      args.calendar_name === '' ? nameFrom(args.display_name, context.newId()) : args.calendar_name;
    const user = await nextcloud.userId();
    await nextcloud.execute(
      'caldav.subscribe-calendar',
      { user, calendar: name, displayName: args.display_name, color: args.color, source },
      { signal },
    );
    return { name, display_name: args.display_name, subscribed_to: source, status_code: 201 };
  },
});

function nameFrom(text: string, id: string): string {
  const slug = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return slug === '' ? id : `${slug}-${id.slice(0, 8)}`;
}
