import { expect } from 'chai';
import { scenario } from '../scenario.ts';
import { inCalendar } from './calendar.ts';

scenario('todos: a repeating task goes on until its last time', { app: 'dav' }, async (alice) => {
  await inCalendar(alice, 'contract-repeating', async (calendar_name) => {
    const created = await alice.call('nc_calendar_create_todo', {
      calendar_name,
      summary: 'Water the flowers',
      dtstart: '2026-11-23T08:00:00',
      due: '2026-11-23T09:00:00',
      recurrence_rule: 'FREQ=WEEKLY;BYDAY=MO,TH',
    });
    const todo_uid: string = created.uid;
    const once = await alice.call('nc_calendar_complete_todo', { calendar_name, todo_uid });
    expect(once).to.include({
      status: 'NEEDS-ACTION',
      dtstart: '2026-11-26T08:00:00+01:00',
      due: '2026-11-26T09:00:00+01:00',
    });
    expect(once).to.not.have.property('completed');
    expect(once.note).to.include('for its next time');

    const ending = await alice.call('nc_calendar_update_todo', {
      calendar_name,
      todo_uid,
      recurrence_end_date: '2026-11-30',
    });
    expect(ending.recurrence_rule).to.equal('FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20261130T225959Z');
    await alice.call('nc_calendar_complete_todo', { calendar_name, todo_uid });
    const last = await alice.call('nc_calendar_complete_todo', { calendar_name, todo_uid });
    expect(last).to.include({
      status: 'COMPLETED',
      due: '2026-11-30T09:00:00+01:00',
      completed: '2026-11-23T09:00:00Z',
    });
    const { todos } = await alice.call('nc_calendar_list_todos', { calendar_name });
    expect(todos[0]).to.include({ status: 'COMPLETED', etag: last.etag });

    const refused = await alice.refused('nc_calendar_update_todo', {
      calendar_name,
      todo_uid,
      due: '',
      dtstart: '',
    });
    expect(refused).to.include('A repeating task needs due or dtstart');
    const single = await alice.call('nc_calendar_update_todo', {
      calendar_name,
      todo_uid,
      recurrence_rule: '',
      status: 'NEEDS-ACTION',
    });
    expect(single).to.not.have.property('recurrence_rule');
    const done = await alice.call('nc_calendar_complete_todo', { calendar_name, todo_uid });
    expect(done.status).to.equal('COMPLETED');
  });
});
