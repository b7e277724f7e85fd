import { expect } from 'chai';
import { scenario } from '../scenario.ts';
import type { Actor, Answer } from '../scenario.ts';

const NAMES = [
  'a b.txt',
  '100% sure.txt',
  '1+1=2 #3 & more.md',
  'it\'s "quoted".json',
  'Süße Grüße.csv',
  '😀 party.txt',
  'x[y];z,<w>.txt',
];

/** Runs with an empty folder of its own. */
async function within(folder: string, actor: Actor, story: () => Promise<void>): Promise<void> {
  await actor.call('nc_webdav_delete_resource', { path: folder });
  await actor.call('nc_webdav_create_directory', { path: folder });
  await story();
  await actor.call('nc_webdav_delete_resource', { path: folder });
}

const paths = (files: Answer[]): string[] => files.map(({ path }) => String(path)).sort();

scenario(
  'webdav: a file is written, read, changed, moved and copied',
  { app: 'dav' },
  async (alice) => {
    const folder = 'Contract files';
    await within(folder, alice, async () => {
      const path = `${folder}/plan.md`;
      const written = await alice.call('nc_webdav_write_file', { path, content: '# Plän\n' });
      expect(written).to.include({ status_code: 201, path, created: true, size: 8 });
      expect(written.etag).to.match(/^[0-9a-f]{32}$/);
      expect(written.url).to.match(new RegExp(`/index\\.php/f/${String(written.file_id)}$`));

      const read = await alice.call('nc_webdav_read_file', { path: `/${path}` });
      expect(read).to.include({
        content: '# Plän\n',
        charset: 'utf-8',
        size: 8,
        etag: written.etag,
      });
      expect(read.content_type).to.equal('text/markdown');
      expect(read.last_modified).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

      const changed = await alice.call('nc_webdav_write_file', {
        path,
        content: '# Plan\n\n',
        if_match: read.etag,
      });
      expect(changed).to.include({ status_code: 204, created: false, file_id: written.file_id });
      expect(changed.etag).not.to.equal(written.etag);

      const copy = { source_path: path, destination_path: `${folder}/copy.md` };
      expect(await alice.call('nc_webdav_copy_resource', copy)).to.include({ status_code: 201 });
      const onto = { ...copy, destination_path: `${folder}/copy.md` };
      expect(await alice.refused('nc_webdav_copy_resource', onto)).to.include('exists already');
      const replaced = await alice.call('nc_webdav_copy_resource', { ...onto, overwrite: true });
      expect(replaced).to.include({ status_code: 204, replaced: true });

      const moved = { source_path: path, destination_path: `${folder}/done.md` };
      expect(await alice.call('nc_webdav_move_resource', moved)).to.include({ status_code: 201 });
      expect(await alice.refused('nc_webdav_move_resource', moved)).to.include(
        'There is nothing at',
      );
      const info = await alice.call('nc_webdav_get_info', { path: moved.destination_path });
      expect(info).to.include({
        file_id: written.file_id,
        size: 8,
        is_directory: false,
        owner_id: 'alice',
      });
      expect(info.may).to.include.members(['read', 'write', 'delete']);
    });
    expect(await alice.call('nc_webdav_delete_resource', { path: folder })).to.include({
      status_code: 404,
    });
  },
);

scenario('webdav: nothing is overwritten or lost by accident', { app: 'dav' }, async (alice) => {
  const folder = 'Contract conflicts';
  await within(folder, alice, async () => {
    const path = `${folder}/a.txt`;
    const first = await alice.call('nc_webdav_write_file', { path, content: 'one' });
    const again = await alice.refused('nc_webdav_write_file', { path, content: 'two' });
    expect(again).to.include('already_exists').and.include(first.etag);

    const second = await alice.call('nc_webdav_write_file', {
      path,
      content: 'two',
      if_match: `"${String(first.etag)}"`,
    });
    // of equal size and within a second: the ETag differs all the same
    const third = await alice.call('nc_webdav_write_file', {
      path,
      content: 'six',
      if_match: second.etag,
    });
    expect(new Set([first.etag, second.etag, third.etag]).size).to.equal(3);
    const stale = { path, content: 'bad', if_match: second.etag };
    expect(await alice.refused('nc_webdav_write_file', stale)).to.include('changed meanwhile');
    expect(
      await alice.refused('nc_webdav_delete_resource', { path, if_match: first.etag }),
    ).to.include('nothing deleted');
    expect((await alice.call('nc_webdav_read_file', { path })).content).to.equal('six');
    expect(await alice.refused('nc_webdav_read_file', { path, if_match: first.etag })).to.include(
      'changed meanwhile',
    );
    expect(
      await alice.refused('nc_webdav_move_resource', {
        source_path: path,
        destination_path: `${folder}/b.txt`,
        if_match: first.etag,
      }),
    ).to.include('nothing was moved');
    const forced = await alice.call('nc_webdav_write_file', {
      path,
      content: 'new',
      overwrite: true,
    });
    expect(forced).to.include({ status_code: 204 });

    const gone = { path: `${folder}/gone.txt`, content: 'x', if_match: first.etag };
    expect(await alice.refused('nc_webdav_write_file', gone)).to.include('not there any more');
  });
});

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

