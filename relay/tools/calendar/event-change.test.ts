import { expect } from 'chai';
import { calendarOf, objectZones } from '../../nextcloud/codecs/icalendar.ts';
import { Component } from '../../nextcloud/codecs/content-lines.ts';
import { remindersOf } from '../../nextcloud/codecs/icalendar-reminders.ts';
import { zoneNamed } from '../../nextcloud/codecs/icalendar-zones.ts';
import { isoForm } from '../../nextcloud/codecs/icalendar-time.ts';
import { expand } from '../../nextcloud/codecs/recurrence.ts';
import { changeEvent } from './event-change.ts';
import type { EventChange } from './event-change.ts';

const berlin = zoneNamed('Europe/Berlin')!;
const context = { now: new Date('2026-11-23T09:00:00Z'), calendarZone: berlin, self: undefined };

function edited(events: string[][], change: Partial<EventChange>): Component {
  const body = events.map((lines) =>
    ['BEGIN:VEVENT', 'UID:u', ...lines, 'END:VEVENT'].join('\r\n'),
  );
  const calendar = calendarOf(
    Component.parse(['BEGIN:VCALENDAR', ...body, 'END:VCALENDAR', ''].join('\r\n')),
  );
  changeEvent(calendar, { fields: {}, recurrenceId: '', ...change }, context);
  return calendar;
}
const times = (start: string, end = '', allDay?: boolean) => ({ start, end, allDay, timezone: '' });
const starts = (calendar: Component) =>
  expand(calendar.components('VEVENT'), objectZones(calendar), {
    from: Date.UTC(2026, 10, 1),
    to: Date.UTC(2026, 11, 31),
    zone: berlin,
  }).instances.map(({ start }) => isoForm(start));

const daily = [
  'DTSTART;TZID=Europe/Berlin:20261123T090000',
  'DTEND;TZID=Europe/Berlin:20261123T100000',
  'RRULE:FREQ=DAILY;COUNT=4',
];

