import { expect } from 'chai';
import { RelayError } from '../../errors.ts';
import { setFields } from '../../nextcloud/codecs/icalendar-edit.ts';
import type { Component } from '../../nextcloud/codecs/content-lines.ts';
import type { Nextcloud } from '../../nextcloud/nextcloud.ts';
import type { ToolContext } from '../tool.ts';
import type { Calendar } from './calendars.ts';
import { deleteObject, editObject } from './edit-object.ts';

const calendar: Calendar = { uri: 'work', row: {}, zone: undefined };
const text = (title: string, uid = 'u') =>
  `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nSUMMARY:${title}\r\nDTSTART:20261123T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;

/** A collection in memory that honours If-Match: a server will not lose a race on demand. */
class Collection {
  readonly files = new Map<string, string>();
  readonly requests: string[] = [];
  /** Runs before each write, as another client would. */
  meanwhile: () => void = () => undefined;

  readonly context = {
    nextcloud: {
      baseUrl: 'https://cloud.example.org',
      userId: () => Promise.resolve('alice'),
      execute: (key: string, args: Record<string, string>) => this.#answer(key, args),
    } as unknown as Nextcloud,
    signal: new AbortController().signal,
    now: () => new Date('2026-11-23T09:00:00Z'),
    newId: () => 'id',
    progress: () => Promise.resolve(),
  } satisfies ToolContext;

  async #answer(key: string, args: Record<string, string>): Promise<unknown> {
    await Promise.resolve();
    this.requests.push(key);
    const name = args['object'] ?? '';
    if (key === 'caldav.query-calendar') {
      const rows = [...this.files].map(([file, data]) => ({
        href: `/calendars/alice/work/${file}`,
        etag: etagOf(data),
        data,
      }));
      // as Nextcloud does: "contains"
      return {
        status: 207,
        headers: {},
        data: rows.filter(({ data }) => data.includes(args['uid'] ?? '')),
      };
    }
    if (key !== 'caldav.read-calendar-object') this.meanwhile();
    const stored = this.files.get(name);
    if (stored === undefined) throw new RelayError('not_found', 'Not found', { status: 404 });
    if (key === 'caldav.read-calendar-object')
      return { status: 200, headers: { etag: etagOf(stored) }, data: stored };
    if (args['If-Match'] !== undefined && args['If-Match'] !== etagOf(stored)) {
      throw new RelayError('conflict', 'Changed', { status: 412 });
    }
    if (key === 'caldav.delete-calendar-object') this.files.delete(name);
    else this.files.set(name, args['body'] ?? '');
    return { status: 204, headers: { etag: etagOf(this.files.get(name) ?? '') }, data: '' };
  }
}

function etagOf(data: string): string {
  return `"${Buffer.from(data).toString('base64url').slice(-40)}-${data.length}"`;
}

const rename = (title: string) => (file: Component) => {
  setFields(file.components('VEVENT')[0]!, { title });
};
const target = (etag = '') => ({ calendar, kind: 'VEVENT', uid: 'u', etag }) as const;
const failure = async (promise: Promise<unknown>): Promise<RelayError> =>
  promise.then(
    () => {
      throw new Error('was expected to fail');
    },
    (error: unknown) => error as RelayError,
  );

describe('editing a stored object', () => {
  it('finds the file of a UID that is not its name, and not one that only contains it', async () => {
    const server = new Collection();
    server.files.set('imported-7.ics', text('longer', 'u-2'));
    server.files.set('imported-8.ics', text('wanted'));
    await editObject(server.context, target(), rename('new'));
    expect(server.files.get('imported-8.ics')).to.include('SUMMARY:new');
    expect(server.files.get('imported-7.ics')).to.equal(text('longer', 'u-2'));
  });

  it('reads once and writes once when the file has the name of the UID', async () => {
    const server = new Collection();
    server.files.set('u.ics', text('old'));
    await editObject(server.context, target(), rename('new'));
    expect(server.requests).to.deep.equal([
      'caldav.read-calendar-object',
      'caldav.write-calendar-object',
    ]);
  });

  it('makes the change again on what someone else wrote meanwhile', async () => {
    const server = new Collection();
    server.files.set('u.ics', text('old'));
    let times = 0;
    server.meanwhile = () => {
      times += 1;
      if (times === 1)
        server.files.set('u.ics', text('old').replace('DTSTART', 'LOCATION:theirs\r\nDTSTART'));
    };
    await editObject(server.context, target(), rename('ours'));
    expect(server.files.get('u.ics')).to.include('SUMMARY:ours').and.include('LOCATION:theirs');
  });

  it('refuses with the current state when the caller has seen another', async () => {
    const server = new Collection();
    server.files.set('u.ics', text('old'));
    const error = await failure(editObject(server.context, target('"stale"'), rename('new')));
    expect(error).to.include({ code: 'conflict', status: 412 });
    expect(error.details?.['current']).to.include({ title: 'old', etag: etagOf(text('old')) });
    expect(server.requests).to.deep.equal(['caldav.read-calendar-object']);
  });

  it('says which fields differ when the caller had seen it and it changed in that moment', async () => {
    const server = new Collection();
    server.files.set('u.ics', text('old'));
    server.meanwhile = () => server.files.set('u.ics', text('theirs'));
    const error = await failure(
      editObject(server.context, target(etagOf(text('old')).replaceAll('"', '')), rename('new')),
    );
    expect(error.details?.['changed']).to.deep.equal(['title']);
    expect(server.files.get('u.ics')).to.equal(text('theirs'));
  });

  it('writes nothing when nothing changes', async () => {
    const server = new Collection();
    server.files.set('u.ics', text('old'));
    await editObject(server.context, target(), rename('old'));
    expect(server.requests).to.deep.equal(['caldav.read-calendar-object']);
  });

  it('makes edits of one object wait for each other', async () => {
    const server = new Collection();
    server.files.set('u.ics', text('0'));
    const edits = Array.from({ length: 20 }, () =>
      editObject(server.context, target(), (file) => {
        const event = file.components('VEVENT')[0]!;
        setFields(event, { title: String(Number(event.text('SUMMARY')) + 1) });
      }),
    );
    await Promise.all(edits);
    expect(server.files.get('u.ics')).to.include('SUMMARY:20');
    expect(server.requests).to.have.length(40);
  });

  it('says that a missing object is missing, for deletion too', async () => {
    const server = new Collection();
    const error = await failure(deleteObject(server.context, target()));
    expect(error.code).to.equal('not_found');
    expect(server.requests).to.not.include('caldav.delete-calendar-object');
  });

  it('lets later edits run after one that failed', async () => {
    const server = new Collection();
    server.files.set('u.ics', text('old'));
    const [failed] = await Promise.all([
      failure(
        editObject(server.context, target(), () => {
          throw new RelayError('invalid_argument', 'bad');
        }),
      ),
      editObject(server.context, target(), rename('new')),
    ]);
    expect(failed.code).to.equal('invalid_argument');
    expect(server.files.get('u.ics')).to.include('SUMMARY:new');
  });
});
