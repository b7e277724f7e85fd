import { expect } from 'chai';
import type { CompleteRequestParams } from '@modelcontextprotocol/server';
import { RelayError } from '../errors.ts';
import type { Nextcloud } from '../nextcloud/nextcloud.ts';
import { complete } from './completions.ts';
import { RESOURCES } from './resource-entries.ts';

type Arguments = Readonly<Record<string, unknown>>;

const EVENT = 'nc://Calendar/{calendar}/{uid}';
const CONTACT = 'nc://Contacts/{addressbook}/{uid}';
const FILE = 'nc://Files/{+path}';

const calendarRow = (name: string, displayName: string, more: object = {}) => ({
  href: `/calendars/alice/${name}/`,
  kind: ['collection', 'calendar'],
  displayName,
  ...more,
});
const bookRow = (name: string, displayName: string) => ({
  href: `/addressbooks/users/alice/${name}/`,
  kind: ['collection', 'addressbook'],
  displayName,
});
const event = (uid: string) => ({
  href: `/calendars/alice/work/${encodeURIComponent(uid)}.ics`,
  data: `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
});
const card = (uid: string, file = uid) => ({
  href: `/addressbooks/users/alice/friends/${file}.vcf`,
  data: `BEGIN:VCARD\r\nVERSION:3.0\r\nUID:${uid}\r\nEND:VCARD\r\n`,
});

/** A Nextcloud with two calendars and two books; queries answer from a function. */
function cloud(query: (args: Arguments) => { data: unknown[]; total?: number }) {
  const sent: { key: string; args: Arguments }[] = [];
  const answer = (key: string, args: Arguments): { data: unknown; total?: number } => {
    if (key === 'caldav.get-calendar') {
      if (args['calendar'] !== 'work') throw new RelayError('not_found', 'none', { status: 404 });
      return { data: [calendarRow('work', 'Arbeit')] };
    }
    if (key === 'caldav.list-calendars') {
      const tasks = calendarRow('chores', 'Werkbank', { components: ['VTODO'] });
      return { data: [calendarRow('work', 'Arbeit'), calendarRow('home', 'Haus'), tasks] };
    }
    if (key === 'carddav.list-addressbooks')
      return { data: [bookRow('friends', 'Freunde'), bookRow('club', 'Verein')] };
    return query(args);
  };
  const execute = (key: string, args: Arguments) =>
    Promise.try(() => {
      sent.push({ key, args });
      const { data, total } = answer(key, args);
      const headers = total === undefined ? {} : { 'x-nc-paginate-total': String(total) };
      return { status: 207, headers, data };
    });
  const userId = () => Promise.resolve('alice');
  const nextcloud = { userId, execute, executeByKey: execute } as unknown as Nextcloud;
  return { nextcloud, sent, keys: () => sent.map(({ key }) => key) };
}

async function completed(
  { nextcloud }: { nextcloud: Nextcloud },
  [uri, name, value]: readonly [string, string, string],
  chosen: Record<string, string> = {},
  scopes: ReadonlySet<string> | 'unrestricted' = 'unrestricted',
) {
  const params = {
    ref: { type: 'ref/resource', uri },
    argument: { name, value },
    context: { arguments: chosen },
  } satisfies CompleteRequestParams;
  const session = { nextcloud, scopes, key: 'alice' };
  const { signal } = new AbortController();
  return (await complete(RESOURCES, params, session, signal)).completion;
}

describe('completing the variables of DAV resources', () => {
  it('offers calendars that hold events, by name and by what people call them', async () => {
    const server = cloud(() => ({ data: [] }));
    expect((await completed(server, [EVENT, 'calendar', ''])).values).to.eql(['work', 'home']);
    expect((await completed(server, [EVENT, 'calendar', 'WO'])).values).to.eql(['work']);
    expect((await completed(server, [EVENT, 'calendar', 'haus'])).values).to.eql(['home']);
    expect((await completed(server, [EVENT, 'calendar', 'werk'])).values).to.eql([]);
  });

  it('offers events by their title and by their UID, asking for one page of each', async () => {
    const server = cloud((args) => ({
      data: args['uid'] === undefined ? [event('a-1'), event('b-2')] : [event('b-2')],
      total: args['uid'] === undefined ? 5000 : 1,
    }));
    const found = await completed(server, [EVENT, 'uid', 'dent'], { calendar: 'work' });
    expect(found.values).to.eql(['b-2', 'a-1']);
    expect(found).to.include({ hasMore: true }).and.not.have.property('total');
    const queries = server.sent.filter(({ key }) => key === 'caldav.query-calendar');
    expect(queries.map(({ args }) => [args['summary'], args['uid']])).to.eql([
      ['dent', undefined],
      [undefined, 'dent'],
    ]);
    for (const { args } of queries)
      expect(args).to.include({ 'X-NC-Paginate': 'true', 'X-NC-Paginate-Count': 100 });
  });

  it('offers the first events of a calendar where nothing was typed', async () => {
    const server = cloud(() => ({ data: [event('a-1'), { href: '/x.ics', data: 'broken' }] }));
    const found = await completed(server, [EVENT, 'uid', ''], { calendar: 'work' });
    expect(found).to.eql({ values: ['a-1'], total: 1, hasMore: false });
    expect(server.keys()).to.eql(['caldav.get-calendar', 'caldav.query-calendar']);
  });

  it('offers no event that a URI cannot name', async () => {
    const server = cloud(() => ({ data: [event('a/b'), event('..'), event('a b')] }));
    const found = await completed(server, [EVENT, 'uid', ''], { calendar: 'work' });
    expect(found.values).to.eql(['a b']);
  });

  it('offers address books by name and by what people call them', async () => {
    const server = cloud(() => ({ data: [] }));
    const { values } = await completed(server, [CONTACT, 'addressbook', 'freu']);
    expect(values).to.eql(['friends']);
    expect((await completed(server, [CONTACT, 'addressbook', 'CLUB'])).values).to.eql(['club']);
    expect(server.keys()).to.eql(['carddav.list-addressbooks', 'carddav.list-addressbooks']);
  });

  it('offers contacts by name, address and UID, asking for UIDs alone and no more than are shown', async () => {
    const cards = Array.from({ length: 101 }, (_, at) => card(`c-${String(at)}`));
    const server = cloud(() => ({ data: cards }));
    const chosen = { addressbook: 'friends' };
    const found = await completed(server, [CONTACT, 'uid', 'ann'], chosen);
    expect(found.values).to.have.length(100).and.include('c-99');
    expect(found).to.include({ hasMore: true }).and.not.have.property('total');
    const [query, ...others] = server.sent;
    expect(others).to.eql([]);
    expect(query?.args).to.deep.include({ properties: ['UID'], limit: 101 });
    const conditions = query?.args['conditions'] as { property: string; match: unknown }[];
    expect(conditions.map(({ property }) => property)).to.include.members(['FN', 'EMAIL', 'UID']);
    for (const { match } of conditions) expect(match).to.eql({ text: 'ann' });

    await completed(server, [CONTACT, 'uid', ''], chosen);
    expect(server.sent.at(-1)?.args).to.include({ limit: 101 }).and.not.have.property('conditions');
  });

  it('offers the file name of a contact whose UID a URI cannot name', async () => {
    const server = cloud(() => ({ data: [card('urn:a/b', 'f1'), card('', 'f2'), card('c')] }));
    const found = await completed(server, [CONTACT, 'uid', ''], { addressbook: 'friends' });
    expect(found.values).to.eql(['f1', 'f2', 'c']);
  });

  it('says that a folder holds more than was looked through', async () => {
    const rows = ['', 'Plans/', 'plan.md', 'other.md'].map((name) => ({
      href: `/files/alice/${name}`,
      ...(name.endsWith('/') || name === '' ? { kind: ['collection'] } : {}),
    }));
    const server = cloud(() => ({ data: rows, total: 9000 }));
    const found = await completed(server, [FILE, 'path', 'PLA']);
    expect(found).to.eql({ values: ['Plans/', 'plan.md'], hasMore: true });
    expect(server.sent[0]?.args).to.include({ Depth: '1', 'X-NC-Paginate-Count': 1000 });
  });

  it('asks for nothing without the scope, or before the collection is chosen', async () => {
    const server = cloud(() => ({ data: [event('a')] }));
    const scopes = new Set(['notes:read']);
    for (const asked of [
      [EVENT, 'calendar', ''],
      [CONTACT, 'addressbook', ''],
      [FILE, 'path', ''],
    ] as const)
      expect((await completed(server, asked, {}, scopes)).values).to.eql([]);
    expect((await completed(server, [EVENT, 'uid', ''])).values).to.eql([]);
    expect((await completed(server, [CONTACT, 'uid', ''])).values).to.eql([]);
    expect((await completed(server, [EVENT, 'no_such', ''])).values).to.eql([]);
    expect(server.sent).to.eql([]);
  });

  it('offers nothing where there is nothing, and lets faults of its own through', async () => {
    const missing = cloud(() => {
      throw new RelayError('not_found', 'none', { status: 404 });
    });
    expect((await completed(missing, [CONTACT, 'uid', ''], { addressbook: 'x' })).values).to.eql(
      [],
    );
    expect((await completed(missing, [EVENT, 'uid', ''], { calendar: 'x' })).values).to.eql([]);
    const note = 'nc://Notes/{note_id}';
    expect((await completed(missing, [note, 'note_id', '1'])).values).to.eql([]);
    const broken = cloud(() => {
      throw new TypeError('broken');
    });
    const error = await completed(broken, [CONTACT, 'uid', ''], { addressbook: 'x' }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(TypeError);
  });
});
