import { expect } from 'chai';
import { scenario } from '../scenario.ts';

/** What a newcomer finds in the demo: its answers win where several recordings know a request. */
scenario('demo: a look around', { app: 'core' }, async (alice) => {
  const shopping = await alice.call('nc_notes_create_note', {
    title: 'Shopping',
    content: '- Milk\n- Bread\n- Apples',
    category: 'Home',
  });
  const board = await alice.call('deck_create_board', { title: 'Garden', color: '4caf50' });
  const list = await alice.call('deck_create_stack', {
    board_id: board['id'],
    title: 'This week',
    order: 1,
  });
  await alice.call('deck_create_card', {
    board_id: board['id'],
    stack_id: list['id'],
    title: 'Plant tulips',
    description: 'Before the first frost.',
  });
  await alice.call('nc_webdav_write_file', {
    path: 'Welcome.md',
    content: '# Welcome\n\nThis is a recorded Nextcloud.',
  });
  const calendar_name = 'contract-family';
  await alice.call('nc_calendar_manage_calendar', {
    action: 'create',
    calendar_name,
    display_name: 'Family',
  });
  await alice.call('nc_calendar_create_event', {
    calendar_name,
    title: 'Tea with Bob',
    start_datetime: '2026-11-24T15:00:00Z',
    end_datetime: '2026-11-24T16:00:00Z',
  });

  expect(
    (await alice.call('nc_notes_search_notes', { query: '' }))['total_found'],
  ).to.be.greaterThan(0);
  await alice.call('nc_notes_search_notes', { query: 'milk' });
  await alice.call('nc_notes_get_note', { note_id: shopping['id'] });
  await alice.call('deck_get_boards');
  await alice.call('deck_get_board', { board_id: board['id'] });
  await alice.call('deck_get_stacks', { board_id: board['id'] });
  await alice.call('deck_get_cards', { board_id: board['id'], stack_id: list['id'] });
  await alice.call('nc_webdav_list_directory', { path: '' });
  expect((await alice.call('nc_webdav_read_file', { path: 'Welcome.md' }))['content']).to.include(
    'Welcome',
  );
  await alice.call('nc_calendar_list_calendars');
  await alice.call('nc_calendar_get_upcoming_events');
  await alice.call('nc_contacts_list_addressbooks');
  await alice.call('nc_tables_list_tables');
  await alice.call('nc_cookbook_list_recipes');
  await alice.call('nc_share_list');
  await alice.read('nc://capabilities');
  await alice.read('notes://settings');
  await alice.read(`nc://Notes/${String(shopping['id'])}`);

  await alice.call('nc_notes_delete_note', { note_id: shopping['id'] });
  await alice.call('deck_delete_board', { board_id: board['id'] });
  await alice.call('nc_webdav_delete_resource', { path: 'Welcome.md' });
  await alice.call('nc_calendar_manage_calendar', {
    action: 'delete',
    calendar_name,
    permanent: true,
  });
});
