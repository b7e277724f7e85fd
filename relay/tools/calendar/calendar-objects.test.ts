import { expect } from 'chai';
import { RelayError } from '../../errors.ts';
import { DAY } from '../../nextcloud/codecs/icalendar-zones.ts';
import type { Nextcloud } from '../../nextcloud/nextcloud.ts';
import type { ToolContext } from '../tool.ts';
import { allObjects, eventsBetween, findObject } from './calendar-objects.ts';
import type { Calendar } from './calendars.ts';
import { matchesIn } from './bulk-matches.ts';

const calendar: Calendar = { uri: 'work', row: {}, zone: undefined };

type Arguments = Readonly<Record<string, string | number>>;

/** A calendar whose files are not called after their UIDs, filtered and paged as Nextcloud does it. */
class Large {
  readonly sent: Arguments[] = [];
  readonly #rows: readonly { readonly uid: string; readonly title: string }[];
  /** Whether rows of a kept listing are gone. */
  forgets = false;

  constructor(count: number) {
    this.#rows = Array.from({ length: count }, (_, number) => ({
      uid: `event-${String(number)}`,
      title: number % 100 === 7 ? `Choir ${String(number)}` : `Review ${String(number)}`,
    }));
  }

  readonly context = {
    nextcloud: {
      baseUrl: 'https://cloud.example.org',
      userId: () => Promise.resolve('alice'),
      execute: (key: string, args: Arguments) => Promise.try(() => this.#answer(key, args)),
    } as unknown as Nextcloud,
    signal: new AbortController().signal,
    now: () => new Date('2026-11-23T09:00:00Z'),
    newId: () => 'id',
    progress: () => Promise.resolve(),
  } satisfies ToolContext;

  #answer(key: string, args: Arguments): unknown {
    if (key === 'caldav.read-calendar-object')
      throw new RelayError('not_found', 'Not found', { status: 404 });
    this.sent.push(args);
    const offset = Number(args['X-NC-Paginate-Offset'] ?? 0);
    const count = Number(args['X-NC-Paginate-Count'] ?? Infinity);
    if (this.forgets && args['X-NC-Paginate-Token'] !== undefined)
      throw new RelayError('upstream_error', 'A type error occurred', { status: 500 });
    const timed = args['start'] !== undefined;
    const contains = (text: string, wanted: string | number | undefined): boolean =>
      wanted === undefined || timed || text.toLowerCase().includes(String(wanted).toLowerCase());
    const found = this.#rows.filter(
      ({ uid, title }) => contains(uid, args['uid']) && contains(title, args['summary']),
    );
    const listing =
      args['X-NC-Paginate'] === undefined || args['X-NC-Paginate-Token'] !== undefined
        ? {}
        : { 'x-nc-paginate-total': String(found.length), 'x-nc-paginate-token': 't' };
    return {
      status: 207,
      headers: listing,
      data: found.slice(offset, offset + count).map(({ uid, title }) => ({
        href: `/calendars/alice/work/import-${uid}.ics`,
        etag: '"e"',
        data: `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nSUMMARY:${title}\r\nDTSTART:20261123T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
      })),
    };
  }

  /** Rows that came over the wire. */
  moved(): number {
    return this.sent.reduce((sum, args) => sum + Number(args['X-NC-Paginate-Count'] ?? 5000), 0);
  }
}

async function failure(promise: Promise<unknown>): Promise<RelayError> {
  return promise.then(
    () => {
      throw new Error('was expected to fail');
    },
    (error: unknown) => error as RelayError,
  );
}

describe('objects of a large calendar', () => {
  describe('by UID', () => {
    it('finds the one among others that contain it', async () => {
      const large = new Large(1000);
      const found = await findObject(large.context, calendar, 'VEVENT', 'event-47');
      expect(found.name).to.equal('import-event-47.ics');
      expect(large.moved()).to.be.at.most(120);
    });

    it('does not read the calendar for a text that is part of every UID, and says what to do', async () => {
      const large = new Large(1000);
      const error = await failure(findObject(large.context, calendar, 'VEVENT', 'e'));
      expect(error).to.include({ code: 'invalid_argument' });
      expect(error.message).to.contain('1000 UIDs contain');
      expect(error.hint).to.contain('whole UID');
      expect(large.moved()).to.be.at.most(120);
    });

    it('says that there is none when few contain it', async () => {
      const error = await failure(
        findObject(new Large(1000).context, calendar, 'VEVENT', 'vent-47'),
      );
      expect(error.code).to.equal('not_found');
    });
  });

  describe('by title', () => {
    it('lets the server look through the whole calendar', async () => {
      const large = new Large(1000);
      const filter = { title: 'choir 7' };
      const found = await matchesIn(large.context, calendar, undefined, filter);
      expect(found.map(({ title }) => title)).to.deep.equal(['Choir 7', 'Choir 707']);
      expect(large.sent).to.have.length(1);
      expect(large.sent[0]).to.include({ summary: 'choir 7' });
    });

    it('and so for a long time, but asks for the time where that is short', async () => {
      const large = new Large(1000);
      const from = Date.UTC(2026, 10, 1);
      const year = { from, to: from + 366 * DAY };
      const found = await eventsBetween(large.context, calendar, year, 'Choir 7');
      expect(found).to.have.length(2);
      large.sent.length = 0;
      await eventsBetween(large.context, calendar, { from, to: from + DAY }, 'Choir 7');
      for (const args of large.sent) expect(args).to.have.property('start').and.not.be.undefined;
    });

    it('takes an empty one for none', async () => {
      const large = new Large(3);
      expect(await allObjects(large.context, calendar, 'VEVENT', ' ')).to.have.length(3);
      expect(large.sent[0]).not.to.have.property('summary');
    });
  });

  it('come in pages, each once, also when the server loses its listing', async () => {
    for (const forgets of [false, true]) {
      const large = new Large(1200);
      large.forgets = forgets;
      const objects = await allObjects(large.context, calendar, 'VEVENT');
      expect(new Set(objects.map(({ name }) => name)).size).to.equal(1200);
      expect(objects).to.have.length(1200);
      expect(large.sent).to.have.length(forgets ? 5 : 3);
    }
  });
});
