import { expect } from 'chai';
import { Component } from './content-lines.ts';
import { objectZones, parseCalendar } from './icalendar.ts';
import { instantOf, isoForm } from './icalendar-time.ts';
import { zoneNamed } from './icalendar-zones.ts';
import { expand } from './recurrence.ts';
import { checkedRule, ruleInstances } from './recurrence-rule.ts';

const berlin = zoneNamed('Europe/Berlin')!;
const window = (from: string, to: string) => ({
  from: Date.parse(from),
  to: Date.parse(to),
  zone: berlin,
});
const SPRING = window('2026-03-01T00:00:00Z', '2026-05-01T00:00:00Z');

/** ISO starts of a calendar file's instances; each argument is the inside of one VEVENT. */
function starts(events: string[], range = SPRING, zones = ''): string[] {
  const body = events.map(
    (inner) =>
      `BEGIN:VEVENT\r\nUID:u\r\n${inner.trim().split(/\n\s*/).join('\r\n')}\r\nEND:VEVENT\r\n`,
  );
  const calendar = parseCalendar(`BEGIN:VCALENDAR\r\n${zones}${body.join('')}END:VCALENDAR\r\n`);
  const found = expand(calendar.components('VEVENT'), objectZones(calendar), range);
  return found.instances.map(({ start }) => isoForm(start));
}

