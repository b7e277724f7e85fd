import { expect } from 'chai';
import { paths, within } from '../scenario-folder.ts';
import { scenario } from '../scenario.ts';
import type { Answer } from '../scenario.ts';

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
