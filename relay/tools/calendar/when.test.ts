import { expect } from 'chai';
import { givenTime, isoForm } from '../../nextcloud/codecs/icalendar-time.ts';
import { UTC, zoneNamed } from '../../nextcloud/codecs/icalendar-zones.ts';
import { readingZone, spanFrom, storedTime, windowFrom } from './when.ts';
import type { GivenSpan } from './when.ts';

const berlin = zoneNamed('Europe/Berlin')!;
const inBerlin = readingZone('', undefined, berlin);
const span = (given: Partial<GivenSpan>, before?: Parameters<typeof spanFrom>[2]) => {
  const { start, end } = spanFrom(
    { start: '', end: '', allDay: undefined, ...given },
    inBerlin,
    before,
  );
  return [isoForm(start), isoForm(end)];
};
const spanBefore = (start: string, end: string, allDay?: boolean) =>
  spanFrom({ start, end, allDay }, inBerlin);

describe('when', () => {
  it('takes the zone asked for, else of the event, else of the calendar, else UTC', () => {
    const tokyo = zoneNamed('Asia/Tokyo');
    expect(readingZone('Europe/Paris', tokyo, berlin)).to.deep.include({ source: 'argument' });
    expect(readingZone('', tokyo, berlin)).to.deep.equal({ zone: tokyo, source: 'event' });
    expect(readingZone('', undefined, berlin)).to.deep.equal({ zone: berlin, source: 'calendar' });
    expect(readingZone('', undefined, undefined)).to.deep.equal({ zone: UTC, source: 'default' });
  });

  it('keeps an offset as local time only where the zone has that offset, or was asked for', () => {
    const stored = (text: string, reading = inBerlin) => {
      const moment = storedTime(givenTime(text, 'x'), reading);
      return [isoForm(moment), moment.zone?.id];
    };
    expect(stored('2026-11-23T09:00')).to.deep.equal([
      '2026-11-23T09:00:00+01:00',
      'Europe/Berlin',
    ]);
    expect(stored('2026-11-23T09:00+01:00')).to.deep.equal([
      '2026-11-23T09:00:00+01:00',
      'Europe/Berlin',
    ]);
    expect(stored('2026-11-23T09:00+05:00')).to.deep.equal(['2026-11-23T04:00:00Z', 'UTC']);
    expect(stored('2026-11-23T09:00Z')).to.deep.equal(['2026-11-23T09:00:00Z', 'UTC']);
    const asked = readingZone('Europe/Berlin', undefined, undefined);
    expect(stored('2026-11-23T09:00Z', asked)).to.deep.equal([
      '2026-11-23T10:00:00+01:00',
      'Europe/Berlin',
    ]);
  });

  it('fills in the end: an hour, a day, or as long as it was', () => {
    expect(span({ start: '2026-11-23T09:00' })).to.deep.equal([
      '2026-11-23T09:00:00+01:00',
      '2026-11-23T10:00:00+01:00',
    ]);
    expect(span({ start: '2026-11-23' })).to.deep.equal(['2026-11-23', '2026-11-24']);
    const before = spanBefore('2026-11-23T09:00', '2026-11-23T11:30');
    expect(span({ start: '2026-11-24T10:00' }, before)).to.deep.equal([
      '2026-11-24T10:00:00+01:00',
      '2026-11-24T12:30:00+01:00',
    ]);
    expect(span({ end: '2026-11-23T12:00' }, before)).to.deep.equal([
      '2026-11-23T09:00:00+01:00',
      '2026-11-23T12:00:00+01:00',
    ]);
  });

  it('takes the last day of all-day events and stores the day after', () => {
    expect(span({ start: '2026-12-24', end: '2026-12-26', allDay: true })).to.deep.equal([
      '2026-12-24',
      '2026-12-27',
    ]);
    expect(
      span({ start: '2026-12-24T08:00', end: '2026-12-24T09:00', allDay: true }),
    ).to.deep.equal(['2026-12-24', '2026-12-25']);
  });

  it('changes between days and times', () => {
    const timed = spanBefore('2026-11-23T22:00', '2026-11-25T00:00');
    expect(span({ allDay: true }, timed)).to.deep.equal(['2026-11-23', '2026-11-25']);
    const days = spanBefore('2026-11-23', '2026-11-24', true);
    expect(span({ allDay: false }, days)).to.deep.equal([
      '2026-11-23T00:00:00+01:00',
      '2026-11-23T01:00:00+01:00',
    ]);
  });

  it('refuses an end before the start, and an end without time for a timed event', () => {
    expect(() => span({ start: '2026-11-23T09:00', end: '2026-11-23T08:00' })).to.throw(
      'end before it starts',
    );
    expect(() => span({ start: '2026-11-23', end: '2026-11-22' })).to.throw('end before it starts');
    expect(() => span({ start: '2026-11-23T09:00', end: '2026-11-24' })).to.throw(
      'needs a time of day',
    );
  });

  it('includes the last day of a window, in the zone', () => {
    const fallback = { from: () => 0, to: () => 0 };
    const { from, to } = windowFrom('2026-10-25', '2026-10-25', berlin, fallback);
    expect((to - from) / 3_600_000).to.equal(25);
    expect(() => windowFrom('2026-10-25', '2026-10-20', berlin, fallback)).to.throw(
      'before start_date',
    );
  });
});
