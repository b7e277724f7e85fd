import { expect } from 'chai';
import { scenario } from '../scenario.ts';

scenario('files: create from a template, look around', { app: 'files' }, async (alice) => {
  const { creators } = await alice.call('nc_files_list_templates');
  expect(creators.map((creator: { app: string }) => creator.app)).to.include('text');

  const path = '/contract-template.md';
  const file = await alice.call('nc_files_create_from_template', { path });
  expect(file).to.include({ basename: 'contract-template.md', size: 0 });
  await alice.refused('nc_files_create_from_template', { path });
  await alice.call('nc_files_list_template_fields', { file_id: file['fileid'] });
  await alice.refused('nc_files_convert_file', {
    file_id: file['fileid'],
    target_type: 'image/png',
  });
  await alice.call('nc_webdav_delete_resource', { path });
});

scenario('files: folder tree', { app: 'files' }, async (alice) => {
  await alice.call('nc_webdav_create_directory', { path: '/contract-tree' });
  await alice.call('nc_webdav_create_directory', { path: '/contract-tree/inner' });
  const { folders } = await alice.call('nc_files_get_folder_tree', {
    path: '/contract-tree',
    depth: 2,
  });
  expect(folders.map((folder: { basename: string }) => folder.basename)).to.deep.equal(['inner']);
  await alice.call('nc_webdav_delete_resource', { path: '/contract-tree' });
});

scenario('files: offers of ownership that cannot be', { app: 'files' }, async (alice) => {
  await alice.refused('nc_files_transfer_ownership', {
    recipient: 'nobody-here',
    path: '/contract-none.md',
  });
  await alice.refused('nc_files_accept_ownership', { transfer_id: 99_999_999 });
  await alice.refused('nc_files_reject_ownership', { transfer_id: 99_999_999 });
});

scenario('files: previews of a file, also a deleted one', { app: 'files' }, async (alice) => {
  const path = '/contract-preview-zither.txt';
  await alice.call('nc_webdav_write_file', { path, content: 'A text that makes a picture.' });
  const byPath = await alice.call('nc_files_get_preview', { path, width: 64, height: 64 });
  expect(byPath['media_type']).to.equal('image/png');

  const { entries } = await alice.call('nc_search', { provider: 'files', term: 'preview-zither' });
  const file_id = Number(entries[0].attributes.fileId);
  const byId = await alice.call('nc_files_get_preview_by_id', { file_id, width: 64, height: 64 });
  expect(byId['media_type']).to.equal('image/png');

  await alice.call('nc_webdav_delete_resource', { path });
  const deleted = await alice.call('nc_files_get_trash_preview', {
    file_id,
    width: 64,
    height: 64,
  });
  expect(deleted['media_type']).to.equal('image/png');
  await alice.refused('nc_files_get_preview', { path });
});

scenario('files: no preview of what is not there', { app: 'files_versions' }, async (alice) => {
  await alice.refused('nc_files_get_preview_by_id', { file_id: 99_999_999 });
  await alice.refused('nc_files_get_trash_preview', { file_id: 99_999_999 });
  await alice.refused('nc_files_get_version_preview', {
    path: '/contract-none.png',
    version: '1700000000',
  });
});

scenario('files: external storage', { app: 'files_external' }, async (alice) => {
  const { mounts } = await alice.call('nc_files_list_external_mounts');
  expect(mounts).to.deep.equal([]);
});
