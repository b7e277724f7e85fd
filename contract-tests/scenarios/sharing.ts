import { expect } from 'chai';
import { scenario } from '../scenario.ts';
import type { Actor, Answer } from '../scenario.ts';

const FOLDER = '/Notes/Contract sharing';

/** A note is a file of a known name, made without the file tools. */
async function newFile(alice: Actor, title: string): Promise<{ id: number; path: string }> {
  const note = await alice.call('nc_notes_create_note', {
    title,
    content: 'Shared by a contract test.',
    category: 'Contract sharing',
  });
  return { id: note.id, path: `${FOLDER}/${title}.md` };
}

scenario('sharing: with people', { app: 'files_sharing' }, async (alice) => {
  const file = await newFile(alice, 'Shared plan');
  const { recipients } = await alice.call('nc_share_find_recipients', { search: 'bob' });
  expect(recipients[0]).to.include({ share_type: 0, share_with: 'bob' });
  await alice.call('nc_share_find_recipients');

  const share = await alice.call('nc_share_create', { path: file.path, share_with: 'bob' });
  expect(share).to.include({ path: file.path, kind: 'user', share_with: 'bob', permissions: 1 });
  expect(share.id).to.match(/^\d+$/);

  const share_id = Number(share.id);
  const wider = await alice.call('nc_share_update', {
    share_id,
    permissions: ['read', 'update'],
    expire_date: '2030-01-02',
    note: 'Please check',
  });
  expect(wider).to.deep.include({
    permissions: 3,
    allows: ['read', 'update'],
    expires: '2030-01-02',
  });
  const endless = await alice.call('nc_share_update', { share_id, expire_date: '' });
  expect(endless).not.to.have.property('expires');
  expect(endless.note).to.equal('Please check');

  expect((await alice.call('nc_share_get', { share_id })).share_with).to.equal('bob');
  const { shares } = await alice.call('nc_share_list', { path: file.path });
  expect(shares.map(({ id }: Answer) => id)).to.deep.equal([share.id]);
  const within = await alice.call('nc_share_list', { path: FOLDER, subfiles: true });
  expect(within.shares.map(({ id }: Answer) => id)).to.include(share.id);
  await alice.call('nc_share_list', { shared_with_me: true });

  const group = await alice.call('nc_share_create', {
    path: FOLDER,
    share_with: 'team',
    share_type: 1,
    permissions: 31,
  });
  const above = await alice.call('nc_share_list', { path: file.path, inherited: true });
  expect(above.shares.map(({ id }: Answer) => id)).to.include(group.id);
  await alice.call('nc_share_delete', { share_id: Number(group.id) });

  await alice.call('nc_share_delete', { share_id });
  expect(await alice.refused('nc_share_get', { share_id })).to.contain(
    `no share ${String(share_id)}`,
  );
  expect(await alice.refused('nc_share_delete', { share_id })).to.contain('not_found');
  expect(await alice.refused('nc_share_update', { share_id, note: 'Gone' })).to.contain(
    'not_found',
  );

  expect(
    await alice.refused('nc_share_create', { path: file.path, share_with: 'nobody-here' }),
  ).to.contain('was not shared');
  expect(
    await alice.refused('nc_share_create', { path: '/No such file', share_with: 'bob' }),
  ).to.contain('was not shared');
  expect(
    await alice.refused('nc_share_create', { path: file.path, share_with: 'bob', share_type: 3 }),
  ).to.contain('no recipient');
  await alice.call('nc_notes_delete_note', { note_id: file.id });
});

scenario('sharing: public links', { app: 'files_sharing' }, async (alice) => {
  const file = await newFile(alice, 'Public plan');
  const link = await alice.call('nc_share_create_public_link', {
    path: file.path,
    password: 'Contract link, 4 sharing!',
    expire_date: '2030-02-03',
    label: 'For the printer',
  });
  expect(link).to.include({ kind: 'public_link', has_password: true, label: 'For the printer' });
  expect(link.url).to.match(/\/s\/\w+$/);
  expect(JSON.stringify(link)).not.to.contain('argon2');
  const open = await alice.call('nc_share_update', {
    share_id: link.id,
    password: '',
    hide_download: true,
  });
  expect(open).to.include({ has_password: false, hide_download: true });
  expect(
    await alice.refused('nc_share_create_public_link', {
      path: file.path,
      expire_date: 'tomorrow',
    }),
  ).to.contain('is no date');
  await alice.call('nc_share_delete', { share_id: link.id });

  const mail = await alice.call('nc_share_create', {
    path: file.path,
    share_with: 'printer@example.org',
    share_type: 4,
  });
  await alice.call('nc_share_send_email', { share_id: mail.id });
  await alice.call('nc_share_delete', { share_id: mail.id });
  await alice.call('nc_notes_delete_note', { note_id: file.id });
});

scenario('sharing: shares that wait or were left', { app: 'files_sharing' }, async (alice) => {
  expect((await alice.call('nc_share_list_pending')).shares).to.be.an('array');
  expect((await alice.call('nc_share_list_remote')).shares).to.be.an('array');
  expect((await alice.call('nc_share_list_left')).shares).to.be.an('array');
  expect(await alice.refused('nc_share_accept', { share_id: 999999 })).to.contain('not_found');
  expect(await alice.refused('nc_share_accept', { share_id: 999999, remote: true })).to.contain(
    'not_found',
  );
  expect(await alice.refused('nc_share_decline', { share_id: 999999 })).to.contain('not_found');
  expect(await alice.refused('nc_share_decline', { share_id: 999999, remote: true })).to.contain(
    'not_found',
  );
  expect(await alice.refused('nc_share_restore', { share_id: 'ocinternal:999999' })).to.contain(
    'not_found',
  );
  expect(await alice.refused('nc_share_leave_remote', { share_id: 999999 })).to.be.a('string');
});