describe('recurrence', () => {
  it('keeps the local hour over a change of offset', () => {
    expect(
      starts([
        `DTSTART;TZID=Europe/Berlin:20260322T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3`,
      ]),
    ).to.deep.equal([
      '2026-03-22T09:00:00+01:00',
      '2026-03-29T09:00:00+02:00',
      '2026-04-05T09:00:00+02:00',
    ]);
  });

  it('counts the start as the first instance, where the rule would not have it too', () => {
    expect(starts(['DTSTART:20260303T090000Z\nRRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3'])).to.deep.equal([
      '2026-03-03T09:00:00Z',
      '2026-03-09T09:00:00Z',
      '2026-03-16T09:00:00Z',
    ]);
  });

  it('reads a start in the gap with the offset before it', () => {
    const calendar = Component.parse(
      'BEGIN:VEVENT\r\nDTSTART;TZID=Europe/Berlin:20260329T023000\r\nEND:VEVENT\r\n',
    );
    const { instances } = expand(calendar.components(), (id) => zoneNamed(id), SPRING);
    expect(new Date(instantOf(instances[0]!.start, berlin)).toISOString()).to.equal(
      '2026-03-29T01:30:00.000Z',
    );
  });

  it('leaves out EXDATE in local time, in UTC and as a day', () => {
    const base = 'DTSTART;TZID=Europe/Berlin:20260302T090000\nRRULE:FREQ=DAILY;COUNT=4\n';
    const exdates = [
      'EXDATE;TZID=Europe/Berlin:20260303T090000',
      'EXDATE:20260303T080000Z',
      'EXDATE;VALUE=DATE:20260303',
    ];
    for (const exdate of exdates)
      expect(starts([base + exdate]), exdate)
        .to.have.length(3)
        .and.not.include('2026-03-03T09:00:00+01:00');
  });

  it('shows a moved instance where it is, and not where it was', () => {
    const series = 'DTSTART:20260302T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3';
    expect(
      starts([series, 'RECURRENCE-ID:20260309T090000Z\nDTSTART:20260310T150000Z']),
    ).to.deep.equal(['2026-03-02T09:00:00Z', '2026-03-10T15:00:00Z', '2026-03-16T09:00:00Z']);
    const early = window('2026-01-05T00:00:00Z', '2026-01-06T00:00:00Z');
    expect(
      starts([series, 'RECURRENCE-ID:20260309T090000Z\nDTSTART:20260105T150000Z'], early),
    ).to.deep.equal(['2026-01-05T15:00:00Z']);
  });

  it('shows an exception whose series is not there', () => {
    expect(starts(['RECURRENCE-ID:20260309T090000Z\nDTSTART:20260310T150000Z'])).to.deep.equal([
      '2026-03-10T15:00:00Z',
    ]);
  });

  it('applies RANGE=THISANDFUTURE to all that follow', () => {
    expect(
      starts([
        'DTSTART:20260302T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=4',
        'RECURRENCE-ID;RANGE=THISANDFUTURE:20260316T090000Z\nDTSTART:20260316T110000Z',
      ]),
    ).to.deep.equal([
      '2026-03-02T09:00:00Z',
      '2026-03-09T09:00:00Z',
      '2026-03-16T11:00:00Z',
      '2026-03-23T11:00:00Z',
    ]);
  });

  it('adds RDATE, with periods of their own length', () => {
    const calendar = Component.parse(
      'BEGIN:VEVENT\r\nDTSTART:20260302T090000Z\r\nDURATION:PT1H\r\nRDATE;VALUE=PERIOD:20260304T100000Z/PT3H,20260305T100000Z/20260305T103000Z\r\nRDATE:20260306T090000Z\r\nEND:VEVENT\r\n',
    );
    const { instances } = expand(calendar.components(), () => undefined, SPRING);
    expect(instances.map(({ start, end }) => [isoForm(start), isoForm(end)])).to.deep.equal([
      ['2026-03-02T09:00:00Z', '2026-03-02T10:00:00Z'],
      ['2026-03-04T10:00:00Z', '2026-03-04T13:00:00Z'],
      ['2026-03-05T10:00:00Z', '2026-03-05T10:30:00Z'],
      ['2026-03-06T09:00:00Z', '2026-03-06T10:00:00Z'],
    ]);
  });

  it('keeps a yearly 29 February to leap years and never makes a day up', () => {
    const years = window('2024-01-01T00:00:00Z', '2033-01-01T00:00:00Z');
    expect(starts(['DTSTART;VALUE=DATE:20240229\nRRULE:FREQ=YEARLY'], years)).to.deep.equal([
      '2024-02-29',
      '2028-02-29',
      '2032-02-29',
    ]);
    expect(
      starts(['DTSTART;VALUE=DATE:20240131\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'], years),
    ).to.deep.equal(['2024-01-31']);
  });

  it('reads a zone that only the file itself defines', () => {
    const custom =
      'BEGIN:VTIMEZONE\r\nTZID:Office\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:+0130\r\nTZOFFSETTO:+0130\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n';
    expect(
      starts(['DTSTART;TZID=Office:20260302T090000\nRRULE:FREQ=DAILY;COUNT=2'], SPRING, custom),
    ).to.deep.equal(['2026-03-02T09:00:00+01:30', '2026-03-03T09:00:00+01:30']);
  });

  it('reads Windows zone names and lower-case rules', () => {
    expect(
      starts(['DTSTART;TZID=W. Europe Standard Time:20260302T090000\nRRULE:freq=daily;count=2']),
    ).to.deep.equal(['2026-03-02T09:00:00+01:00', '2026-03-03T09:00:00+01:00']);
  });

  it('ends with UNTIL in UTC, counted in the zone of the start', () => {
    expect(
      starts([
        'DTSTART;TZID=Europe/Berlin:20260302T003000\nRRULE:FREQ=DAILY;UNTIL=20260303T233000Z',
      ]),
    ).to.have.length(3);
  });

  it('finds the window of a series that has run for decades', () => {
    const hourly = starts(
      ['DTSTART:19700101T003000Z\nRRULE:FREQ=HOURLY;INTERVAL=5'],
      window('2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z'),
    );
    expect(hourly).to.have.length(5);
    expect(
      starts(
        ['DTSTART;VALUE=DATE:20150105\nRRULE:FREQ=WEEKLY;INTERVAL=2'],
        window('2026-03-01T00:00:00Z', '2026-03-31T00:00:00Z'),
      ),
    ).to.deep.equal(['2026-03-02', '2026-03-16', '2026-03-30']);
  });

  it('gives up on a rule without end instead of running forever, and says so', () => {
    const start = { dateOnly: false, wall: Date.UTC(1970, 0, 1), zone: undefined };
    const walk = { fromWall: Date.UTC(2026, 0, 1), toWall: Date.UTC(2026, 0, 2) };
    expect(ruleInstances('FREQ=SECONDLY;COUNT=999999999', start, walk).truncated).to.equal(true);
  });

  it('includes what overlaps the window and excludes what only touches it', () => {
    const day = window('2026-03-02T00:00:00+01:00', '2026-03-03T00:00:00+01:00');
    expect(starts(['DTSTART;VALUE=DATE:20260301\nDTEND;VALUE=DATE:20260302'], day)).to.deep.equal(
      [],
    );
    expect(starts(['DTSTART;VALUE=DATE:20260301\nDTEND;VALUE=DATE:20260303'], day)).to.deep.equal([
      '2026-03-01',
    ]);
    expect(starts(['DTSTART:20260302T230000Z'], day)).to.deep.equal([]);
    expect(starts(['DTSTART:20260301T230000Z'], day)).to.deep.equal(['2026-03-01T23:00:00Z']);
  });

  it('refuses rules that are none', () => {
    expect(checkedRule('RRULE:freq=weekly;byday=mo')).to.equal('FREQ=WEEKLY;BYDAY=MO');
    for (const bad of [
      'WEEKLY',
      'FREQ=SOMETIMES',
      'FREQ=DAILY;COUNT=1;UNTIL=20260101',
      'FREQ=DAILY\r\nX:1',
      'FREQ=DAILY;UNTIL=soon',
      'FREQ=WEEKLY;BYDAY=XX',
      // on these Nextcloud fails, or shows nothing
      'FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD',
      'FREQ=DAILY;COUNT=0',
      'FREQ=DAILY;INTERVAL=0',
      'FREQ=WEEKLY;BYDAY=2MO',
      'FREQ=DAILY;UNTIL=20260230',
    ]) {
      expect(() => checkedRule(bad), bad).to.throw('recurrence rule');
    }
  });
});
