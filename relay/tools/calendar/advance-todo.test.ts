import { expect } from 'chai';
import { Component } from '../../nextcloud/codecs/content-lines.ts';
import { calendarOf } from '../../nextcloud/codecs/icalendar.ts';
import { UTC } from '../../nextcloud/codecs/icalendar-zones.ts';
import { advanceTodo } from './advance-todo.ts';

function advanced(lines: readonly string[], more = ''): { done: boolean; text: string } {
  const file = Component.parse(
    `BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:u\r\n${lines.map((line) => `${line}\r\n`).join('')}END:VTODO\r\n${more}END:VCALENDAR\r\n`,
  );
  const calendar = calendarOf(file);
  const done = advanceTodo(calendar, calendar.components('VTODO')[0]!, UTC);
  return { done, text: file.toString() };
}

describe('a repeating task that is ticked off', () => {
  it('goes on to its next time, open again, with its other lines as they were', () => {
    const { done, text } = advanced([
      'DTSTART;VALUE=DATE:20261120',
      'DUE;VALUE=DATE:20261122',
      'RRULE:FREQ=WEEKLY;BYDAY=FR',
      'X-OTHER;P=1:kept',
      'STATUS:IN-PROCESS',
      'PERCENT-COMPLETE:40',
    ]);
    expect(done).to.equal(true);
    expect(text).to.contain('DTSTART;VALUE=DATE:20261127\r\n');
    expect(text).to.contain('DUE;VALUE=DATE:20261129\r\n');
    expect(text).to.contain('RRULE:FREQ=WEEKLY;BYDAY=FR\r\nX-OTHER;P=1:kept\r\n');
    expect(text).to.contain('STATUS:NEEDS-ACTION\r\n').and.contain('PERCENT-COMPLETE:0\r\n');
    expect(text).not.to.match(/^COMPLETED/m);
  });

  it('keeps its local hour when the clocks change, and leaves out what is excluded', () => {
    const { text } = advanced([
      'DUE;TZID=Europe/Berlin:20261024T090000',
      'RRULE:FREQ=DAILY',
      'EXDATE;TZID=Europe/Berlin:20261025T090000',
    ]);
    expect(text).to.contain('DUE;TZID=Europe/Berlin:20261026T090000\r\n');
    expect(text).not.to.match(/^DTSTART/m);
  });

  it('reaches a time years ahead', () => {
    const { text } = advanced([
      'DUE;VALUE=DATE:20240229',
      'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29',
    ]);
    expect(text).to.contain('DUE;VALUE=DATE:20280229\r\n');
  });

  it('counts down, and is done with the last one', () => {
    const lines = (count: number) => [
      'DUE;VALUE=DATE:20261120',
      `RRULE:FREQ=DAILY;COUNT=${String(count)}`,
    ];
    expect(advanced(lines(3)).text).to.contain('RRULE:FREQ=DAILY;COUNT=2\r\n');
    expect(advanced(lines(1)).done).to.equal(false);
    expect(advanced(['DUE;VALUE=DATE:20261120', 'RRULE:FREQ=DAILY;UNTIL=20261120']).done).to.equal(
      false,
    );
  });

  for (const [what, lines, more] of [
    ['one that does not repeat', ['DUE:20261120T090000Z'], ''],
    ['one without a time', ['RRULE:FREQ=DAILY'], ''],
    ['extra dates', ['DUE:20261120T090000Z', 'RRULE:FREQ=DAILY', 'RDATE:20261121T120000Z'], ''],
    [
      'exceptions',
      ['DTSTART:20261120T090000Z', 'RRULE:FREQ=DAILY'],
      'BEGIN:VTODO\r\nUID:u\r\nRECURRENCE-ID:20261121T090000Z\r\nDTSTART:20261121T100000Z\r\nEND:VTODO\r\n',
    ],
  ] as const) {
    it(`leaves ${what} alone`, () => {
      expect(advanced(lines, more).done).to.equal(false);
      expect(advanced(lines, more).text).to.contain(lines.at(-1));
    });
  }
});
