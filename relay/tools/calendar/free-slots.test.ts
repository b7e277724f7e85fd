import { expect } from 'chai';
import { zoneNamed } from '../../nextcloud/codecs/icalendar-zones.ts';
import { dayRanges, freeSlots, merged } from './free-slots.ts';
import type { SlotWish } from './free-slots.ts';

const berlin = zoneNamed('Europe/Berlin')!;
const at = (text: string) => Date.parse(`${text}:00+01:00`);
const between = (from: string, to: string) => ({ from: at(from), to: at(to) });
const wish: SlotWish = {
  minutes: 60,
  window: between('2026-11-27T00:00', '2026-12-01T00:00'),
  zone: berlin,
  hours: dayRanges('09:00-17:00', 'business_hours'),
  weekends: false,
  preferred: [],
};
const local = (slots: ReturnType<typeof freeSlots>) =>
  slots.map(({ from, freeUntil }) =>
    [from, freeUntil]
      .map((instant) => new Date(instant + 3_600_000).toISOString().slice(5, 16))
      .join(' > '),
  );

describe('free slots', () => {
  it('keeps to business hours and leaves weekends out', () => {
    expect(local(freeSlots([], wish))).to.deep.equal([
      '11-27T09:00 > 11-27T17:00',
      '11-30T09:00 > 11-30T17:00',
    ]);
    expect(freeSlots([], { ...wish, weekends: true })).to.have.length(4);
  });

  it('finds the gaps between busy times, rounded up to quarters', () => {
    const busy = [
      between('2026-11-27T08:00', '2026-11-27T09:20'),
      between('2026-11-27T10:30', '2026-11-27T16:30'),
      between('2026-11-30T00:00', '2026-12-01T00:00'),
    ];
    expect(local(freeSlots(busy, wish))).to.deep.equal(['11-27T09:30 > 11-27T10:30']);
    expect(freeSlots(busy, { ...wish, minutes: 61 })).to.deep.equal([]);
  });

  it('does not offer what is over', () => {
    const late = { ...wish, window: between('2026-11-27T15:40', '2026-11-28T00:00') };
    expect(local(freeSlots([], late))).to.deep.equal(['11-27T15:45 > 11-27T17:00']);
  });

  it('puts preferred times first, inside business hours, and does not repeat them', () => {
    const preferred = dayRanges('09:00-10:00, 16:00-19:00', 'preferred_times');
    const slots = freeSlots([], { ...wish, preferred });
    expect(slots.map((slot) => slot.preferred)).to.deep.equal([true, true, true, true]);
    expect(local(slots)[1]).to.equal('11-27T16:00 > 11-27T17:00');
  });

  it('uses whole days without business hours, over a change of offset too', () => {
    const sunday = {
      from: Date.parse('2026-03-28T23:00:00Z'),
      to: Date.parse('2026-03-29T22:00:00Z'),
    };
    const [slot] = freeSlots([], {
      ...wish,
      hours: [],
      weekends: true,
      window: sunday,
      minutes: 23 * 60,
    });
    expect(slot).to.include({ ...sunday, from: sunday.from });
  });

  it('merges what overlaps or touches, and drops what has no length', () => {
    expect(
      merged([
        { from: 5, to: 9 },
        { from: 1, to: 3 },
        { from: 3, to: 4 },
        { from: 6, to: 7 },
        { from: 20, to: 20 },
      ]),
    ).to.deep.equal([
      { from: 1, to: 4 },
      { from: 5, to: 9 },
    ]);
  });

  it('refuses ranges that are none', () => {
    for (const bad of ['9-17', '17:00-09:00', '09:00-25:00', 'morning'])
      expect(() => dayRanges(bad, 'x'), bad).to.throw('HH:MM-HH:MM');
  });
});
