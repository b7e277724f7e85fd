import { expect } from 'chai';
import { scenario } from '../scenario.ts';

scenario('absence: set, read, clear', { app: 'dav' }, async (alice) => {
  const { absence } = await alice.call('nc_absence_set', {
    first_day: '2030-07-01',
    last_day: '2030-07-14',
    status: 'On holiday',
    message: 'Back in mid-July.',
    replacement: 'bob',
  });
  expect(absence).to.include({ user_id: 'alice', last_day: '2030-07-14', replacement: 'bob' });
  expect((await alice.call('nc_absence_get')).absence.message).to.equal('Back in mid-July.');
  expect(
    await alice.refused('nc_absence_set', {
      first_day: '2030-07-14',
      last_day: '2030-07-01',
      status: 'Away',
      message: 'The wrong way round',
    }),
  ).to.contain('before first_day');
  await alice.call('nc_absence_clear');
  expect(await alice.call('nc_absence_get')).to.deep.equal({
    user_id: 'alice',
    note: 'No absence is set.',
  });
});

scenario('files: a direct download link', { app: 'dav' }, async (alice) => {
  const note = await alice.call('nc_notes_create_note', {
    title: 'Contract download',
    content: 'Take me along.',
    category: '',
  });
  const { url } = await alice.call('nc_files_create_direct_link', {
    file_id: note.id,
    expires_in_seconds: 3600,
  });
  expect(url).to.match(/\/remote\.php\/direct\/\w+$/);
  expect(
    await alice.refused('nc_files_create_direct_link', {
      file_id: note.id,
      expires_in_seconds: 90_000,
    }),
  ).to.contain('expires_in_seconds');
  await alice.call('nc_notes_delete_note', { note_id: note.id });
});
