import { expect } from 'chai';
import { scenario } from '../scenario.ts';

scenario('group folders: life of a folder', { app: 'groupfolders', as: 'admin' }, async (admin) => {
  const folder = await admin.call('nc_groupfolders_create_folder', { name: 'Contract archive' });
  expect(folder['mount_point']).to.equal('Contract archive');
  const folder_id = folder['id'];

  const group = 'team';
  const shared = await admin.call('nc_groupfolders_add_group', { folder_id, group });
  expect(shared['folder'].groups).to.deep.equal({ team: 31 });
  const limited = await admin.call('nc_groupfolders_set_permissions', {
    folder_id,
    group,
    permissions: 15,
  });
  expect(limited['folder'].groups).to.deep.equal({ team: 15 });
  await admin.call('nc_groupfolders_set_quota', { folder_id, quota: 1_000_000 });
  await admin.call('nc_groupfolders_set_acl', { folder_id, enabled: true });
  await admin.call('nc_groupfolders_set_manager', {
    folder_id,
    type: 'user',
    id: 'bob',
    may_manage: true,
  });
  await admin.call('nc_groupfolders_rename_folder', { folder_id, name: 'Contract records' });
  expect(await admin.call('nc_groupfolders_get_folder', { folder_id })).to.include({
    mount_point: 'Contract records',
    quota: 1_000_000,
    acl: true,
  });
  const members = await admin.call('nc_groupfolders_search_members', { folder_id, search: 'b' });
  expect(members['users'].map((user: { uid: string }) => user.uid)).to.include('bob');
  expect(await admin.call('nc_groupfolders_list_folders')).to.have.property(String(folder_id));

  await admin.call('nc_groupfolders_remove_group', { folder_id, group });
  await admin.call('nc_groupfolders_delete_folder', { folder_id });
  await admin.refused('nc_groupfolders_get_folder', { folder_id });
});
