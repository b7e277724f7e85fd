import { expect } from 'chai';
import fc from 'fast-check';
import type { Component } from './content-lines.ts';
import { objectZones, parseCalendar } from './icalendar.ts';
import { findInstance } from './icalendar-series.ts';
import { cutAt, endBefore, startAt } from './icalendar-split.ts';
import { givenTime, isoForm } from './icalendar-time.ts';
import { zoneNamed } from './icalendar-zones.ts';
import { expand } from './recurrence.ts';

const berlin = zoneNamed('Europe/Berlin')!;

function file(events: readonly string[][]): string {
  const body = events.map((lines) =>
    ['BEGIN:VEVENT', 'UID:u', ...lines, 'END:VEVENT', ''].join('\r\n'),
  );
  return ['BEGIN:VCALENDAR\r\n', ...body, 'END:VCALENDAR\r\n'].join('');
}

function starts(calendar: Component): string[] {
  const window = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2028, 0, 1), zone: berlin };
  const { instances } = expand(calendar.components('VEVENT'), objectZones(calendar), window);
  return instances.map(({ start }) => isoForm(start));
}

/** Both parts of a series that is cut before the instance of this name. */
function cut(id: string, events: readonly string[][]) {
  const [whole, before, after] = [file(events), file(events), file(events)].map(parseCalendar);
  const all = whole!.components('VEVENT');
  const zones = objectZones(whole!);
  const { recurrenceId } = findInstance(all, zones, givenTime(id, 'recurrence_id'), berlin);
  const place = cutAt(all, zones, recurrenceId, berlin);
  const left = endBefore(before!, place);
  startAt(after!, place);
  const rule = (calendar: Component) =>
    calendar.components('VEVENT')[0]?.first('RRULE')?.value ?? '';
  return {
    left,
    before: before!,
    after: after!,
    rules: [rule(before!), rule(after!)],
    whole: starts(whole!),
    starts: [starts(before!), starts(after!)] as const,
  };
}

/** Nothing is lost and nothing is there twice. */
function expectWhole({ whole, starts: [before, after] }: ReturnType<typeof cut>, first: string) {
  expect([...before, ...after].sort()).to.deep.equal([...whole].sort());
  expect(after[0]).to.equal(first);
}

const BERLIN = 'DTSTART;TZID=Europe/Berlin:20261019T090000';

