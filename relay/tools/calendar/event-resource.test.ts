import { expect } from 'chai';
import { RelayError } from '../../errors.ts';
import type { Nextcloud } from '../../nextcloud/nextcloud.ts';
import { eventResource } from './event-resource.ts';

/** Another program’s file, with lines nobody here understands. */
const STORED =
  'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:u 1\r\nX-OTHER;P=1:kept\r\nSUMMARY:Folded\r\n  line\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n';

function cloudWith(file: string, { subscribed = false } = {}) {
  const asked: string[] = [];
  const execute = (key: string, args: Record<string, string>) =>
    Promise.try(() => {
      asked.push(key);
      if (key === 'caldav.get-calendar')
        return { data: [{ href: '/calendars/alice/work/', kind: ['calendar'] }] };
      if (key === 'caldav.query-calendar')
        return {
          headers: {},
          data: [
            {
              href: `/calendars/alice/work/${file}`,
              etag: '"e"',
              data: STORED.replaceAll('\r', ''),
            },
          ],
        };
      if (subscribed || args['object'] !== file)
        throw new RelayError('not_found', 'none', { status: 404 });
      return { headers: { etag: '"e"' }, data: STORED };
    });
  const nextcloud = { userId: () => Promise.resolve('alice'), execute } as unknown as Nextcloud;
  return { asked, asking: { nextcloud, signal: new AbortController().signal } };
}

describe('an event as a resource', () => {
  it('is the text as stored, read once where the file is called after the UID', async () => {
    const { asked, asking } = cloudWith('u 1.ics');
    expect(await eventResource('work', 'u 1', asking)).to.equal(STORED);
    expect(asked).to.eql(['caldav.get-calendar', 'caldav.read-calendar-object']);
  });

  it('is found by its UID where the file is called otherwise', async () => {
    const { asking } = cloudWith('import-77.ics');
    expect(await eventResource('work', 'u 1', asking)).to.equal(STORED);
  });

  it('is there in a calendar somebody subscribed to, whose files cannot be fetched', async () => {
    const { asking } = cloudWith('u 1.ics', { subscribed: true });
    expect(await eventResource('work', 'u 1', asking)).to.equal(STORED);
  });

  it('is missing when only others have it in their UID', async () => {
    const { asking } = cloudWith('import-77.ics');
    const error = await eventResource('work', 'u', asking).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(RelayError).with.property('code', 'not_found');
  });
});
