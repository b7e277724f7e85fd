import { expect } from 'chai';
import { newCalendar } from '../../nextcloud/codecs/icalendar.ts';
import { givenTime } from '../../nextcloud/codecs/icalendar-time.ts';
import { zoneNamed } from '../../nextcloud/codecs/icalendar-zones.ts';
import { setTodoRecurrence, setTodoTimes } from './todo-fields.ts';
import type { TodoTimes } from './todo-fields.ts';
import { readingZone } from './when.ts';

const reading = readingZone('', undefined, zoneNamed('Europe/Berlin'));

function task() {
  const calendar = newCalendar('VTODO', 'u', new Date('2026-11-23T09:00:00Z'));
  const [todo] = calendar.components('VTODO');
  const change = (
    times: TodoTimes,
    recurrence: Parameters<typeof setTodoRecurrence>[2] = {},
  ): string | undefined => {
    setTodoTimes(calendar, todo!, times, reading);
    setTodoRecurrence(calendar, todo!, recurrence, times);
    return todo!.first('RRULE')?.value;
  };
  return { change, todo: todo! };
}
const until = givenTime('2026-12-31', 'recurrence_end_date');

describe('the rule of a task', () => {
  it('ends in the way of its start, else of its due time', () => {
    expect(task().change({ due: '2026-11-30T18:00' }, { rule: 'freq=weekly', until })).to.equal(
      'FREQ=WEEKLY;UNTIL=20261231T225959Z',
    );
    expect(task().change({ due: '2026-11-30' }, { rule: 'FREQ=WEEKLY', until })).to.equal(
      'FREQ=WEEKLY;UNTIL=20261231',
    );
  });

  it('follows when days become times', () => {
    const { change } = task();
    change({ due: '2026-11-30' }, { rule: 'FREQ=WEEKLY', until });
    expect(change({ due: '2026-11-30T18:00' })).to.equal('FREQ=WEEKLY;UNTIL=20261231T225959Z');
  });

  it('can be ended, opened and taken away', () => {
    const { change } = task();
    change({ dtstart: '2026-11-30' }, { rule: 'FREQ=WEEKLY;COUNT=3' });
    expect(change({}, { until })).to.equal('FREQ=WEEKLY;UNTIL=20261231');
    expect(change({}, { until: '' })).to.equal('FREQ=WEEKLY');
    expect(change({}, { rule: '' })).to.equal(undefined);
  });

  it('needs a time to count from, when it is set and when times are taken away', () => {
    expect(() => task().change({}, { rule: 'FREQ=WEEKLY' })).to.throw('needs due or dtstart');
    const { change } = task();
    change({ due: '2026-11-30' }, { rule: 'FREQ=WEEKLY' });
    expect(() => change({ due: '' })).to.throw('needs due or dtstart');
    expect(() => task().change({ due: '2026-11-30' }, { until })).to.throw('recurrence_rule');
  });

  it('of another client stays, even where it counts from nothing', () => {
    const { change, todo } = task();
    todo.add('RRULE', 'FREQ=WEEKLY;X-SKIP=1');
    expect(change({})).to.equal('FREQ=WEEKLY;X-SKIP=1');
  });
});
