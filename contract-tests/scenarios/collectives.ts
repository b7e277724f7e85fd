import { expect } from 'chai';
import { scenario } from '../scenario.ts';
import type { Actor } from '../scenario.ts';

interface Wiki {
  readonly collective_id: number;
  readonly landing: number;
}

/** Runs a story in a collective of its own and deletes it afterwards. */
async function inCollective(
  alice: Actor,
  name: string,
  story: (wiki: Wiki) => Promise<void>,
): Promise<void> {
  const { collective } = await alice.call('collectives_create_collective', { name });
  const collective_id: number = collective.id;
  const { pages } = await alice.call('collectives_get_pages', { collective_id });
  await story({ collective_id, landing: pages[0].id });
  await alice.call('collectives_trash_collective', { collective_id });
  await alice.call('collectives_delete_collective', { collective_id, delete_team: true });
}

scenario('collectives: a collective and its settings', { app: 'collectives' }, async (alice) => {
  await inCollective(alice, 'Field notes', async ({ collective_id, landing }) => {
    await alice.call('collectives_set_collective_emoji', { collective_id, emoji: '🌾' });
    await alice.call('collectives_set_edit_level', { collective_id, level: 4 });
    await alice.call('collectives_set_share_level', { collective_id, level: 8 });
    await alice.call('collectives_set_notifications', { collective_id, level: 1 });
    await alice.call('collectives_set_favorite_pages', {
      collective_id,
      favorite_pages: JSON.stringify([landing]),
    });
    const { collectives } = await alice.call('collectives_get_collectives');
    const mine = collectives.find((entry: { id: number }) => entry.id === collective_id);
    expect(mine).to.include({ emoji: '🌾', editPermissionLevel: 4, sharePermissionLevel: 8 });

    await alice.call('collectives_trash_collective', { collective_id });
    const trashed = await alice.call('collectives_get_trashed_collectives');
    expect(trashed.collectives.map((entry: { id: number }) => entry.id)).to.include(collective_id);
    await alice.call('collectives_restore_collective', { collective_id });
  });
});

scenario(
  'collectives: pages are made, moved and trashed',
  { app: 'collectives' },
  async (alice) => {
    await inCollective(alice, 'Handbook', async ({ collective_id, landing }) => {
      const first = await page(alice, { collective_id, parent_id: landing, title: 'First steps' });
      const second = await page(alice, {
        collective_id,
        parent_id: landing,
        title: 'Second steps',
      });
      const of = { collective_id, page_id: second };
      await alice.call('collectives_set_page_emoji', { ...of, emoji: '👣' });
      await alice.call('collectives_move_page', { ...of, parent_id: first, title: 'Next steps' });
      const moved = await alice.call('collectives_get_page', of);
      expect(moved.page).to.include({ parentId: first, title: 'Next steps', emoji: '👣' });
      await alice.call('collectives_set_subpage_order', {
        collective_id,
        page_id: first,
        subpage_order: JSON.stringify([second]),
      });
      await alice.call('collectives_search_pages', { collective_id, query: 'steps' });
      const recent = await alice.call('collectives_list_recent_pages', { query: 'Next steps' });
      expect(recent.pages.map((entry: { id: number }) => entry.id)).to.include(second);

      await alice.call('collectives_trash_page', of);
      const trash = await alice.call('collectives_get_trashed_pages', { collective_id });
      expect(trash.pages.map((entry: { id: number }) => entry.id)).to.include(second);
      await alice.call('collectives_restore_page', of);
      await alice.call('collectives_trash_page', of);
      await alice.call('collectives_delete_page', of);
    });
  },
);

