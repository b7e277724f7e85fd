import { expect } from 'chai';
import { connectNextcloud } from '../../nextcloud/connect.ts';
import { ocs, startLocalServer } from '../../nextcloud/local-server.fixture.ts';
import type { LocalServer } from '../../nextcloud/local-server.fixture.ts';
import type { ToolContext } from '../tool.ts';
import { bulkOperations } from './bulk-operations.ts';
import { createEvent } from './create-event.ts';
import { listCalendarsTool } from './list-calendars.ts';
import { listEvents } from './list-events.ts';

const NAMESPACES =
  'xmlns:d="DAV:" xmlns:cal="urn:ietf:params:xml:ns:caldav" xmlns:cs="http://calendarserver.org/ns/"';
const multistatus = (...rows: string[]): string =>
  `<?xml version="1.0"?><d:multistatus ${NAMESPACES}>${rows.join('')}</d:multistatus>`;
const row = (name: string, properties: string): string =>
  `<d:response><d:href>/remote.php/dav/calendars/alice/${name}</d:href><d:propstat><d:prop>${properties}</d:prop>` +
  '<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>';

const WORK = row(
  'work/',
  '<d:resourcetype><d:collection/><cal:calendar/></d:resourcetype><d:displayname>Work</d:displayname>',
);
/** As Nextcloud shows a calendar somebody subscribed to: it is no CalDAV calendar there. */
const HOLIDAYS = row(
  'holidays/',
  '<d:resourcetype><d:collection/><cs:subscribed/></d:resourcetype><d:displayname>Holidays</d:displayname>' +
    '<cs:source><d:href>https://example.org/holidays.ics</d:href></cs:source>' +
    '<d:current-user-privilege-set><d:privilege><d:write/></d:privilege></d:current-user-privilege-set>',
);
const file = (uid: string, ...lines: string[]): readonly [string, string] => [
  uid,
  [
    'BEGIN:VCALENDAR',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `SUMMARY:${uid}`,
    ...lines,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n'),
];
const FILES = new Map([
  file('before', 'DTSTART:20261122T100000Z', 'DTEND:20261122T110000Z'),
  file('within', 'DTSTART:20261124T100000Z', 'DTEND:20261124T110000Z'),
  file('after', 'DTSTART:20261126T100000Z', 'DTEND:20261126T110000Z'),
  file(
    'series',
    'DTSTART;TZID=Europe/Berlin:20260105T090000',
    'DTEND;TZID=Europe/Berlin:20260105T093000',
    'RRULE:FREQ=WEEKLY;BYDAY=MO,WE',
    'EXDATE;TZID=Europe/Berlin:20261123T090000',
  ),
]);
const EVENTS = [...FILES].map(([uid, text]) =>
  row(
    `work/${uid}.ics`,
    `<d:getetag>"${uid}"</d:getetag><cal:calendar-data>${text}</cal:calendar-data>`,
  ),
);
const RANGE = { calendar_name: 'work', start_date: '2026-11-23', end_date: '2026-11-25' };

type Shown = Readonly<Record<string, unknown>>;

describe('events of a range', () => {
  let server: LocalServer;
  let context: ToolContext;

  before(async () => {
    server = await startLocalServer(({ method, url }, response) => {
      const xml = (text: string) =>
        response.writeHead(207, { 'Content-Type': 'application/xml' }).end(text);
      if (url.includes('/cloud/user')) ocs(response, { id: 'alice' });
      else if (method === 'REPORT') xml(multistatus(...EVENTS));
      else if (method === 'GET') {
        const [, uid = ''] = /([^/]+)\.ics$/.exec(url) ?? [];
        const headers = { 'Content-Type': 'text/calendar', ETag: `"${uid}"` };
        response.writeHead(FILES.has(uid) ? 200 : 404, headers).end(FILES.get(uid));
      } else if (method === 'PUT') response.writeHead(204, { ETag: '"new"' }).end();
      else if (url.endsWith('/work/')) xml(multistatus(WORK));
      else if (url.endsWith('/holidays/')) xml(multistatus(HOLIDAYS));
      else xml(multistatus(WORK, HOLIDAYS));
    });
    const nextcloud = connectNextcloud({
      baseUrl: server.url,
      release: '32',
      credential: { kind: 'basic', authorization: 'Basic YQ==', cacheKey: 'alice' },
    });
    context = {
      nextcloud,
      signal: new AbortController().signal,
      progress: () => Promise.resolve(),
      now: () => new Date('2026-11-23T09:00:00Z'),
      newId: () => 'id',
    };
  });
  after(() => server.close());
  beforeEach(() => server.arrived.splice(0));

  const events = async (args: object): Promise<Shown[]> =>
    (await listEvents.run({ ...args }, context)).data['events'] as Shown[];
  const reports = () => server.arrived.filter(({ method }) => method === 'REPORT');

  it('date range: the server is asked for it, and what it gives beside it is left out', async () => {
    const titles = (await events({ ...RANGE, title_contains: 'i' })).map(({ title }) => title);
    expect(titles).to.deep.equal(['within', 'series']);
    const all = (await events(RANGE)).map(({ title }) => title);
    expect(all).not.to.include.members(['before']).and.not.include.members(['after']);
    const asked = reports()[0]?.body.toString() ?? '';
    const [, start, end] = /time-range start="(\w+)" end="(\w+)"/.exec(asked) ?? [];
    expect([start, end]).to.deep.equal(['20261122T000000Z', '20261127T000000Z']);
  });

  it('recurrence: a series is shown at its times in the range, in its zone, without excluded ones', async () => {
    const times = (await events({ ...RANGE, title_contains: 'series' })).map(
      ({ start_datetime }) => start_datetime,
    );
    expect(times).to.deep.equal(['2026-11-25T09:00:00+01:00']);
    const autumn = { start_date: '2026-10-19', end_date: '2026-10-26', title_contains: 'series' };
    const overTheChange = await events({ ...RANGE, ...autumn });
    expect(overTheChange.map(({ start_datetime }) => start_datetime)).to.deep.equal([
      '2026-10-19T09:00:00+02:00',
      '2026-10-21T09:00:00+02:00',
      '2026-10-26T09:00:00+01:00',
    ]);
  });

  it('subscribed calendars: listed as not writable, and their events are read from the server’s copy', async () => {
    const { calendars } = (await listCalendarsTool.run({}, context)).data as { calendars: Shown[] };
    expect(calendars.find(({ name }) => name === 'holidays')).to.include({
      display_name: 'Holidays',
      subscribed_to: 'https://example.org/holidays.ics',
      writable: false,
    });
    expect(await events({ ...RANGE, calendar_name: 'holidays' })).to.have.length(2);
    expect(reports().length).to.be.greaterThan(0);
    for (const { headers } of reports())
      expect(headers).to.include({ 'x-nc-caldav-webcal-caching': 'On' });
    const everywhere = await events({ ...RANGE, search_all_calendars: true });
    expect(everywhere.map(({ calendar_name }) => calendar_name)).to.include('holidays');
  });

  it('bulk: writes to what matched in the range and to nothing else', async () => {
    const bulk = { operation: 'update', ...RANGE, title_contains: 'within', new_location: 'Here' };
    const { data } = await bulkOperations.run(bulk, context);
    expect(data).to.include({ total_found: 1, updated_count: 1, failed_count: 0 });
    const writes = server.arrived.filter(({ method }) => method === 'PUT');
    expect(writes.map(({ url }) => url)).to.deep.equal([
      '/remote.php/dav/calendars/alice/work/within.ics',
    ]);
    expect(writes[0]?.headers).to.include({ 'if-match': '"within"' });
    expect(writes[0]?.body.toString()).to.contain('LOCATION:Here');
  });

  it('bulk: moves nothing to where it is, by whatever name the calendar is given', async () => {
    for (const target_calendar of ['work', 'Work']) {
      const move = { operation: 'move', calendar_name: 'work', title_contains: 'within' };
      const { data } = await bulkOperations.run({ ...move, target_calendar }, context);
      expect(data, target_calendar).to.include({ total_found: 0, target_calendar: 'work' });
    }
    expect(server.arrived.filter(({ method }) => method === 'MOVE')).to.deep.equal([]);
  });

  it('creating an event never replaces one of that name', async () => {
    const start_datetime = '2026-11-24T09:00:00';
    await createEvent.run({ calendar_name: 'work', title: 'New', start_datetime }, context);
    const [put] = server.arrived.filter(({ method }) => method === 'PUT');
    expect(put?.headers).to.include({ 'if-none-match': '*' });
  });
});