scenario('webdav: names of every kind', { app: 'dav' }, async (alice) => {
  const folder = 'Contract näme & 100%';
  await within(folder, alice, async () => {
    for (const name of NAMES) {
      const path = `${folder}/${name}`;
      await alice.call('nc_webdav_write_file', { path, content: name });
      expect((await alice.call('nc_webdav_read_file', { path })).content).to.equal(name);
    }
    const listing = await alice.call('nc_webdav_list_directory', { path: folder });
    expect(paths(listing.files as Answer[])).to.deep.equal(
      NAMES.map((name) => `${folder}/${name}`).sort(),
    );
    const found = await alice.call('nc_webdav_search_files', { scope: folder });
    expect(paths(found.results as Answer[])).to.deep.equal(paths(listing.files as Answer[]));
    for (const name of NAMES) {
      const moved = { source_path: `${folder}/${name}`, destination_path: `${folder}/_${name}` };
      await alice.call('nc_webdav_move_resource', moved);
      const path = moved.destination_path;
      expect(await alice.call('nc_webdav_get_info', { path })).to.include({
        name: `_${name}`,
        path,
      });
    }
  });
});

scenario('webdav: folders are listed in pages', { app: 'dav' }, async (alice) => {
  const folder = 'Contract pages';
  await within(folder, alice, async () => {
    const empty = await alice.call('nc_webdav_list_directory', { path: folder });
    expect(empty).to.deep.include({ success: true, path: folder, files: [], total_count: 0 });
    expect(empty).not.to.have.property('next_cursor');

    await alice.call('nc_webdav_create_directory', { path: `${folder}/sub` });
    for (const name of ['1', '2', '3', '4'])
      await alice.call('nc_webdav_write_file', { path: `${folder}/${name}.txt`, content: name });
    const seen: Answer[] = [];
    let cursor: unknown;
    do {
      const page = await alice.call('nc_webdav_list_directory', {
        path: folder,
        limit: 2,
        ...(cursor === undefined ? {} : { cursor }),
      });
      expect(page.total_count).to.equal(5);
      seen.push(...(page.files as Answer[]));
      cursor = page.next_cursor;
    } while (cursor !== undefined);
    expect(paths(seen)).to.deep.equal(
      ['1.txt', '2.txt', '3.txt', '4.txt', 'sub'].map((name) => `${folder}/${name}`),
    );
    const whole = await alice.call('nc_webdav_list_directory', { path: folder });
    expect(whole).to.include({ directories_count: 1, files_count: 4, total_size: 4 });
    const bad = { path: folder, cursor: 'made up' };
    expect(await alice.refused('nc_webdav_list_directory', bad)).to.include("'cursor'");
    const root = await alice.call('nc_webdav_list_directory', { limit: 1 });
    expect(root.path).to.equal('');
  });
});

scenario('webdav: search takes patterns as they are meant', { app: 'dav' }, async (alice) => {
  const scope = 'Contract search';
  await within(scope, alice, async () => {
    for (const name of ['100% <b>.txt', '100 euros.txt', 'a_b.csv', 'axb.csv', 'page.html'])
      await alice.call('nc_webdav_write_file', { path: `${scope}/${name}`, content: name });
    const found = async (tool: string, args: Record<string, unknown>): Promise<string[]> => {
      const answer = await alice.call(tool, { scope, ...args });
      return paths(answer.results as Answer[]).map((path) => path.slice(scope.length + 1));
    };
    const byName = (pattern: string) => found('nc_webdav_find_by_name', { pattern });
    expect(await byName('100%')).to.deep.equal(['100 euros.txt', '100% <b>.txt']);
    expect(await byName('100\\% %')).to.deep.equal(['100% <b>.txt']);
    expect(await byName('%<b>%')).to.deep.equal(['100% <b>.txt']);
    expect(await byName('A_B.CSV')).to.deep.equal(['a_b.csv', 'axb.csv']);
    expect(await byName('a\\_b.csv')).to.deep.equal(['a_b.csv']);
    expect(await byName('</d:literal>')).to.deep.equal([]);
    expect(await found('nc_webdav_find_by_type', { mime_type: 'text/csv' })).to.have.length(2);

    const all = await alice.call('nc_webdav_search_files', { scope });
    expect(all).to.include({ total_found: 5 });
    expect(all).not.to.have.property('filters_applied');
    expect((all.results as Answer[])[0]).to.include.keys('file_id', 'etag', 'last_modified', 'url');
    const first = await alice.call('nc_webdav_search_files', { scope, limit: 2 });
    const second = await alice.call('nc_webdav_search_files', {
      scope,
      limit: 3,
      offset: first.next_offset,
    });
    expect(second).not.to.have.property('next_offset');
    expect(paths([...(first.results as Answer[]), ...(second.results as Answer[])])).to.deep.equal(
      paths(all.results as Answer[]),
    );
    const large = { min_size: 10, modified_after: '2020-01-01T00:00:00Z', newest_first: true };
    expect(await found('nc_webdav_search_files', large)).to.deep.equal([
      '100 euros.txt',
      '100% <b>.txt',
    ]);
    const { file_id } = (all.results as Answer[])[0] ?? {};
    expect(await found('nc_webdav_search_files', { file_id })).to.have.length(1);
    expect(await alice.refused('nc_webdav_search_files', { scope: `${scope}/no` })).to.include(
      'not_found',
    );
  });
});