scenario(
  'collectives: a page goes to another collective',
  { app: 'collectives' },
  async (alice) => {
    await inCollective(alice, 'Drafts', async (drafts) => {
      const { collective_id } = drafts;
      const page_id = await page(alice, {
        collective_id,
        parent_id: drafts.landing,
        title: 'Ready',
      });
      await inCollective(alice, 'Published', async (published) => {
        await alice.call('collectives_move_page_to_collective', {
          collective_id,
          page_id,
          new_collective_id: published.collective_id,
          copy: true,
        });
        const { pages } = await alice.call('collectives_get_pages', {
          collective_id: published.collective_id,
        });
        expect(pages.map((entry: { title: string }) => entry.title)).to.include('Ready');
      });
    });
  },
);

scenario('collectives: files beside a page', { app: 'collectives' }, async (alice) => {
  await inCollective(alice, 'Lab book', async ({ collective_id, landing }) => {
    const of = { collective_id, page_id: landing };
    const { page: landingPage } = await alice.call('collectives_get_page', of);
    const folder = `${landingPage.collectivePath}/.attachments.${String(landing)}`;
    await alice.call('nc_webdav_create_directory', { path: folder });
    await alice.call('nc_webdav_write_file', { path: `${folder}/data.csv`, content: 'a,b' });
    const { attachments } = await alice.call('collectives_list_attachments', of);
    expect(attachments).to.have.length(1);
    const attachment = { ...of, attachment_id: attachments[0].id };
    const renamed = await alice.call('collectives_rename_attachment', {
      ...attachment,
      name: 'series.csv',
    });
    expect(renamed.attachment.name).to.equal('series.csv');
    await alice.call('collectives_delete_attachment', attachment);
    await alice.call('collectives_restore_attachment', attachment);
  });
});

scenario('collectives: tags, templates and links', { app: 'collectives' }, async (alice) => {
  await inCollective(alice, 'Recipes wiki', async ({ collective_id, landing }) => {
    const { tag } = await alice.call('collectives_create_tag', {
      collective_id,
      name: 'draft',
      color: 'ff0000',
    });
    const tagged = { collective_id, page_id: landing, tag_id: tag.id };
    await alice.call('collectives_assign_tag', tagged);
    const { page: landingPage } = await alice.call('collectives_get_page', {
      collective_id,
      page_id: landing,
    });
    expect(landingPage.tags).to.deep.equal([tag.id]);
    await alice.call('collectives_remove_tag', tagged);
    const renamed = { collective_id, tag_id: tag.id, name: 'ready', color: '00ff00' };
    await alice.call('collectives_update_tag', renamed);
    const { tags } = await alice.call('collectives_get_tags', { collective_id });
    expect(tags[0].name).to.equal('ready');
    await alice.call('collectives_delete_tag', { collective_id, tag_id: tag.id });

    const { template } = await alice.call('collectives_create_template', {
      collective_id,
      title: 'Minutes',
      parent_id: 0,
    });
    const template_id: number = template.id;
    await alice.call('collectives_rename_template', {
      collective_id,
      template_id,
      title: 'Meeting minutes',
    });
    const { templates } = await alice.call('collectives_list_templates', { collective_id });
    expect(templates.map((entry: { title: string }) => entry.title)).to.include('Meeting minutes');
    await page(alice, { collective_id, parent_id: landing, title: 'May', template_id });
    await alice.call('collectives_delete_template', { collective_id, template_id });

    const link = await alice.call('collectives_share_collective', { collective_id });
    await alice.call('collectives_update_collective_share', {
      collective_id,
      token: link.token,
      editable: true,
    });
    const { shares } = await alice.call('collectives_list_shares', { collective_id });
    expect(shares[0].editable).to.equal(true);
    await alice.call('collectives_unshare_collective', { collective_id, token: link.token });
    const shared = { collective_id, page_id: landing };
    const pageLink = await alice.call('collectives_share_page', shared);
    const withToken = { ...shared, token: pageLink.token };
    await alice.call('collectives_update_page_share', { ...withToken, editable: true });
    await alice.call('collectives_unshare_page', withToken);
  });
});

async function page(alice: Actor, args: Record<string, unknown>): Promise<number> {
  const created = await alice.call('collectives_create_page', args);
  return created.page.id as number;
}
