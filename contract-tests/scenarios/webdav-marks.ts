import { expect } from 'chai';
import { paths, within } from '../scenario-folder.ts';
import { scenario } from '../scenario.ts';
import type { Answer } from '../scenario.ts';

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
