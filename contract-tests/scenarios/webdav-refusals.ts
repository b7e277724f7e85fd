import { expect } from 'chai';
import { paths, within } from '../scenario-folder.ts';
import { scenario } from '../scenario.ts';
import type { Answer } from '../scenario.ts';

scenario('webdav: missing parents, folders in the way, the root', { app: 'dav' }, async (alice) => {
  const folder = 'Contract refusals';
  await within(folder, alice, async () => {
    const deep = `${folder}/x/y/z.txt`;
    expect(await alice.refused('nc_webdav_write_file', { path: deep, content: '' })).to.include(
      'does not exist',
    );
    expect(await alice.refused('nc_webdav_create_directory', { path: `${folder}/x/y` })).to.include(
      'does not exist',
    );
    const made = { path: deep, content: '', create_parents: true };
    expect(await alice.call('nc_webdav_write_file', made)).to.include({
      status_code: 201,
      size: 0,
    });
    expect(await alice.call('nc_webdav_create_directory', { path: `${folder}/x` })).to.include({
      status_code: 405,
      created: false,
    });
    const parents = { path: `${folder}/p/q`, create_parents: true };
    expect(await alice.call('nc_webdav_create_directory', parents)).to.include({ created: true });

    const below = `${deep}/w.txt`;
    for (const create_parents of [false, true]) {
      const write = { path: below, content: '', create_parents };
      expect(await alice.refused('nc_webdav_write_file', write)).to.include('z.txt\\" is a file');
    }
    expect(await alice.refused('nc_webdav_create_directory', { path: deep })).to.include(
      'is a file',
    );
    expect(await alice.refused('nc_webdav_search_files', { scope: deep })).to.include('is a file');
    expect(await alice.refused('nc_webdav_start_upload', { path: below })).to.include('is a file');
    const ontoFile = { source_path: `${folder}/p`, destination_path: below };
    expect(await alice.refused('nc_webdav_move_resource', ontoFile)).to.include('is a file');
    const nothingSent = { upload_id: 'never-started', path: `${folder}/u.bin` };
    expect(await alice.refused('nc_webdav_finish_upload', nothingSent)).to.include('no upload');
    const { upload_id } = await alice.call('nc_webdav_start_upload', { path: `${folder}/u.bin` });
    await alice.call('nc_webdav_upload_part', { upload_id, part: 1, content: 'YQ==' });
    const elsewhere = { upload_id, path: `${folder}/no/u.bin` };
    expect(await alice.refused('nc_webdav_finish_upload', elsewhere)).to.include('does not exist');
    await alice.call('nc_webdav_abort_upload', { upload_id });

    const onFolder = { path: `${folder}/x`, content: 'x', overwrite: true };
    expect(await alice.refused('nc_webdav_write_file', onFolder)).to.include('is a folder');
    expect(await alice.refused('nc_webdav_read_file', { path: `${folder}/x` })).to.include(
      'folder',
    );
    expect(await alice.refused('nc_webdav_list_directory', { path: deep })).to.include('is a file');
    expect(await alice.refused('nc_webdav_list_directory', { path: `${folder}/no` })).to.include(
      'not_found',
    );
    expect(await alice.refused('nc_webdav_get_info', { path: `${folder}/no` })).to.include(
      'not_found',
    );
    const nowhere = { source_path: deep, destination_path: `${folder}/no/z.txt` };
    expect(await alice.refused('nc_webdav_move_resource', nowhere)).to.include('does not exist');
    expect(await alice.refused('nc_webdav_copy_resource', nowhere)).to.include('does not exist');
    const nothing = { source_path: `${folder}/no`, destination_path: `${folder}/yes` };
    expect(await alice.refused('nc_webdav_copy_resource', nothing)).to.include(
      'There is nothing at',
    );
  });
  const into = { source_path: 'a', destination_path: 'a/b' };
  expect(await alice.refused('nc_webdav_move_resource', into)).to.include('into itself');
  expect(await alice.refused('nc_webdav_delete_resource', { path: '/' })).to.include('the root');
  expect(await alice.refused('nc_webdav_read_file', { path: 'a/../b' })).to.include("'..'");
  const broken = { path: 'a.bin', content: 'no base64!', content_type: 'image/png;base64' };
  expect(await alice.refused('nc_webdav_write_file', broken)).to.include('not valid base64');
});

// With that app a PUT into nothing is a 409; by itself Nextcloud answers 404.
scenario(
  'webdav: missing parents beside end-to-end encryption',
  { app: 'end_to_end_encryption' },
  async (alice) => {
    const folder = 'Contract encrypted neighbours';
    await within(folder, alice, async () => {
      const written = { path: `${folder}/no/a.txt`, content: '' };
      expect(await alice.refused('nc_webdav_write_file', written)).to.include('does not exist');
      const { upload_id } = await alice.call('nc_webdav_start_upload', { path: `${folder}/u.bin` });
      await alice.call('nc_webdav_abort_upload', { upload_id });
      const late = { upload_id, part: 1, content: 'YQ==' };
      expect(await alice.refused('nc_webdav_upload_part', late)).to.include('no upload');
    });
  },
);

scenario('webdav: a file that is locked meanwhile', { app: 'dav' }, async (alice) => {
  const folder = 'Contract lock';
  await within(folder, alice, async () => {
    const path = `${folder}/film.bin`;
    await alice.whileSlowlyRead(path, async () => {
      const written = await alice.refused('nc_webdav_write_file', {
        path,
        content: 'x',
        overwrite: true,
      });
      expect(JSON.parse(written)).to.include({ code: 'locked', retryable: true }).and.include({
        hint: 'Try again in a while.',
      });
      expect(written).to.include('film.bin');
      expect(await alice.refused('nc_webdav_delete_resource', { path })).to.include('locked');
      // looking is free
      const { files } = await alice.call('nc_webdav_list_directory', { path: folder });
      expect(paths(files as Answer[])).to.deep.equal([path]);
    });
  });
});

scenario('webdav: no space is left', { app: 'dav', as: 'frugal' }, async (frugal) => {
  const full = async (tool: string, args: Record<string, unknown>): Promise<void> => {
    const text = await frugal.refused(tool, args);
    expect(JSON.parse(text), tool).to.include({ code: 'quota_exceeded', retryable: false });
    expect(text, tool).to.include('Free space or raise the quota.');
  };
  const { files, ...root } = await frugal.call('nc_webdav_list_directory', { limit: 500 });
  expect(root.total_count).to.be.above(0);
  expect((await frugal.call('nc_webdav_get_info', { path: '' })).free_bytes).to.equal(0);
  const [there] = (files as Answer[]).filter((one) => one.is_directory === false);

  const path = 'contract full.txt';
  await full('nc_webdav_write_file', { path, content: 'a' });
  await full('nc_webdav_write_file', { path: there?.path, content: 'a', overwrite: true });
  await full('nc_webdav_create_directory', { path: 'contract full' });
  const source_path: unknown = there?.path;
  await full('nc_webdav_copy_resource', { source_path, destination_path: path });
  await full('nc_webdav_start_upload', { path, size: 1 });
  // nobody said how large it would be
  const { upload_id } = await frugal.call('nc_webdav_start_upload', { path });
  await frugal.call('nc_webdav_upload_part', { upload_id, part: 1, content: 'YQ==' });
  await full('nc_webdav_finish_upload', { upload_id, path });
  await frugal.call('nc_webdav_abort_upload', { upload_id });
});