describe('a series cut in two', () => {
  for (const [what, id, lines, rules] of [
    [
      'without end',
      '2026-11-02',
      [BERLIN, 'RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE'],
      [
        'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;UNTIL=20261102T075959Z',
        'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE',
      ],
    ],
    [
      'with an end',
      '2026-10-21',
      [BERLIN, 'RRULE:FREQ=DAILY;UNTIL=20261031T225959Z'],
      ['FREQ=DAILY;UNTIL=20261021T065959Z', 'FREQ=DAILY;UNTIL=20261031T225959Z'],
    ],
    [
      'counted',
      '2026-10-22',
      [BERLIN, 'RRULE:FREQ=DAILY;COUNT=10;INTERVAL=1', 'EXDATE;TZID=Europe/Berlin:20261020T090000'],
      ['FREQ=DAILY;UNTIL=20261022T065959Z;INTERVAL=1', 'FREQ=DAILY;COUNT=7;INTERVAL=1'],
    ],
    [
      'of days',
      '2026-12-24',
      ['DTSTART;VALUE=DATE:20261022', 'RRULE:FREQ=MONTHLY;BYMONTHDAY=22,24;COUNT=8'],
      ['FREQ=MONTHLY;BYMONTHDAY=22,24;UNTIL=20261223', 'FREQ=MONTHLY;BYMONTHDAY=22,24;COUNT=3'],
    ],
    [
      'of floating times',
      '2026-11-24T09:00',
      ['DTSTART:20261122T090000', 'RRULE:FREQ=DAILY;COUNT=4'],
      ['FREQ=DAILY;UNTIL=20261124T085959', 'FREQ=DAILY;COUNT=2'],
    ],
    [
      'named in UTC',
      '2026-11-02T08:00:00Z',
      [BERLIN, 'RRULE:FREQ=WEEKLY;COUNT=5'],
      ['FREQ=WEEKLY;UNTIL=20261102T075959Z', 'FREQ=WEEKLY;COUNT=3'],
    ],
  ] as const) {
    it(`${what} keeps all its instances, each once`, () => {
      const parts = cut(id, [[...lines]]);
      expect(parts.rules).to.deep.equal(rules);
      expect(parts.left).to.equal(true);
      expectWhole(
        parts,
        parts.whole.find((one) => one.startsWith(id.slice(0, 10)))!,
      );
    });
  }

  it('leaves every other line as it is, and gives the second part the length of the first', () => {
    const lines = [
      'X-ROOM;P="a;b":12',
      BERLIN,
      'DTEND;TZID=Europe/Berlin:20261019T103000',
      'RRULE:FREQ=DAILY',
      'SUMMARY:Long title that some client folded',
      '  here',
    ];
    const { before, after } = cut('2026-10-26', [lines]);
    expect(before.toString()).to.equal(
      file([lines]).replace('FREQ=DAILY', 'FREQ=DAILY;UNTIL=20261026T075959Z'),
    );
    expect(after.toString()).to.equal(file([lines]).replaceAll('20261019T', '20261026T'));
  });

  it('divides excluded and added dates and exceptions, wherever an exception was moved to', () => {
    const parts = cut('2026-10-22T09:00', [
      [
        BERLIN,
        'RRULE:FREQ=DAILY;COUNT=6',
        'EXDATE;TZID=Europe/Berlin:20261020T090000,20261023T090000',
        'RDATE:20261019T180000Z',
        'RDATE:20261022T180000Z',
      ],
      ['RECURRENCE-ID:20261021T070000Z', 'DTSTART;TZID=Europe/Berlin:20261028T090000'],
      ['RECURRENCE-ID:20261024T070000Z', 'DTSTART;TZID=Europe/Berlin:20261020T150000'],
    ]);
    const lines = (calendar: Component) =>
      calendar
        .components('VEVENT')
        .flatMap((event) => event.lines())
        .map(({ unfolded }) => unfolded)
        .filter((line) => /^(?:EXDATE|RDATE|RECURRENCE-ID)/.test(line));
    expect(lines(parts.before)).to.deep.equal([
      'EXDATE;TZID=Europe/Berlin:20261020T090000',
      'RDATE:20261019T180000Z',
      'RECURRENCE-ID:20261021T070000Z',
    ]);
    expect(lines(parts.after)).to.deep.equal([
      'EXDATE;TZID=Europe/Berlin:20261023T090000',
      'RDATE:20261022T180000Z',
      'RECURRENCE-ID:20261024T070000Z',
    ]);
    expect([...parts.starts[0], ...parts.starts[1]].sort()).to.deep.equal(parts.whole.sort());
  });

  it('of dates only begins again with one of them', () => {
    const parts = cut('2026-10-25', [
      ['DTSTART:20261019T090000Z', 'RDATE:20261022T090000Z,20261025T090000Z,20261029T090000Z'],
    ]);
    expectWhole(parts, '2026-10-25T09:00:00Z');
  });

  it('of any kind keeps all its instances, each once', () => {
    const weekdays = fc.subarray(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'], { minLength: 1 });
    const days = fc.oneof(
      fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'),
      weekdays.map((list) => `WEEKLY;BYDAY=${list.join(',')}`),
      fc.constantFrom('MONTHLY;BYMONTHDAY=31', 'MONTHLY;BYDAY=-1FR', 'YEARLY;BYMONTH=1,6,11'),
      fc.constant('MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1'),
    );
    const end = fc.oneof(
      fc.constant(''),
      fc.integer({ min: 1, max: 12 }).map((count) => `;COUNT=${String(count)}`),
      fc.integer({ min: 10, max: 12 }).map((month) => `;UNTIL=2026${String(month)}25T120000Z`),
    );
    const interval = fc.integer({ min: 1, max: 3 });
    const one = fc.record({
      days,
      end,
      interval,
      day: fc.integer({ min: 1, max: 24 }),
      at: fc.nat(9),
    });
    fc.assert(
      fc.property(one, (given) => {
        const start = `DTSTART;TZID=Europe/Berlin:202610${String(given.day).padStart(2, '0')}T023000`;
        const rule = `RRULE:FREQ=${given.days};INTERVAL=${String(given.interval)}${given.end}`;
        const all = starts(parseCalendar(file([[start, rule]])));
        const id = all[given.at % all.length] ?? '';
        const parts = cut(id, [[start, rule]]);
        const before = parts.left ? parts.starts[0] : [];
        expect([...before, ...parts.starts[1]], rule).to.deep.equal(all);
      }),
      { numRuns: 150 },
    );
  });

  it('says when nothing is left before', () => {
    const lines = [BERLIN, 'RRULE:FREQ=DAILY', 'EXDATE;TZID=Europe/Berlin:20261019T090000'];
    expect(cut('2026-10-20', [lines]).left).to.equal(false);
    expect(cut('2026-10-19', [lines.slice(0, 2)]).left).to.equal(false);
    expect(cut('2026-10-21', [lines]).left).to.equal(true);
  });

  it('refuses where the second part could not be told by a rule', () => {
    const weekly = [BERLIN, 'RRULE:FREQ=WEEKLY', 'RDATE:20261022T090000Z'];
    expect(() => cut('2026-10-22', [weekly])).to.throw('single date');
    const ranged = ['RECURRENCE-ID;RANGE=THISANDFUTURE:20261026T080000Z', BERLIN];
    expect(() => cut('2026-11-09', [weekly, ranged])).to.throw('Another client');
    expect(() => cut('2026-10-26', [['RECURRENCE-ID:20261026T080000Z', BERLIN]])).to.throw(
      'single instances',
    );
  });
});
