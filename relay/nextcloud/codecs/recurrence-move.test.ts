import { expect } from 'chai';
import { readMoment } from './icalendar-time.ts';
import type { Moment } from './icalendar-time.ts';
import { zoneNamed } from './icalendar-zones.ts';
import { movedRule } from './recurrence-move.ts';

const berlin = (value: string): Moment => readMoment(value, 'Europe/Berlin', zoneNamed)!;
const moved = (rule: string, from: string, to: string) => movedRule(rule, berlin(from), berlin(to));

describe('the rule of a series whose start moves', () => {
  for (const [rule, from, to, result] of [
    ['FREQ=WEEKLY;BYDAY=MO', '20261123T100000', '20261124T100000', 'FREQ=WEEKLY;BYDAY=TU'],
    ['FREQ=WEEKLY;BYDAY=SU;INTERVAL=2', '20261122', '20261123', 'FREQ=WEEKLY;BYDAY=MO;INTERVAL=2'],
    ['FREQ=WEEKLY;BYDAY=MO,FR', '20261123', '20261124', 'FREQ=WEEKLY;BYDAY=TU,SA'],
    ['FREQ=WEEKLY;BYDAY=MO', '20261123', '20261130', 'FREQ=WEEKLY;BYDAY=MO'],
    ['FREQ=WEEKLY', '20261123', '20261124', 'FREQ=WEEKLY'],
    ['FREQ=MONTHLY;BYMONTHDAY=10', '20261110', '20261112', 'FREQ=MONTHLY;BYMONTHDAY=12'],
    ['FREQ=MONTHLY;BYDAY=2MO', '20261109', '20261116', 'FREQ=MONTHLY;BYDAY=3MO'],
    [
      'FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=30',
      '20261130',
      '20261201',
      'FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=1',
    ],
    ['FREQ=YEARLY;BYMONTH=11', '20261110', '20261012', 'FREQ=YEARLY;BYMONTH=10'],
    [
      'FREQ=DAILY;BYHOUR=10;BYMINUTE=0',
      '20261123T100000',
      '20261123T113000',
      'FREQ=DAILY;BYHOUR=11;BYMINUTE=30',
    ],
  ] as const) {
    it(`${rule} from ${from} to ${to}`, () => {
      expect(moved(rule, from, to).rule).to.equal(result);
    });
  }

  it('counts weekdays of a month from the end it counted from', () => {
    expect(moved('FREQ=MONTHLY;BYDAY=-1FR', '20261127', '20261130')).to.deep.equal({
      rule: 'FREQ=MONTHLY;BYDAY=-1MO',
      even: false,
    });
    expect(moved('FREQ=MONTHLY;BYDAY=1TU', '20261103', '20261104').rule).to.equal(
      'FREQ=MONTHLY;BYDAY=1WE',
    );
  });

  it('stays where the new start is one of its days, which is no even step', () => {
    const workdays = 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR';
    expect(moved(workdays, '20261123', '20261125')).to.deep.equal({ rule: workdays, even: false });
  });

  it('lets as many instances pass as before', () => {
    const exact = 'FREQ=DAILY;UNTIL=20261127T090000Z';
    expect(moved(exact, '20261123T100000', '20261123T113000').rule).to.equal(
      'FREQ=DAILY;UNTIL=20261127T103000Z',
    );
    const just = 'FREQ=DAILY;UNTIL=20261127T085959Z';
    expect(moved(just, '20261123T100000', '20261123T080000').rule).to.equal(
      'FREQ=DAILY;UNTIL=20261127T065959Z',
    );
    expect(moved('FREQ=WEEKLY;BYDAY=MO;UNTIL=20261207', '20261123', '20261124').rule).to.equal(
      'FREQ=WEEKLY;BYDAY=TU;UNTIL=20261208',
    );
    const endOfDay = 'FREQ=DAILY;UNTIL=20261127T225959Z';
    expect(moved(endOfDay, '20261123T100000', '20261123T113000').rule).to.equal(endOfDay);
  });

  it('is refused where it says more', () => {
    for (const [rule, from, to] of [
      ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', '20261130', '20261127'],
      ['FREQ=MONTHLY;BYMONTHDAY=1,15', '20261115', '20261116'],
      ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR', '20261123', '20261124'],
      ['FREQ=YEARLY;BYWEEKNO=48', '20261123', '20261130'],
      ['FREQ=DAILY;BYHOUR=10,14', '20261123T100000', '20261123T110000'],
    ] as const)
      expect(() => moved(rule, from, to), rule).to.throw('cannot follow');
  });
});
