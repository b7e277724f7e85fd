import { expect } from 'chai';
import {
  addDuration,
  basicForm,
  givenTime,
  isoForm,
  readDuration,
  readMoment,
} from './icalendar-time.ts';
import { calendarZone } from './icalendar.ts';
import { instantOfWall, zoneArgument, zoneNamed } from './icalendar-zones.ts';

const berlin = zoneNamed('Europe/Berlin')!;

describe('iCalendar times', () => {
  it('reads and shows days, local, UTC and floating times', () => {
    const iso = (value: string, tzid?: string) => isoForm(readMoment(value, tzid, zoneNamed)!);
    expect(iso('20261123')).to.equal('2026-11-23');
    expect(iso('20261123T090000Z')).to.equal('2026-11-23T09:00:00Z');
    expect(iso('20260723T090000', 'Europe/Berlin')).to.equal('2026-07-23T09:00:00+02:00');
    expect(iso('20261123T090000', 'America/St_Johns')).to.equal('2026-11-23T09:00:00-03:30');
    expect(iso('20261123T090000')).to.equal('2026-11-23T09:00:00');
    expect(readMoment('tomorrow', undefined, zoneNamed)).to.equal(undefined);
  });

  it('reads times as people give them, and refuses what is none', () => {
    expect(givenTime('2026-11-23', 'x')).to.include({ dateOnly: true, offset: undefined });
    expect(givenTime('2026-11-23 09:00', 'x')).to.include({
      dateOnly: false,
      wall: Date.UTC(2026, 10, 23, 9),
    });
    expect(givenTime('2026-11-23T09:00:00.123+05:30', 'x').offset).to.equal(19_800);
    expect(givenTime('2026-11-23T09:00Z', 'x')).to.include({ offset: 0, utc: true });
    for (const bad of [
      '',
      'now',
      '2026-02-30',
      '2026-13-01',
      '2026-11-23T25:00',
      '2026-11-23T09:61',
      '20261123',
      '2026-11-23T09:00\r\nX:1',
    ]) {
      expect(() => givenTime(bad, 'start'), bad).to.throw("'start' is not a date");
    }
  });

  it('finds the instant in the gap and in the repeated hour', () => {
    const at = (text: string) =>
      new Date(instantOfWall(Date.parse(`${text}Z`), berlin)).toISOString();
    expect(at('2026-03-29T02:30:00')).to.equal('2026-03-29T01:30:00.000Z');
    expect(at('2026-10-25T02:30:00')).to.equal('2026-10-25T00:30:00.000Z');
    expect(at('2026-10-25T03:30:00')).to.equal('2026-10-25T02:30:00.000Z');
  });

  it('adds days by the calendar and hours by the clock', () => {
    const evening = readMoment('20260328T120000', 'Europe/Berlin', zoneNamed)!;
    expect(isoForm(addDuration(evening, readDuration('P1D')!))).to.equal(
      '2026-03-29T12:00:00+02:00',
    );
    expect(isoForm(addDuration(evening, readDuration('PT24H')!))).to.equal(
      '2026-03-29T13:00:00+02:00',
    );
    expect(readDuration('-P1W2DT3H4M5S')).to.deep.equal({ days: -9, seconds: -11_045 });
    expect(readDuration('15 minutes')).to.equal(undefined);
    expect(basicForm(evening)).to.equal('20260328T120000');
  });

  it('knows zones by many names and refuses others', () => {
    expect(zoneNamed('W. Europe Standard Time')?.id).to.equal('Europe/Berlin');
    expect(zoneNamed('/freeassociation.sourceforge.net/Europe/Berlin')?.id).to.equal(
      'Europe/Berlin',
    );
    expect(zoneNamed('Etc/UTC')?.id).to.equal('UTC');
    expect(zoneNamed('+01:00')).to.equal(undefined);
    expect(() => zoneArgument('Mars/Base')).to.throw('Unknown time zone');
    expect(calendarZone('Europe/Paris')?.id).to.equal('Europe/Paris');
    expect(
      calendarZone(
        'BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Asia/Tokyo\nEND:VTIMEZONE\nEND:VCALENDAR',
      )?.id,
    ).to.equal('Asia/Tokyo');
    expect(calendarZone('')).to.equal(undefined);
  });
});