scenario('webdav: favourites', { app: 'dav' }, async (alice) => {
  const folder = 'Contract favourites';
  await within(folder, alice, async () => {
    const path = `${folder}/dear.txt`;
    await alice.call('nc_webdav_write_file', { path, content: 'x' });
    await alice.call('nc_webdav_set_favorite', { path });
    const marked = await alice.call('nc_webdav_list_favorites', { scope: folder });
    expect(paths(marked.results as Answer[])).to.deep.equal([path]);
    expect((await alice.call('nc_webdav_get_info', { path })).is_favorite).to.equal(true);
    await alice.call('nc_webdav_set_favorite', { path, favorite: false });
    const none = await alice.call('nc_webdav_list_favorites', { scope: folder });
    expect(none).to.deep.include({ results: [], filters_applied: { only_favorites: true } });
    expect(await alice.refused('nc_webdav_set_favorite', { path: `${folder}/no` })).to.include(
      'not_found',
    );
  });
});

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

scenario('webdav: tags', { app: 'dav', as: 'admin' }, async (admin) => {
  const folder = 'Contract tags';
  const tag = 'contract tag <1> & ü';
  await within(folder, admin, async () => {
    const path = `${folder}/a.txt`;
    const { file_id } = await admin.call('nc_webdav_write_file', { path, content: 'x' });
    const { id } = await admin.call('nc_webdav_create_tag', { name: tag });
    expect(await admin.refused('nc_webdav_create_tag', { name: tag })).to.include('already');
    const { tags } = await admin.call('nc_webdav_list_tags');
    expect((tags as Answer[]).find((one) => one.id === id)).to.include({
      name: tag,
      can_assign: true,
    });

    await admin.call('nc_webdav_assign_tag', { path, tag });
    expect(await admin.call('nc_webdav_assign_tag', { path, tag: String(id) })).to.deep.include({
      tag: { id, name: tag },
      assigned: true,
    });
    expect((await admin.call('nc_webdav_list_tags', { path })).total_count).to.equal(1);
    expect((await admin.call('nc_webdav_get_info', { path })).tags).to.deep.equal([
      { id, name: tag },
    ]);
    const found = await admin.call('nc_webdav_find_by_tag', { tags: [tag], scope: folder });
    expect((found.results as Answer[])[0]).to.include({ path, file_id });
    await admin.call('nc_webdav_unassign_tag', { path, tag });
    expect(await admin.call('nc_webdav_unassign_tag', { path, tag })).to.include({
      assigned: false,
    });
    expect((await admin.call('nc_webdav_find_by_tag', { tags: [tag] })).results).to.deep.equal([]);

    const fresh = { path, tag: 'contract tag 2', create: true };
    await admin.call('nc_webdav_assign_tag', fresh);
    await admin.call('nc_webdav_delete_tag', { tag: fresh.tag });
    await admin.call('nc_webdav_delete_tag', { tag });
    expect(await admin.refused('nc_webdav_find_by_tag', { tags: [tag] })).to.include('no tag');
    expect(await admin.refused('nc_webdav_assign_tag', { path, tag })).to.include('no tag');
  });
});

scenario('webdav: comments on a file', { app: 'dav' }, async (alice) => {
  const folder = 'Contract comments';
  await within(folder, alice, async () => {
    const path = `${folder}/talk.txt`;
    await alice.call('nc_webdav_write_file', { path, content: 'x' });
    const first = await alice.call('nc_webdav_create_comment', { path, message: 'Ü <b> & c' });
    await alice.call('nc_webdav_create_comment', { path, message: 'second' });
    const { comment_id } = first;
    await alice.call('nc_webdav_update_comment', { path, comment_id, message: 'changed' });
    const { comments } = await alice.call('nc_webdav_list_comments', { path });
    expect((comments as Answer[]).map(({ message }) => String(message)).sort()).to.deep.equal([
      'changed',
      'second',
    ]);
    expect((comments as Answer[])[0]).to.include({ author_id: 'alice' });
    const page = await alice.call('nc_webdav_list_comments', { path, limit: 1 });
    expect(page.next_offset).to.equal(1);
    await alice.call('nc_webdav_delete_comment', { path, comment_id });
    const gone = { path, comment_id };
    expect(await alice.refused('nc_webdav_delete_comment', gone)).to.include('no comment');
    const change = { ...gone, message: 'x' };
    expect(await alice.refused('nc_webdav_update_comment', change)).to.include('no comment');
  });
});
