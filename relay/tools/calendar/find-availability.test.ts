import { expect } from 'chai';
import type { Nextcloud } from '../../nextcloud/nextcloud.ts';
import type { ToolContext } from '../tool.ts';
import { findAvailability } from './find-availability.ts';

const own = (name: string, start: string, end: string, more = '') => ({
  href: `/calendars/alice/work/${name}.ics`,
  etag: '"e"',
  data: `BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:${name}\r\nDTSTART:${start}\r\nDTEND:${end}\r\n${more}END:VEVENT\r\nEND:VCALENDAR\r\n`,
});
const busy = (...periods: string[]): string =>
  `BEGIN:VCALENDAR\r\nBEGIN:VFREEBUSY\r\nFREEBUSY;FBTYPE=BUSY:${periods.join(',')}\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n`;

const ANSWERS: Readonly<Record<string, unknown>> = {
  'caldav.list-calendars': [
    { href: '/calendars/alice/work/', kind: ['calendar'] },
    { href: '/calendars/alice/holidays/', kind: ['subscribed'] },
  ],
  'caldav.get-principal': [{ addresses: ['mailto:alice@example.org'] }],
  'caldav.query-calendar': [
    own('meeting', '20270302T090000Z', '20270302T100000Z'),
    own('away', '20270302T143000Z', '20270302T170000Z'),
    own('marked-free', '20270302T120000Z', '20270302T130000Z', 'TRANSP:TRANSPARENT\r\n'),
  ],
  'caldav.request-free-busy': {
    replies: [
      {
        recipient: 'mailto:bob@example.org',
        status: '2.0;Success',
        data: busy('20270302T100000Z/20270302T114000Z', '20270302T140000Z/PT30M'),
      },
      { recipient: 'mailto:eve@example.net', status: '3.7;Could not find principal' },
    ],
  },
};

function alice() {
  const sent: { key: string; args: Readonly<Record<string, unknown>> }[] = [];
  const execute = (key: string, args: Readonly<Record<string, unknown>>) =>
    Promise.try(() => {
      sent.push({ key, args });
      return { status: 207, headers: {}, data: ANSWERS[key] };
    });
  const nextcloud = { userId: () => Promise.resolve('alice'), execute } as unknown as Nextcloud;
  const context: ToolContext = {
    nextcloud,
    signal: new AbortController().signal,
    progress: () => Promise.resolve(),
    now: () => new Date('2027-03-01T00:00:00Z'),
    newId: () => 'id',
  };
  const slots = async (args: object) => {
    const { data } = await findAvailability.run(
      {
        duration_minutes: 60,
        date_range_start: '2027-03-02',
        date_range_end: '2027-03-02',
        ...args,
      },
      context,
    );
    const times = (data['slots'] as { start: string; free_until: string }[]).map((slot) =>
      [slot.start, slot.free_until].map((time) => time.slice(11, 16)).join('-'),
    );
    return { times, data };
  };
  return { slots, sent };
}

describe('availability', () => {
  it('is what the own events leave free', async () => {
    const { times } = await alice().slots({});
    expect(times).to.deep.equal(['10:00-14:30']);
  });

  it('is narrowed by what the attendees are busy with, and says whose times are unknown', async () => {
    const { slots, sent } = alice();
    const { times, data } = await slots({ attendees: 'bob@example.org, eve@example.net' });
    expect(times).to.deep.equal(['11:45-14:00']);
    expect(data['unknown_attendees']).to.deep.equal([
      { email: 'eve@example.net', reason: '3.7;Could not find principal' },
    ]);
    const asked = sent.find(({ key }) => key === 'caldav.request-free-busy')?.args['body'];
    expect(asked)
      .to.contain('ATTENDEE:mailto:bob@example.org\r\n')
      .and.contain('ORGANIZER:mailto:alice@example.org\r\n')
      .and.contain('DTSTART:20270302T000000Z\r\nDTEND:20270303T000000Z\r\n');
  });
});