describe('changing an event', () => {
  it('brings a zone definition along with a local time, once', () => {
    const calendar = edited([['DTSTART:20261123T080000Z']], {
      times: times('2026-11-24T09:00', '2026-11-24T10:00'),
    });
    const again = calendarOf(Component.parse(calendar.toString()));
    expect(again.components('VTIMEZONE').map((zone) => zone.text('TZID'))).to.deep.equal([
      'Europe/Berlin',
    ]);
    expect(again.components().map(({ name }) => name)).to.deep.equal(['VTIMEZONE', 'VEVENT']);
    expect(again.components('VEVENT')[0]!.first('DTSTART')!.unfolded).to.equal(
      'DTSTART;TZID=Europe/Berlin:20261124T090000',
    );
    changeEvent(again, { fields: {}, recurrenceId: '', times: times('2026-11-25T09:00') }, context);
    expect(again.components('VTIMEZONE')).to.have.length(1);
  });

  it('keeps DURATION while only the start moves', () => {
    const [event] = edited([['DTSTART:20261123T080000Z', 'DURATION:PT2H']], {
      times: times('2026-11-24T08:00Z'),
    }).components('VEVENT');
    expect(event!.first('DTEND')).to.equal(undefined);
    expect(event!.first('DURATION')!.value).to.equal('PT2H');
  });

  it('makes an exception of one instance and keeps what other clients put into the series', () => {
    const calendar = edited(
      [[...daily, 'X-ROOM:12', 'BEGIN:VALARM', 'ACTION:AUDIO', 'TRIGGER:-PT1M', 'END:VALARM']],
      {
        recurrenceId: '2026-11-24T08:00:00Z',
        fields: { title: 'Moved' },
        times: times('2026-11-24T15:00'),
      },
    );
    const [master, exception] = calendar.components('VEVENT');
    expect(master!.text('SUMMARY')).to.equal(undefined);
    expect(exception!.lines().map((line) => line.unfolded)).to.include.members([
      'RECURRENCE-ID;TZID=Europe/Berlin:20261124T090000',
      'DTSTART;TZID=Europe/Berlin:20261124T150000',
      'DTEND;TZID=Europe/Berlin:20261124T160000',
      'X-ROOM:12',
      'SUMMARY:Moved',
    ]);
    expect(exception!.first('RRULE')).to.equal(undefined);
    expect(exception!.components('VALARM')).to.have.length(1);
    expect(starts(calendar)).to.have.length(4).and.to.include('2026-11-24T15:00:00+01:00');
  });

  it('moves excluded dates and exceptions along with the series', () => {
    const calendar = edited(
      [
        [...daily, 'EXDATE;TZID=Europe/Berlin:20261124T090000'],
        [
          'RECURRENCE-ID;TZID=Europe/Berlin:20261125T090000',
          'DTSTART;TZID=Europe/Berlin:20261125T090000',
          'SUMMARY:same time',
        ],
        [
          'RECURRENCE-ID;TZID=Europe/Berlin:20261126T090000',
          'DTSTART;TZID=Europe/Berlin:20261126T200000',
        ],
      ],
      { times: times('2026-11-23T11:00') },
    );
    expect(starts(calendar)).to.deep.equal([
      '2026-11-23T11:00:00+01:00',
      '2026-11-25T11:00:00+01:00',
      '2026-11-26T20:00:00+01:00',
    ]);
  });

  it('moves a series to another day of the week, with what it excludes', () => {
    const weekly = [
      'DTSTART;TZID=Europe/Berlin:20261102T090000',
      'RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20261123T080000Z',
      'EXDATE;TZID=Europe/Berlin:20261109T090000',
    ];
    expect(starts(edited([weekly], { times: times('2026-11-03T10:00') }))).to.deep.equal([
      '2026-11-03T10:00:00+01:00',
      '2026-11-17T10:00:00+01:00',
      '2026-11-24T10:00:00+01:00',
    ]);
    const workdays = [weekly[0]!, 'RRULE:FREQ=WEEKLY;BYDAY=MO,TU;COUNT=3'];
    expect(starts(edited([workdays], { times: times('2026-11-03T10:00') }))).to.deep.equal([
      '2026-11-03T10:00:00+01:00',
      '2026-11-09T10:00:00+01:00',
      '2026-11-10T10:00:00+01:00',
    ]);
    const excluding = [[...workdays, weekly[2]!]];
    expect(() => edited(excluding, { times: times('2026-11-03T10:00') })).to.throw('cannot follow');
    const rule = { rule: 'FREQ=MONTHLY;BYDAY=-1WE', until: '' as const };
    expect(
      starts(edited([weekly], { times: times('2026-11-25T10:00'), recurrence: rule })),
    ).to.deep.equal(['2026-11-25T10:00:00+01:00', '2026-12-30T10:00:00+01:00']);
  });

  it('refuses to make days of a series with exceptions', () => {
    const series = [[...daily, 'EXDATE;TZID=Europe/Berlin:20261124T090000']];
    expect(() => edited(series, { times: times('', '', true) })).to.throw('cannot follow');
  });

  it('sets, ends and removes the recurrence', () => {
    const single = [['DTSTART;TZID=Europe/Berlin:20261123T090000']];
    const rule = (change: EventChange['recurrence'], events = single) =>
      edited(events, { recurrence: change }).components('VEVENT')[0]!.first('RRULE')?.value;
    expect(rule({ rule: 'RRULE:freq=daily' })).to.equal('FREQ=DAILY');
    const until = { dateOnly: true, wall: Date.UTC(2026, 10, 30), offset: undefined, utc: false };
    expect(rule({ until }, [daily])).to.equal('FREQ=DAILY;UNTIL=20261130T225959Z');
    expect(rule({ rule: 'FREQ=DAILY;UNTIL=20261130' })).to.equal(
      'FREQ=DAILY;UNTIL=20261130T225959Z',
    );
    expect(rule({ until: '' }, [daily])).to.equal('FREQ=DAILY');
    expect(rule({ recurring: false }, [daily])).to.equal(undefined);
    expect(() => rule({ recurring: true })).to.throw('recurrence_rule');
    const early = { ...until, wall: Date.UTC(2026, 10, 22) };
    expect(() => rule({ rule: 'FREQ=DAILY', until: early })).to.throw('end before it starts');
    expect(
      rule({ rule: 'FREQ=DAILY', until: { ...until, wall: Date.UTC(2026, 10, 23) } }),
    ).to.equal('FREQ=DAILY;UNTIL=20261123T225959Z');
    const without = edited(
      [daily, ['RECURRENCE-ID;TZID=Europe/Berlin:20261125T090000', 'DTSTART:20261125T090000Z']],
      { recurrence: { rule: '' } },
    );
    expect(without.components('VEVENT')).to.have.length(1);
  });

  it('gives the reminder of a series to exceptions that had the same', () => {
    const alarm = (minutes: number) => [
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      `TRIGGER:-PT${String(minutes)}M`,
      'END:VALARM',
    ];
    const exception = (day: string, minutes: number) => [
      `RECURRENCE-ID;TZID=Europe/Berlin:202611${day}T090000`,
      `DTSTART;TZID=Europe/Berlin:202611${day}T150000`,
      ...alarm(minutes),
    ];
    const calendar = edited([[...daily, ...alarm(15)], exception('24', 15), exception('25', 60)], {
      reminder: { minutes: 30 },
    });
    expect(calendar.components('VEVENT').map((event) => remindersOf(event)[0])).to.deep.equal(
      [30, 30, 60].map((minutes_before) => ({ minutes_before, action: 'DISPLAY' })),
    );
  });

  it('finds an instance by its day, and none where there is none', () => {
    const calendar = edited([daily], { recurrenceId: '2026-11-25', fields: { title: 'x' } });
    expect(calendar.components('VEVENT')[1]!.first('RECURRENCE-ID')!.value).to.equal(
      '20261125T090000',
    );
    expect(() => edited([daily], { recurrenceId: '2026-11-25T10:00', fields: {} })).to.throw(
      'no such instance',
    );
    expect(() =>
      edited([daily], { recurrenceId: '2026-11-25', recurrence: { rule: '' } }),
    ).to.throw('whole series');
  });

  it('counts a revision where attendees know the event', () => {
    const sequence = (lines: string[]) =>
      edited([['DTSTART:20261123T080000Z', ...lines]], { fields: { title: 'x' } })
        .components('VEVENT')[0]!
        .first('SEQUENCE')?.value;
    expect(sequence(['ATTENDEE:mailto:a@example.org'])).to.equal('1');
    expect(sequence(['SEQUENCE:4'])).to.equal('5');
    expect(sequence([])).to.equal(undefined);
  });
});
