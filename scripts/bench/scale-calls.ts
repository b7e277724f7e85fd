import type { ConnectedClient } from '../../contract-tests/clients.ts';
import { WANTED } from './scale-cards.ts';
import { PLACES, SIZES } from './scale-data.ts';
import { isForeign, uidOf } from './scale-events.ts';
import { WANTED_FILE } from './scale-files.ts';
import type { Bounds } from './scale-measure.ts';

/** One measured piece of work: mostly one tool call, by one signed-in user, with nothing else going on. */
export interface Task {
  readonly label: string;
  readonly bounds: Bounds;
  /** The collection whose bytes this reading tells. */
  readonly tellsSizeOf?: string;
  readonly run: (client: ConnectedClient) => Promise<void>;
}

type Arguments = Record<string, unknown>;
type Answer = Record<string, unknown>;

/** Finding or changing one thing may move this part of where it lies. */
const ONE_ITEM = 0.05;
const PAGE = 500;

const folder = { path: PLACES.folder };
const calendar = { calendar_name: PLACES.calendar };
const book = { addressbook: PLACES.book };
const all = { folder: 'folder listing', calendar: 'calendar', book: 'address book' } as const;
const one = (of: keyof typeof all, requests: number): Bounds => ({
  requests,
  share: { of: all[of], most: ONE_ITEM },
});

/** An ordinary one, and one made by another client, whose file is not called after its UID. */
const PLAIN = 2524;
const FOREIGN = 2527;

export const FILE_TASKS: readonly Task[] = [
  {
    label: 'list folder, all pages',
    bounds: { requests: SIZES.files / PAGE + 3 },
    tellsSizeOf: all.folder,
    run: async (client) => {
      const count = await everyPage(
        client,
        'nc_webdav_list_directory',
        { ...folder, limit: PAGE },
        'files',
      );
      expectSame('entries', count, SIZES.files);
    },
  },
  {
    label: 'list folder, first page',
    bounds: one('folder', 1),
    run: async (client) => {
      const answer = await answerOf(client, 'nc_webdav_list_directory', folder);
      expectSame('total_count', answer['total_count'], SIZES.files);
    },
  },
  {
    label: 'find file by name',
    bounds: one('folder', 1),
    run: async (client) => {
      const place = { scope: PLACES.folder, pattern: WANTED_FILE.name };
      expectCount(await answerOf(client, 'nc_webdav_find_by_name', place), 'results', 1);
    },
  },
  {
    label: 'search files, first page of all',
    bounds: one('folder', 1),
    run: async (client) => {
      const place = { scope: PLACES.folder, name_pattern: 'note-%' };
      const answer = await answerOf(client, 'nc_webdav_search_files', place);
      if (answer['next_offset'] === undefined) throw new Error('no next_offset');
    },
  },
  {
    label: 'replace one file',
    bounds: one('folder', 4),
    run: async (client) => {
      const path = `${PLACES.folder}/${WANTED_FILE.name}`;
      const content = `Changed at ${new Date().toISOString()}`;
      await answerOf(client, 'nc_webdav_write_file', { path, content, overwrite: true });
    },
  },
];

export const CALENDAR_TASKS: readonly Task[] = [
  {
    label: 'list events of one month',
    // its share of four years is 2 %; answers say more than what is stored
    bounds: { requests: 3, share: { of: all.calendar, most: 0.1 } },
    run: async (client) => {
      const month = { start_date: '2026-11-01', end_date: '2026-11-30', limit: PAGE };
      const { events } = await answerOf(client, 'nc_calendar_list_events', {
        ...calendar,
        ...month,
      });
      if (!Array.isArray(events) || events.length < 90) throw new Error('too few events');
    },
  },
  ...[PLAIN, FOREIGN].map((number) => ({
    label: `get event by UID${madeElsewhere(number)}`,
    bounds: one('calendar', 3),
    run: (client: ConnectedClient) => getEvent(client, uidOf('event', number)),
  })),
  {
    label: 'get event whose UID 110 others contain',
    bounds: one('calendar', 3),
    run: (client) => getEvent(client, uidOf('event', 47)),
  },
  {
    label: 'get event that is not there, UID "e"',
    // as much however many events there are
    bounds: { requests: 4, bytesDown: 100_000 },
    run: async (client) => {
      const { isError } = await client.callTool('nc_calendar_get_event', {
        ...calendar,
        event_uid: 'e',
      });
      if (!isError) throw new Error('found');
    },
  },
  ...[PLAIN, FOREIGN].map((number) => ({
    label: `update event${madeElsewhere(number)}`,
    bounds: one('calendar', 6),
    run: async (client: ConnectedClient) => {
      const change = { location: `Room ${String(Date.now())}` };
      const event = { ...calendar, event_uid: uidOf('event', number) };
      await answerOf(client, 'nc_calendar_update_event', { ...event, ...change });
    },
  })),
  {
    label: 'find one event by its title in a year',
    bounds: one('calendar', 3),
    run: async (client) => {
      const wish = {
        title_contains: `Choir ${String(PLAIN)}`,
        start_date: '2026-06-01',
        end_date: '2027-05-31',
      };
      expectCount(
        await answerOf(client, 'nc_calendar_list_events', { ...calendar, ...wish }),
        'events',
        1,
      );
    },
  },
  {
    label: 'bulk change of one event by its title, dry run',
    bounds: one('calendar', 3),
    run: async (client) => {
      const wish = {
        operation: 'update',
        title_contains: `Choir ${String(PLAIN)}`,
        new_title: 'Choir',
        dry_run: true,
      };
      const answer = await answerOf(client, 'nc_calendar_bulk_operations', {
        ...calendar,
        ...wish,
      });
      expectSame('total_found', answer['total_found'], 1);
    },
  },
  {
    label: 'find free time in a week',
    bounds: { requests: 12, share: { of: all.calendar, most: ONE_ITEM } },
    run: async (client) => {
      const { slots } = await answerOf(client, 'nc_calendar_find_availability', {
        duration_minutes: 60,
      });
      if (!Array.isArray(slots)) throw new Error('no slots');
    },
  },
];

