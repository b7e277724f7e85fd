import { expect } from 'chai';
import { scenario } from '../scenario.ts';
import type { Answer } from '../scenario.ts';
import { inCalendar } from './calendar.ts';

scenario('todos: a task from beginning to end', { app: 'dav' }, async (alice) => {
  await inCalendar(alice, 'contract-tasks', async (calendar_name) => {
    const created = await alice.call('nc_calendar_create_todo', {
      calendar_name,
      summary: 'Water; the "plants", all',
      description: 'Twice\na week',
      priority: 2,
      due: '2026-11-25T18:00:00',
      dtstart: '2026-11-25T17:00:00',
      categories: 'Home,Garden',
    });
    expect(created).to.include({ due: '2026-11-25T18:00:00+01:00', timezone: 'Europe/Berlin' });
    const todo_uid: string = created.uid;
    await alice.call('nc_calendar_create_todo', {
      calendar_name,
      summary: 'Undated',
      parent_uid: todo_uid,
    });

    const { todos } = await alice.call('nc_calendar_list_todos', { calendar_name });
    expect(todos.map(({ summary }: Answer) => summary)).to.deep.equal([
      'Water; the "plants", all',
      'Undated',
    ]);
    expect(todos[1].parent_uid).to.equal(todo_uid);
    const urgent = await alice.call('nc_calendar_list_todos', { calendar_name, min_priority: 3 });
    expect(urgent.total_count).to.equal(1);

    const half = await alice.call('nc_calendar_update_todo', {
      calendar_name,
      todo_uid,
      percent_complete: 50,
      due: '2026-11-30',
      dtstart: '',
      categories: '',
      etag: todos[0].etag,
    });
    expect(half).to.include({ status: 'IN-PROCESS', due: '2026-11-30' });
    expect(half).to.not.have.any.keys('dtstart', 'categories');
    await alice.refused('nc_calendar_update_todo', {
      calendar_name,
      todo_uid,
      summary: 'Overwritten',
      etag: todos[0].etag,
    });

    const done = await alice.call('nc_calendar_complete_todo', { calendar_name, todo_uid });
    expect(done).to.include({
      status: 'COMPLETED',
      percent_complete: 100,
      completed: '2026-11-23T09:00:00Z',
    });
    const found = await alice.call('nc_calendar_search_todos', {
      status: 'completed',
      summary_contains: 'PLANTS',
    });
    expect(found.todos.map(({ uid }: Answer) => uid)).to.include(todo_uid);
    const open = await alice.call('nc_calendar_complete_todo', {
      calendar_name,
      todo_uid,
      done: false,
    });
    expect(open).to.include({ status: 'NEEDS-ACTION', percent_complete: 0 });
    expect(open).to.not.have.property('completed');

    await alice.refused('nc_calendar_update_todo', {
      calendar_name,
      todo_uid,
      dtstart: '2026-12-24',
    });
    await alice.refused('nc_calendar_get_event', { calendar_name, event_uid: todo_uid });
    await alice.call('nc_calendar_delete_todo', { calendar_name, todo_uid });
    const gone = await alice.refused('nc_calendar_delete_todo', { calendar_name, todo_uid });
    expect(gone).to.include('not found');
  });
});

scenario('todos: the cards of a Deck board', { app: 'deck' }, async (alice) => {
  const { id: board_id } = await alice.call('deck_create_board', {
    title: 'Contract tasks',
    color: '0082c9',
  });
  const { id: stack_id } = await alice.call('deck_create_stack', {
    board_id,
    title: 'To do',
    order: 1,
  });
  await alice.call('deck_create_card', { board_id, stack_id, title: 'Paint the fence' });
  const calendar_name = `app-generated--deck--board-${board_id as number}`;
  const { todos } = await alice.call('nc_calendar_list_todos', { calendar_name });
  expect(todos.map(({ summary }: Answer) => summary)).to.include('Paint the fence');
  await alice.call('deck_delete_board', { board_id });
});
