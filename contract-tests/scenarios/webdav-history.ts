import { expect } from 'chai';
import { within } from '../scenario-folder.ts';
import { scenario } from '../scenario.ts';
import type { Actor, Answer } from '../scenario.ts';

scenario('webdav: the trash bin gives things back', { app: 'dav', as: 'bob' }, async (bob) => {
  await bob.call('nc_webdav_empty_trash');
  const folder = 'Contract trash';
  const path = `${folder}/r & s.txt`;
  await bob.call('nc_webdav_create_directory', { path: folder });
  const { file_id } = await bob.call('nc_webdav_write_file', { path, content: 'old' });
  await bob.call('nc_webdav_delete_resource', { path });
  const { entries, total_count } = await bob.call('nc_webdav_list_trash');
  expect(total_count).to.equal(1);
  const [trashed] = entries as Answer[];
  expect(trashed).to.include({ name: 'r & s.txt', original_path: path, file_id, size: 3 });
  expect(trashed?.deleted_at).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

  await bob.call('nc_webdav_write_file', { path, content: 'new' });
  const restored = await bob.call('nc_webdav_restore_trashed', { entry: trashed?.entry });
  expect(restored).to.include({ restored: true, file_id });
  expect(restored.path).to.match(/^Contract trash\/r & s \(.+\)\.txt$/);
  expect((await bob.call('nc_webdav_read_file', { path: restored.path })).content).to.equal('old');
  expect(await bob.refused('nc_webdav_restore_trashed', { entry: trashed?.entry })).to.include(
    'no entry',
  );

  await bob.call('nc_webdav_delete_resource', { path: restored.path });
  const again = await bob.call('nc_webdav_list_trash', { limit: 1 });
  const entry: unknown = (again.entries as Answer[])[0]?.entry;
  await bob.call('nc_webdav_delete_trashed', { entry });
  expect(await bob.refused('nc_webdav_delete_trashed', { entry })).to.include('no entry');
  await bob.call('nc_webdav_delete_resource', { path: folder });
  await bob.call('nc_webdav_empty_trash');
  expect(await bob.call('nc_webdav_list_trash')).to.deep.equal({ entries: [], total_count: 0 });
});

scenario('webdav: versions of a file', { app: 'dav' }, async (alice) => {
  const folder = 'Contract versions';
  await within(folder, alice, async () => {
    const path = `${folder}/draft.md`;
    // versions are kept by the second of change, so the states need times of their own
    await upload(alice, { path, content: 'first draft', modified: '2026-01-01T10:00:00Z' });
    await upload(alice, {
      path,
      content: 'second',
      modified: '2026-01-02T10:00:00Z',
      overwrite: true,
    });
    const { versions } = await alice.call('nc_webdav_list_versions', { path });
    const old = (versions as Answer[]).find(({ size }) => size === 'first draft'.length);
    expect(old).to.include({
      last_modified: '2026-01-01T10:00:00Z',
      content_type: 'text/markdown',
    });
    const version: unknown = old?.version;
    const read = await alice.call('nc_webdav_read_version', { path, version });
    expect(read.content).to.equal('first draft');
    await alice.call('nc_webdav_label_version', { path, version, label: 'Sent & <seen>' });
    const named = await alice.call('nc_webdav_list_versions', { path });
    expect(JSON.stringify(named)).to.include('Sent & <seen>');
    await alice.call('nc_webdav_restore_version', { path, version });
    expect((await alice.call('nc_webdav_read_file', { path })).content).to.equal('first draft');

    const kept = await alice.call('nc_webdav_list_versions', { path });
    const second = (kept.versions as Answer[]).find(({ size }) => size === 'second'.length);
    await alice.call('nc_webdav_delete_version', { path, version: second?.version });
    const missing = { path, version: '12345' };
    expect(await alice.refused('nc_webdav_delete_version', missing)).to.include('no version');
    expect(await alice.refused('nc_webdav_read_version', missing)).to.include('no version');
    expect(await alice.refused('nc_webdav_restore_version', missing)).to.include('no version');
  });
});

interface Upload {
  readonly path: string;
  readonly content: string;
  readonly modified: string;
  readonly overwrite?: boolean;
}

async function upload(actor: Actor, { path, content, modified, overwrite = false }: Upload) {
  const { upload_id } = await actor.call('nc_webdav_start_upload', { path, overwrite });
  const bytes = Buffer.from(content).toString('base64');
  await actor.call('nc_webdav_upload_part', { upload_id, part: 1, content: bytes });
  await actor.call('nc_webdav_finish_upload', { upload_id, path, modified, overwrite });
}

scenario('webdav: a large file goes up in parts', { app: 'dav' }, async (alice) => {
  const folder = 'Contract upload';
  await within(folder, alice, async () => {
    const path = `${folder}/big é.bin`;
    const part = (upload_id: unknown, number: number, text: string) =>
      alice.call('nc_webdav_upload_part', {
        upload_id,
        part: number,
        content: Buffer.from(text).toString('base64'),
      });
    const { upload_id } = await alice.call('nc_webdav_start_upload', { path, size: 12 });
    await part(upload_id, 10, 'last');
    await part(upload_id, 2, 'next');
    await part(upload_id, 1, 'head');
    const wrong = { upload_id, path, size: 13 };
    expect(await alice.refused('nc_webdav_finish_upload', wrong)).to.include('do not sum up');
    const done = await alice.call('nc_webdav_finish_upload', {
      upload_id,
      path,
      size: 12,
      modified: '2026-02-03T04:05:06Z',
    });
    expect(done).to.include({ status_code: 201, created: true });
    const read = await alice.call('nc_webdav_read_file', { path });
    expect(read).to.include({
      content: 'headnextlast',
      etag: done.etag,
      last_modified: '2026-02-03T04:05:06Z',
    });

    expect(await alice.refused('nc_webdav_start_upload', { path })).to.include('exists already');
    expect(await alice.refused('nc_webdav_start_upload', { path: `${folder}/no/x` })).to.include(
      'does not exist',
    );
    expect(await alice.refused('nc_webdav_start_upload', { path: folder })).to.include(
      'is a folder',
    );
    const second = await alice.call('nc_webdav_start_upload', { path, if_match: done.etag });
    await part(second.upload_id, 1, 'other');
    const stale = { upload_id: second.upload_id, path, if_match: 'stale' };
    expect(await alice.refused('nc_webdav_finish_upload', stale)).to.include('changed meanwhile');
    await alice.call('nc_webdav_abort_upload', { upload_id: second.upload_id });
    const aborted = { upload_id: second.upload_id };
    expect(await alice.refused('nc_webdav_abort_upload', aborted)).to.include('no upload');
    const late = { ...aborted, part: 2, content: 'eA==' };
    expect(await alice.refused('nc_webdav_upload_part', late)).to.include('no upload');
  });
});
