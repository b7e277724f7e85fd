import { expect } from 'chai';
import { scenario } from '../scenario.ts';
import type { Answer } from '../scenario.ts';

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

scenario('notes: a note from draft to trash', { app: 'notes' }, async (alice) => {
  const draft = await alice.call('nc_notes_create_note', {
    title: 'Quince jam',
    content: 'Boil the quinces.',
    category: 'Contract test/Kitchen',
  });
  expect(draft.title).to.equal('Quince jam');
  expect(draft.modified).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(draft.url).to.match(/\/index\.php\/apps\/notes\/note\/\d+$/);
  const note_id: number = draft.id;

  const read = await alice.call('nc_notes_get_note', { note_id });
  expect(read).to.include({
    content: 'Boil the quinces.',
    category: 'Contract test/Kitchen',
    favorite: false,
  });

  const renamed = await alice.call('nc_notes_update_note', {
    note_id,
    etag: read.etag,
    title: 'Quince jelly',
    content: null,
    category: null,
    favorite: true,
  });
  expect(renamed).to.include({
    title: 'Quince jelly',
    category: 'Contract test/Kitchen',
    favorite: true,
  });
  expect(renamed.etag).not.to.equal(read.etag);

  const appended = await alice.call('nc_notes_append_content', { note_id, content: 'Add sugar.' });
  const longer = await alice.call('nc_notes_get_note', { note_id });
  expect(longer.content).to.equal('Boil the quinces.\n---\nAdd sugar.');
  expect(longer.etag).to.equal(appended.etag);

  const { categories } = await alice.call('nc_notes_list_categories');
  expect(categories).to.deep.include({ category: 'Contract test/Kitchen', notes: 1 });

  const moved = await alice.call('nc_notes_update_note', {
    note_id,
    etag: longer.etag,
    content: '',
    category: 'Contract test',
  });
  expect(moved.category).to.equal('Contract test');
  expect((await alice.call('nc_notes_get_note', { note_id })).content).to.equal('');

  const first = await alice.call('nc_notes_append_content', { note_id, content: 'Start again.' });
  expect(first.id).to.equal(note_id);
  expect((await alice.call('nc_notes_get_note', { note_id })).content).to.equal('Start again.');

  const deleted = await alice.call('nc_notes_delete_note', { note_id });
  expect(deleted).to.deep.equal({
    deleted_id: note_id,
    message: `Note ${note_id} deleted successfully`,
  });
  expect(await alice.refused('nc_notes_get_note', { note_id })).to.contain(
    `Note ${note_id} not found`,
  );
});

scenario('notes: a change from an outdated reading is refused', { app: 'notes' }, async (alice) => {
  const { id: note_id, etag } = await alice.call('nc_notes_create_note', {
    title: 'Shared plan',
    content: 'Meet at nine.',
    category: 'Contract test',
  });
  await alice.call('nc_notes_update_note', { note_id, etag, content: 'Meet at ten.' });

  const refusal = await alice.refused('nc_notes_update_note', {
    note_id,
    etag,
    content: 'Meet at eight.',
  });
  expect(refusal).to.contain(`Note ${note_id} has been modified by someone else`);
  const { details } = JSON.parse(refusal) as Answer;
  expect(details.differs_from_yours).to.deep.equal(['content']);
  expect(details.current.content).to.equal('Meet at ten.');

  await alice.call('nc_notes_update_note', {
    note_id,
    etag: `"${details.current.etag}"`,
    content: 'Meet at half past.',
  });
  expect((await alice.call('nc_notes_get_note', { note_id })).content).to.equal(
    'Meet at half past.',
  );
  await alice.call('nc_notes_delete_note', { note_id });
});

scenario('notes: what is not there, or not asked for', { app: 'notes' }, async (alice) => {
  const gone = { note_id: 999999 };
  const missing = 'Note 999999 not found';
  expect(
    await alice.refused('nc_notes_update_note', { ...gone, etag: 'x', title: 'New' }),
  ).to.contain(missing);
  expect(await alice.refused('nc_notes_append_content', { ...gone, content: 'More' })).to.contain(
    missing,
  );
  expect(await alice.refused('nc_notes_delete_note', gone)).to.contain(missing);
  expect(
    await alice.refused('nc_notes_get_attachment', { ...gone, attachment_filename: 'a.png' }),
  ).to.contain(missing);
  expect(await alice.refused('nc_notes_update_note', { ...gone, etag: 'x' })).to.contain(
    'Nothing to change',
  );
});

