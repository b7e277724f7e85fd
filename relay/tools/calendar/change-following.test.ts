import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { expect } from 'chai';
import { RelayError } from '../../errors.ts';
import { objectZones, parseCalendar } from '../../nextcloud/codecs/icalendar.ts';
import { isoForm } from '../../nextcloud/codecs/icalendar-time.ts';
import { zoneNamed } from '../../nextcloud/codecs/icalendar-zones.ts';
import { expand } from '../../nextcloud/codecs/recurrence.ts';
import { connectNextcloud } from '../../nextcloud/connect.ts';
import { ocs, startLocalServer } from '../../nextcloud/local-server.fixture.ts';
import type { LocalServer } from '../../nextcloud/local-server.fixture.ts';
import type { ToolContext } from '../tool.ts';
import { deleteEvent } from './delete-event.ts';
import { updateEvent } from './update-event.ts';

const row = (properties: string): string =>
  '<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:cal="urn:ietf:params:xml:ns:caldav"><d:response>' +
  `<d:href>/remote.php/dav/calendars/alice/work/</d:href><d:propstat><d:prop>${properties}</d:prop>` +
  '<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response></d:multistatus>';
const CALENDAR = row('<d:resourcetype><d:collection/><cal:calendar/></d:resourcetype>');
const PRINCIPAL = row(
  '<cal:calendar-user-address-set><d:href>mailto:alice@example.org</d:href></cal:calendar-user-address-set>',
);
const SERIES = [
  'SUMMARY:Stand-up',
  'DTSTART;TZID=Europe/Berlin:20261123T100000',
  'DTEND;TZID=Europe/Berlin:20261123T101500',
  'RRULE:FREQ=DAILY;COUNT=5',
  'X-ROOM;P="a;b":12',
];
const text = (...events: string[][]): string =>
  [
    'BEGIN:VCALENDAR',
    ...events.flatMap((lines) => ['BEGIN:VEVENT', 'UID:old', ...lines, 'END:VEVENT']),
    'END:VCALENDAR',
    '',
  ].join('\r\n');
const etagOf = (body: string): string => `"${createHash('md5').update(body).digest('hex')}"`;

const NAMED = { calendar_name: 'work', event_uid: 'old', this_and_following: true };
const FROM_WEDNESDAY = { ...NAMED, recurrence_id: '2026-11-25' };

