import ICAL from 'ical.js';
import { expect } from 'chai';
import { zoneNamed } from './icalendar-zones.ts';
import { vtimezone } from './vtimezone.ts';

/** Offset in seconds that another reader finds in the generated definition. */
function offsetBy(lines: string[], instant: number): number {
  const component = new ICAL.Component(ICAL.parse(lines.join('\r\n')) as unknown[]);
  const zone = new ICAL.Timezone({ component, tzid: 'x' });
  return ICAL.Time.fromJSDate(new Date(instant), true).convertToZone(zone).utcOffset();
}

describe('VTIMEZONE', () => {
  for (const name of [
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'America/St_Johns',
  ]) {
    it(`says of ${name} what the platform says, around the year`, () => {
      const zone = zoneNamed(name)!;
      const lines = vtimezone(zone, 2026);
      for (let day = 0; day < 730; day += 3) {
        const instant = Date.UTC(2026, 0, 1, 12) + day * 86_400_000;
        expect(offsetBy(lines, instant), new Date(instant).toISOString()).to.equal(
          zone.offsetAt(instant),
        );
      }
    });
  }

  it('writes a yearly rule where there is one', () => {
    expect(vtimezone(zoneNamed('Europe/Berlin')!, 2026)).to.include.members([
      'TZID:Europe/Berlin',
      'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
      'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
    ]);
  });

  it('writes one observance for a zone that never changes', () => {
    expect(vtimezone(zoneNamed('Asia/Tokyo')!, 2026)).to.deep.equal([
      'BEGIN:VTIMEZONE',
      'TZID:Asia/Tokyo',
      'BEGIN:STANDARD',
      'DTSTART:19700101T000000',
      'TZOFFSETFROM:+0900',
      'TZOFFSETTO:+0900',
      'END:STANDARD',
      'END:VTIMEZONE',
    ]);
  });
});
