import { expect } from 'chai';
import { scenario } from '../scenario.ts';

scenario('file reminders: set, read, remove', { app: 'files_reminders' }, async (alice) => {
  const note = await alice.call('nc_notes_create_note', {
    title: 'Contract reminder',
    content: 'Read me later.',
    category: '',
  });
  // the id of a note is the id of its file
  const file_id: number = note.id;
  await alice.call('nc_files_reminders_set_reminder', {
    file_id,
    due_date: '2099-05-06T12:00:00+02:00',
  });
  const reminder = await alice.call('nc_files_reminders_get_reminder', { file_id });
  expect(Date.parse(reminder.dueDate)).to.equal(Date.parse('2099-05-06T10:00:00Z'));
  expect(
    await alice.refused('nc_files_reminders_set_reminder', {
      file_id,
      due_date: '2001-01-01T00:00:00Z',
    }),
  ).to.contain('in the past');
  await alice.call('nc_files_reminders_delete_reminder', { file_id });
  expect(await alice.refused('nc_files_reminders_delete_reminder', { file_id })).to.contain(
    'not_found',
  );
  await alice.call('nc_notes_delete_note', { note_id: note.id });
});