scenario('notes: search finds words in title and text', { app: 'notes' }, async (alice) => {
  const category = 'Contract test/Search';
  const make = async (title: string, content: string): Promise<number> =>
    (await alice.call('nc_notes_create_note', { title, content, category })).id;
  const inTitle = await make('Zwetschgenmus', 'Stir for hours.');
  const inText = await make('Autumn', 'Last year the zwetschgenmus burnt.\nNever again.');
  const accented = await make('Crème brûlée', 'ÉCLAIR first.');

  const found = await alice.call('nc_notes_search_notes', { query: 'ZWETSCHGENMUS' });
  expect(found.results.map(({ id }: Answer) => id)).to.deep.equal([inTitle, inText]);
  expect(found.results.map(({ score }: Answer) => score)).to.deep.equal([3, 1]);
  expect(found.total_found).to.equal(2);
  expect(found.results[0]).not.to.have.property('content');

  const both = await alice.call('nc_notes_search_notes', { query: 'autumn zwetschgenmus' });
  expect(both.results.map(({ id }: Answer) => id)).to.deep.equal([inText]);

  // the server compares bytes here, so the gateway reads the texts itself
  const folded = await alice.call('nc_notes_search_notes', { query: 'éclair', category });
  expect(folded.results.map(({ id }: Answer) => id)).to.deep.equal([accented]);
  expect(folded.results[0].excerpt).to.equal('ÉCLAIR first.');

  const nothing = await alice.call('nc_notes_search_notes', { query: 'xylophone-quagmire' });
  expect(nothing.results).to.deep.equal([]);

  const page = await alice.call('nc_notes_search_notes', { query: '', category, limit: 2 });
  expect(page.total_found).to.equal(3);
  const rest = await alice.call('nc_notes_search_notes', {
    query: '',
    category,
    limit: 2,
    cursor: page.next_cursor,
  });
  const listed = [...page.results, ...rest.results].map(({ id }: Answer) => id);
  expect(listed).to.have.members([inTitle, inText, accented]);
  expect(rest).not.to.have.property('next_cursor');

  for (const note_id of [inTitle, inText, accented])
    await alice.call('nc_notes_delete_note', { note_id });
});

scenario('notes: attachments', { app: 'notes' }, async (alice) => {
  const { id: note_id } = await alice.call('nc_notes_create_note', {
    title: 'Illustrated',
    content: '![plan](plan.png)',
    category: 'Contract test files',
  });
  const picture = await alice.call('nc_notes_upload_attachment', {
    note_id,
    file: { content_base64: PNG, filename: 'plan.png', media_type: 'image/png' },
  });
  const text = await alice.call('nc_notes_upload_attachment', {
    note_id,
    file: { text: 'Grüße', filename: 'hello.txt', media_type: 'text/plain' },
  });
  expect(picture.filename).to.match(/\.png$/);

  const image = await alice.call('nc_notes_get_attachment', {
    note_id,
    attachment_filename: picture.filename,
  });
  expect(image).to.include({ mimeType: 'image/png', size: Buffer.from(PNG, 'base64').length });
  expect(image).not.to.have.property('data');
  const bytes = await alice.call('nc_notes_get_attachment', {
    note_id,
    attachment_filename: picture.filename,
    as_base64: true,
  });
  expect(bytes.data).to.equal(PNG);
  const words = await alice.call('nc_notes_get_attachment', {
    note_id,
    attachment_filename: text.filename,
  });
  expect(words.text).to.equal('Grüße');

  const refusal = await alice.refused('nc_notes_get_attachment', {
    note_id,
    attachment_filename: 'missing.png',
  });
  expect(refusal).to.contain('has no attachment').and.contain('Contract test files');

  await alice.call('nc_notes_delete_note', { note_id });
  await alice.call('nc_webdav_delete_resource', { path: 'Notes/Contract test files' });
});

scenario('notes: settings', { app: 'notes' }, async (alice) => {
  const before = await alice.call('nc_notes_get_settings');
  expect(before).to.have.all.keys('notesPath', 'fileSuffix', 'noteMode');
  const changed = await alice.call('nc_notes_update_settings', { note_mode: 'preview' });
  expect(changed).to.deep.equal({ ...before, noteMode: 'preview' });
  await alice.call('nc_notes_update_settings', { note_mode: before.noteMode });
  expect(await alice.call('nc_notes_get_settings')).to.deep.equal(before);
});