/** Each way of asking goes to every address book: the one here, and the three Nextcloud makes. */
const NUMBER = one('book', 10);

const SEARCHES = [
  { query: WANTED.name, found: 1, bounds: one('book', 6) },
  { query: WANTED.phone, found: 1, bounds: NUMBER },
  { query: '0170-555 43 21', found: 1, bounds: NUMBER },
  { query: '4321', found: 1, bounds: NUMBER },
  { query: '0170 5559876', found: 0, bounds: NUMBER },
  // the longer word is in every card, so that a page of those is looked through first
  {
    query: `${WANTED.name.split(' ')[0] ?? ''} example`,
    found: 1,
    bounds: { requests: 10, bytesDown: 1_000_000 },
  },
];

export const CONTACT_TASKS: readonly Task[] = [
  {
    label: 'list contacts, first page',
    bounds: { requests: 1, share: { of: all.book, most: ONE_ITEM } },
    run: async (client) => {
      const answer = await answerOf(client, 'nc_contacts_list_contacts', book);
      expectSame('total_count', answer['total_count'], SIZES.cards);
    },
  },
  {
    label: 'list contacts, all pages',
    bounds: { requests: SIZES.cards / PAGE + 3 },
    run: async (client) => {
      const count = await everyPage(
        client,
        'nc_contacts_list_contacts',
        { ...book, limit: PAGE },
        'contacts',
      );
      expectSame('contacts', count, SIZES.cards);
    },
  },
  ...SEARCHES.map(({ query, found, bounds }) => ({
    label: `search contact: ${query}`,
    bounds,
    run: async (client: ConnectedClient) => {
      const answer = await answerOf(client, 'nc_contacts_search_contacts', { query });
      expectCount(answer, 'contacts', found);
      expectSame('not_searched_to_the_end', answer['not_searched_to_the_end'], undefined);
    },
  })),
  {
    label: 'search contacts, a word in all of them',
    // at most the candidates of one book
    bounds: { requests: 6, bytesDown: 1_000_000 },
    run: async (client) => {
      const answer = await answerOf(client, 'nc_contacts_search_contacts', { query: 'example' });
      expectSame('truncated', answer['truncated'], true);
    },
  },
  ...[PLAIN, FOREIGN].map((number) => ({
    label: `get contact by UID${madeElsewhere(number)}`,
    bounds: one('book', 4),
    run: async (client: ConnectedClient) => {
      const uid = uidOf('card', number);
      const answer = await answerOf(client, 'nc_contacts_get_contact', { ...book, uid });
      expectSame('uid', answer['uid'], uid);
    },
  })),
  ...[PLAIN, FOREIGN].map((number) => ({
    label: `update contact${madeElsewhere(number)}`,
    bounds: one('book', 6),
    run: async (client: ConnectedClient) => {
      const change = { contact_data: { note: `Changed at ${new Date().toISOString()}` } };
      const card = { ...book, uid: uidOf('card', number) };
      await answerOf(client, 'nc_contacts_update_contact', { ...card, ...change });
    },
  })),
];

function madeElsewhere(number: number): string {
  return isForeign(number) ? ', made by another client' : '';
}

async function getEvent(client: ConnectedClient, uid: string): Promise<void> {
  const answer = await answerOf(client, 'nc_calendar_get_event', { ...calendar, event_uid: uid });
  expectSame('uid', answer['uid'], uid);
}

/** Structured answer of a tool. @throws Error when it refused */
export async function answerOf(
  client: ConnectedClient,
  tool: string,
  args: Arguments,
): Promise<Answer> {
  const { isError, text, structured } = await client.callTool(tool, args);
  if (isError) throw new Error(`${tool}: ${text}`);
  return structured as Answer;
}

/** Follows `next_cursor` to the end; gives how many rows there were. */
async function everyPage(
  client: ConnectedClient,
  tool: string,
  args: Arguments,
  rows: string,
): Promise<number> {
  let count = 0;
  let next: unknown;
  do {
    const from = next === undefined ? {} : { cursor: next };
    const answer = await answerOf(client, tool, { ...args, ...from });
    count += (answer[rows] as unknown[]).length;
    next = answer['next_cursor'];
  } while (next !== undefined);
  return count;
}

function expectCount(answer: Answer, rows: string, count: number): void {
  expectSame(rows, (answer[rows] as unknown[]).length, count);
}

function expectSame(what: string, seen: unknown, wanted: unknown): void {
  if (seen !== wanted) throw new Error(`${what}: ${String(seen)} instead of ${String(wanted)}`);
}