describe('this and all following instances', () => {
  let server: LocalServer;
  let context: ToolContext;
  const files = new Map<string, string>();
  /** Answers a write in place of the server, or lets it pass. */
  let instead: (method: string, name: string, response: ServerResponse) => boolean;

  before(async () => {
    server = await startLocalServer(({ method, url, headers, body }, response) => {
      const xml = (answer: string) =>
        response.writeHead(207, { 'Content-Type': 'application/xml' }).end(answer);
      if (url.includes('/cloud/user')) {
        ocs(response, { id: 'alice' });
        return;
      }
      if (url.includes('/principals/')) return void xml(PRINCIPAL);
      const name = /([^/]+)\.ics$/.exec(url)?.[1];
      if (name === undefined) return void xml(CALENDAR);
      if (method !== 'GET' && instead(method, name, response)) return;
      const stored = files.get(name);
      const stale =
        headers['if-match'] !== undefined && headers['if-match'] !== etagOf(stored ?? '');
      if (stale) return void response.writeHead(412).end();
      if (method === 'PUT') files.set(name, body.toString());
      else if (stored === undefined) return void response.writeHead(404).end();
      if (method === 'DELETE') files.delete(name);
      const now = files.get(name);
      const tag = now === undefined ? {} : { ETag: etagOf(now) };
      const status = method === 'GET' ? 200 : stored === undefined ? 201 : 204;
      response.writeHead(status, { 'Content-Type': 'text/calendar', ...tag });
      response.end(method === 'GET' ? now : undefined);
    });
    const nextcloud = connectNextcloud({
      baseUrl: server.url,
      release: '32',
      credential: { kind: 'basic', authorization: 'Basic YQ==', cacheKey: 'alice' },
    });
    let ids = 0;
    context = {
      nextcloud,
      signal: new AbortController().signal,
      progress: () => Promise.resolve(),
      now: () => new Date('2026-11-23T09:00:00Z'),
      newId: () => `new-${String((ids += 1))}`,
    };
  });
  after(() => server.close());
  beforeEach(() => {
    instead = () => false;
    files.clear();
    files.set('old', text(SERIES));
    server.arrived.splice(0);
  });

  const update = async (args: object) => (await updateEvent.run({ ...args }, context)).data;
  const remove = async (args: object) => (await deleteEvent.run({ ...args }, context)).data;
  const failure = async (promise: Promise<unknown>): Promise<RelayError> => {
    const error = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof RelayError)) throw new Error('was expected to be refused');
    return error;
  };
  const writes = () =>
    server.arrived
      .filter(({ method }) => method !== 'GET' && method !== 'PROPFIND')
      .map(({ method, url }) => `${method} ${url.split('/').at(-1) ?? ''}`);
  /** `start title` of each instance, all files together. */
  const instances = (): string[] =>
    [...files.values()]
      .flatMap((body) => {
        const calendar = parseCalendar(body);
        const window = { from: 0, to: Date.UTC(2030, 0, 1), zone: zoneNamed('Europe/Berlin')! };
        return expand(calendar.components('VEVENT'), objectZones(calendar), window).instances;
      })
      .map(({ start, component }) => `${isoForm(start)} ${component.text('SUMMARY') ?? ''}`)
      .sort();
  const regular = ['23', '24', '25', '26', '27'].map(
    (day) => `2026-11-${day}T10:00:00+01:00 Stand-up`,
  );
  const secondFile = () => files.get([...files.keys()].find((name) => name !== 'old') ?? '') ?? '';

  it('become a series of their own that is stored before the old one is shortened', async () => {
    const data = await update({
      ...FROM_WEDNESDAY,
      title: 'Later',
      start_datetime: '2026-11-25T11:00',
    });
    expect(instances()).to.deep.equal([
      ...regular.slice(0, 2),
      '2026-11-25T11:00:00+01:00 Later',
      '2026-11-26T11:00:00+01:00 Later',
      '2026-11-27T11:00:00+01:00 Later',
    ]);
    const uid = data['uid'] as string;
    expect(writes()).to.deep.equal([`PUT ${uid}.ics`, 'PUT old.ics']);
    expect(data).to.include({ start_datetime: '2026-11-25T11:00:00+01:00', status_code: 201 });
    expect(data['etag']).to.equal(etagOf(files.get(uid) ?? ''));
    expect(data['earlier_series']).to.deep.equal({
      uid: 'old',
      recurrence_rule: 'FREQ=DAILY;UNTIL=20261125T085959Z',
      calendar_name: 'work',
      href: '/calendars/alice/work/old.ics',
      etag: etagOf(files.get('old') ?? ''),
      status_code: 204,
    });
  });

  it('keep what other clients wrote, and each series names the other', async () => {
    await update({ ...FROM_WEDNESDAY, title: 'Later' });
    const uid = [...files.keys()].find((name) => name !== 'old') ?? '';
    const stamps = ['DTSTAMP:20261123T090000Z', 'LAST-MODIFIED:20261123T090000Z'];
    const old = SERIES.map((line) => line.replace('COUNT=5', 'UNTIL=20261125T085959Z'));
    expect(files.get('old')).to.equal(
      text([...old, ...stamps, `RELATED-TO;RELTYPE=SIBLING:${uid}`]),
    );
    expect(secondFile().split('\r\n')).to.include.members([
      `UID:${uid}`,
      'X-ROOM;P="a;b":12',
      'RELATED-TO;RELTYPE=SIBLING:old',
      'RRULE:FREQ=DAILY;COUNT=3',
    ]);
  });

  it('take exceptions along, and the named one follows although it was changed before', async () => {
    files.set(
      'old',
      text(
        SERIES,
        ['RECURRENCE-ID:20261125T090000Z', 'DTSTART:20261125T150000Z', 'SUMMARY:Once'],
        ['RECURRENCE-ID:20261126T090000Z', 'DTSTART:20261126T150000Z', 'SUMMARY:Thursday'],
      ),
    );
    await update({ ...FROM_WEDNESDAY, title: 'Later', start_datetime: '2026-11-25T11:00' });
    expect(instances()).to.deep.equal([
      ...regular.slice(0, 2),
      '2026-11-25T11:00:00+01:00 Later',
      '2026-11-26T15:00:00Z Thursday',
      '2026-11-27T11:00:00+01:00 Later',
    ]);
  });

  it('ask the guests anew, with the answers they gave, as a first revision', async () => {
    const guests = [
      'ORGANIZER;SCHEDULE-STATUS=1.1:mailto:alice@example.org',
      'ATTENDEE;PARTSTAT=ACCEPTED;SCHEDULE-STATUS=1.1:mailto:bob@example.org',
      'SEQUENCE:7',
    ];
    files.set('old', text([...SERIES, ...guests]));
    await update({ ...FROM_WEDNESDAY, title: 'Later' });
    expect(secondFile()).not.to.match(/^SEQUENCE|SCHEDULE-STATUS/m);
    expect(secondFile()).to.contain(
      'ATTENDEE;PARTSTAT=ACCEPTED;RSVP=TRUE:mailto:bob@example.org\r\n',
    );
    expect(files.get('old')).to.contain('SEQUENCE:8\r\n');
  });

  it('are the series itself when nothing is before them', async () => {
    const data = await update({ ...NAMED, recurrence_id: '2026-11-23', title: 'All' });
    expect(data)
      .to.include({ uid: 'old', status_code: 200 })
      .and.not.have.property('earlier_series');
    expect(writes()).to.deep.equal(['PUT old.ics']);
    expect(instances()).to.deep.equal(regular.map((one) => one.replace('Stand-up', 'All')));
  });

  it('can be deleted: one write, and the whole event when nothing is before them', async () => {
    const data = await remove(FROM_WEDNESDAY);
    expect(instances()).to.deep.equal(regular.slice(0, 2));
    expect(data['earlier_series']).to.include({
      recurrence_rule: 'FREQ=DAILY;UNTIL=20261125T085959Z',
    });
    await remove({ ...NAMED, recurrence_id: '2026-11-23' });
    expect(files.size).to.equal(0);
    expect(writes()).to.deep.equal(['PUT old.ics', 'DELETE old.ics']);
  });

  it('are left to the organizer', async () => {
    const people = ['ORGANIZER:mailto:bob@example.org', 'ATTENDEE:mailto:alice@example.org'];
    files.set('old', text([...SERIES, ...people]));
    for (const refused of [update({ ...FROM_WEDNESDAY, title: 'x' }), remove(FROM_WEDNESDAY)])
      expect((await failure(refused)).message).to.contain('bob@example.org');
    expect(writes()).to.deep.equal([]);
  });

  it('need a first one, and that has to be there', async () => {
    const unnamed = { ...NAMED, title: 'x' };
    expect((await failure(update(unnamed))).message).to.contain('recurrence_id');
    expect((await failure(remove(NAMED))).message).to.contain('recurrence_id');
    const missing = { ...NAMED, recurrence_id: '2026-12-24', title: 'x' };
    expect((await failure(update(missing))).code).to.equal('not_found');
    expect(writes()).to.deep.equal([]);
  });

  describe('when the old series cannot be shortened', () => {
    const change = { ...FROM_WEDNESDAY, title: 'Later' };

    it('the new one is taken back, and the refusal is told', async () => {
      instead = (method, name, response) => {
        if (method !== 'PUT' || name !== 'old') return false;
        response.writeHead(403).end();
        return true;
      };
      expect((await failure(update(change))).code).to.equal('forbidden');
      expect([...files]).to.deep.equal([['old', text(SERIES)]]);
    });

    it('it is done again on what someone else wrote meanwhile, but not on an outdated reading', async () => {
      const theirs = text([...SERIES, 'LOCATION:Kitchen']);
      let raced = 0;
      instead = (method, name) => {
        if (method === 'PUT' && name === 'old' && (raced += 1) === 1) files.set('old', theirs);
        return false;
      };
      await update(change);
      expect(secondFile()).to.contain('LOCATION:Kitchen');
      expect(instances()).to.have.length(5);

      files.clear();
      files.set('old', text(SERIES));
      raced = 0;
      const stale = await failure(update({ ...change, etag: etagOf(text(SERIES)) }));
      expect(stale.details).to.deep.include({ changed: ['location'] });
      expect([...files]).to.deep.equal([['old', theirs]]);
    });

    it('and the new one not taken back, both stay and the answer names them', async () => {
      instead = (method, name, response) => {
        if (method === 'PUT' && name !== 'old') return false;
        response.writeHead(403).end();
        return true;
      };
      const error = await failure(update(change));
      const [new_uid] = [...files.keys()].filter((name) => name !== 'old');
      expect(error.message).to.contain('the old one still has them too');
      expect(error.details).to.deep.equal({ new_uid, old_uid: 'old', recurrence_id: '2026-11-25' });
      // what the hint tells to do
      instead = () => false;
      await remove(FROM_WEDNESDAY);
      expect(instances()).to.deep.equal([
        ...regular.slice(0, 2),
        ...regular.slice(2).map((one) => one.replace('Stand-up', 'Later')),
      ]);
    });

    it('and no answer comes, nothing is taken back, as it may have been done', async () => {
      instead = (method, name, response) => {
        if (method !== 'PUT' || name !== 'old') return false;
        response.destroy();
        return true;
      };
      const error = await failure(update(change));
      expect(error.code).to.equal('write_state_unknown');
      expect(error.message).to.contain('there twice');
      expect(files.size).to.equal(2);
    });

    it('as the answer says, although it was, it counts as done', async () => {
      instead = (method, name, response) => {
        const put = server.arrived.at(-1);
        if (method !== 'PUT' || name !== 'old' || put === undefined) return false;
        files.set(name, put.body.toString());
        response.writeHead(500).end();
        return true;
      };
      expect((await update(change))['earlier_series']).to.include({ uid: 'old', status_code: 204 });
      expect(instances()).to.have.length(5);
    });
  });

  it('when no answer comes to the first write, the error says that the series is as it was', async () => {
    instead = (method, name, response) => {
      if (method !== 'PUT' || name === 'old') return false;
      response.destroy();
      return true;
    };
    const error = await failure(update({ ...FROM_WEDNESDAY, title: 'Later' }));
    expect(error.code).to.equal('write_state_unknown');
    expect(error.message).to.contain('The series is as it was');
    expect(files.get('old')).to.equal(text(SERIES));
  });
});
