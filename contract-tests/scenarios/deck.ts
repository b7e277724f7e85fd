import { expect } from 'chai';
import { scenario } from '../scenario.ts';
import type { Actor, Answer } from '../scenario.ts';

const ids = (things: Answer[]): number[] => things.map(({ id }) => id as number);

/** A board with two stacks; the scenario deletes it. */
async function makeBoard(alice: Actor, title: string) {
  const { id: board_id } = await alice.call('deck_create_board', { title, color: '0082c9' });
  const todo = await alice.call('deck_create_stack', { board_id, title: 'To do', order: 1 });
  const doing = await alice.call('deck_create_stack', { board_id, title: 'Doing', order: 2 });
  return { board_id: board_id as number, todo: todo.id as number, doing: doing.id as number };
}

scenario('deck: a board from creation to deletion', { app: 'deck' }, async (alice) => {
  const created = await alice.call('deck_create_board', {
    title: 'Contract board',
    color: 'ff0000',
  });
  expect(created).to.include({ title: 'Contract board', color: 'ff0000' });
  expect(created.labels).to.have.length(4);
  const board_id: number = created.id;
  expect(created.url).to.match(new RegExp(`/index\\.php/apps/deck/board/${board_id}$`));

  const recoloured = await alice.call('deck_update_board', { board_id, color: '00ff00' });
  expect(recoloured).to.include({ title: 'Contract board', color: '00ff00', archived: false });
  const archived = await alice.call('deck_update_board', { board_id, archived: true });
  expect(archived).to.include({ color: '00ff00', archived: true });
  const renamed = await alice.call('deck_update_board', { board_id, title: 'Contract board two' });
  expect(renamed).to.include({ title: 'Contract board two', archived: true });
  expect(ids((await alice.call('deck_get_boards')).boards)).not.to.include(board_id);
  expect(ids((await alice.call('deck_get_boards', { status: 'archived' })).boards)).to.include(
    board_id,
  );
  await alice.call('deck_update_board', { board_id, archived: false });

  const board = await alice.call('deck_get_board', { board_id });
  expect(board).to.include({ title: 'Contract board two', archived: false });
  expect(board).not.to.have.property('deletedAt');
  const full = await alice.call('deck_get_boards', { detail: 'full' });
  const listed = full.boards.find(({ id }: Answer) => id === board_id);
  expect(listed).to.include({ owner: 'alice', canManage: true });
  expect(listed.users).to.deep.equal(['alice']);

  expect(await alice.refused('deck_update_board', { board_id })).to.contain('Nothing to change');
  const deleted = await alice.call('deck_delete_board', { board_id });
  expect(deleted.deletedAt).to.match(/^\d{4}-.*Z$/);
  expect(ids((await alice.call('deck_get_boards', { status: 'deleted' })).boards)).to.include(
    board_id,
  );
  expect(await alice.refused('deck_delete_board', { board_id })).to.contain('"code":"forbidden"');
});

scenario('deck: restoring a board', { app: 'deck', releases: ['34'] }, async (alice) => {
  const { board_id } = await makeBoard(alice, 'Contract restored');
  await alice.call('deck_delete_board', { board_id });
  expect((await alice.call('deck_restore_board', { board_id })).id).to.equal(board_id);
  expect(ids((await alice.call('deck_get_boards')).boards)).to.include(board_id);
  await alice.call('deck_delete_board', { board_id });
});

// Deck 1.16 looks the board up among those that are not deleted.
scenario('deck: restoring a board is refused', { app: 'deck', releases: ['32'] }, async (alice) => {
  const { board_id } = await makeBoard(alice, 'Contract lost');
  await alice.call('deck_delete_board', { board_id });
  expect(await alice.refused('deck_restore_board', { board_id })).to.contain('"code":"forbidden"');
});

scenario('deck: stacks', { app: 'deck' }, async (alice) => {
  const { board_id, todo, doing } = await makeBoard(alice, 'Contract stacks');
  const { stacks } = await alice.call('deck_get_stacks', { board_id });
  expect(stacks.map(({ title }: Answer) => title)).to.deep.equal(['To do', 'Doing']);

  const renamed = await alice.call('deck_update_stack', {
    board_id,
    stack_id: todo,
    title: 'Backlog',
  });
  expect(renamed).to.include({ title: 'Backlog', order: 1, boardId: board_id });
  const moved = await alice.call('deck_update_stack', { board_id, stack_id: todo, order: 5 });
  expect(moved).to.include({ title: 'Backlog', order: 5 });
  const stack = await alice.call('deck_get_stack', { board_id, stack_id: todo });
  expect(stack).to.include({ title: 'Backlog', order: 5, cardCount: 0 });

  await alice.call('deck_delete_stack', { board_id, stack_id: doing });
  expect((await alice.call('deck_get_stacks', { board_id })).total).to.equal(1);
  await alice.call('deck_update_stack', { board_id, stack_id: doing, title: 'Doing', order: 2 });
  expect((await alice.call('deck_get_stacks', { board_id })).total).to.equal(2);
  expect(await alice.refused('deck_get_stack', { board_id, stack_id: 999999 })).to.contain(
    '"code":"forbidden"',
  );
  await alice.call('deck_delete_board', { board_id });
});

scenario('deck: a card keeps what an update leaves out', { app: 'deck' }, async (alice) => {
  const { board_id, todo: stack_id } = await makeBoard(alice, 'Contract cards');
  const created = await alice.call('deck_create_card', {
    board_id,
    stack_id,
    title: 'Write the report',
    description: 'With *figures*.',
    order: 3,
    duedate: '2099-03-01T17:00:00+00:00',
  });
  expect(created).to.include({ title: 'Write the report', stackId: stack_id, order: 3 });
  const card = { board_id, stack_id, card_id: created.id as number };

  const done = await alice.call('deck_update_card', { ...card, done: '2026-01-02T03:04:05+00:00' });
  expect(done.done).to.match(/^2026-01-02T03:04:05/);
  const renamed = await alice.call('deck_update_card', { ...card, title: 'Write the long report' });
  expect(renamed).to.include({
    title: 'Write the long report',
    description: 'With *figures*.',
    order: 3,
    owner: 'alice',
  });
  expect(renamed.duedate).to.match(/^2099-03-01T17:00:00/);
  expect(renamed.done).to.match(/^2026-01-02T03:04:05/);

  const cleared = await alice.call('deck_update_card', {
    ...card,
    description: '',
    duedate: '',
    done: '',
    order: 1,
  });
  expect(cleared).to.include({ title: 'Write the long report', description: '', order: 1 });
  expect(cleared).to.not.have.any.keys('duedate', 'done');

  await alice.call('deck_archive_card', card);
  await alice.call('deck_update_card', { ...card, archived: true, description: 'Later' });
  expect((await alice.call('deck_get_cards', { board_id, stack_id })).cards).to.deep.equal([]);
  const archived = await alice.call('deck_get_archived_stacks', { board_id });
  expect(archived.stacks.map(({ id }: Answer) => id)).to.deep.equal([stack_id]);
  const listed = await alice.call('deck_get_cards', {
    board_id,
    stack_id,
    archived: true,
    detail: 'full',
  });
  expect(listed.cards[0]).to.include({ id: card.card_id, description: 'Later' });
  await alice.call('deck_unarchive_card', card);

  const read = await alice.call('deck_get_card', card);
  expect(read).to.include({
    title: 'Write the long report',
    description: 'Later',
    archived: false,
  });
  const copy = await alice.call('deck_clone_card', { card_id: card.card_id });
  expect(copy).to.include({ title: 'Write the long report', description: 'Later' });
  const summary = await alice.call('deck_get_cards', { board_id, stack_id, limit: 1 });
  expect(summary).to.include({ total: 2, next_offset: 1 });
  expect(summary.cards[0])
    .to.include({ hasDescription: true })
    .and.not.have.property('description');
  expect(
    (await alice.call('deck_get_stack', { board_id, stack_id, cards_per_stack: 1 })).cardsLeftOut,
  ).to.equal(1);

  await alice.call('deck_delete_card', { ...card, card_id: copy.id });
  await alice.call('deck_delete_card', card);
  expect(await alice.refused('deck_update_card', { ...card, title: 'Gone' })).to.contain(
    '"code":"forbidden"',
  );
  expect(await alice.refused('deck_create_card', { board_id, stack_id, title: '' })).to.contain(
    'title',
  );
  await alice.call('deck_delete_board', { board_id });
});

scenario('deck: cards move between stacks and boards', { app: 'deck' }, async (alice) => {
  const from = await makeBoard(alice, 'Contract moves');
  const to = await makeBoard(alice, 'Contract target');
  const { board_id } = from;
  const make = async (title: string): Promise<number> =>
    (await alice.call('deck_create_card', { board_id, stack_id: from.todo, title })).id;
  const [first, second] = [await make('First'), await make('Second')];
  const labels = (await alice.call('deck_get_labels', { board_id })).labels as Answer[];
  const label_id: number = labels[0]?.['id'];
  await alice.call('deck_assign_label_to_card', {
    board_id,
    stack_id: from.todo,
    card_id: first,
    label_id,
  });

  const reordered = await alice.call('deck_reorder_card', {
    board_id,
    stack_id: from.todo,
    card_id: second,
    order: 0,
    target_stack_id: from.todo,
  });
  expect(ids(reordered.cards)).to.deep.equal([second, first]);
  const moved = await alice.call('deck_reorder_card', {
    board_id,
    stack_id: from.todo,
    card_id: second,
    order: 0,
    target_stack_id: from.doing,
  });
  expect(moved.stack_id).to.equal(from.doing);
  expect(
    ids((await alice.call('deck_get_cards', { board_id, stack_id: from.doing })).cards),
  ).to.deep.equal([second]);

  const there = await alice.call('deck_move_card_to_board', {
    board_id,
    stack_id: from.todo,
    card_id: first,
    target_board_id: to.board_id,
    target_stack_id: to.doing,
  });
  expect(there.stackId).to.equal(to.doing);
  expect(there.labels.map(({ title }: Answer) => title)).to.deep.equal([labels[0]?.['title']]);
  expect(ids(there.labels)).not.to.include(label_id);
  expect((await alice.call('deck_get_cards', { board_id, stack_id: from.todo })).total).to.equal(0);

  await alice.call('deck_delete_board', { board_id });
  await alice.call('deck_delete_board', { board_id: to.board_id });
});

scenario('deck: labels and assignees', { app: 'deck' }, async (alice) => {
  const { board_id, todo: stack_id } = await makeBoard(alice, 'Contract labels');
  const created = await alice.call('deck_create_label', {
    board_id,
    title: 'Urgent',
    color: 'ff0000',
  });
  const label_id: number = created.id;
  expect(
    await alice.refused('deck_create_label', { board_id, title: 'Urgent', color: '00ff00' }),
  ).to.contain('"code":"invalid_argument"');
  const renamed = await alice.call('deck_update_label', {
    board_id,
    label_id,
    title: 'Very urgent',
  });
  expect(renamed).to.include({ title: 'Very urgent', color: 'ff0000' });
  expect(await alice.call('deck_get_label', { board_id, label_id })).to.include({
    title: 'Very urgent',
    color: 'ff0000',
  });
  expect(ids((await alice.call('deck_get_labels', { board_id })).labels)).to.include(label_id);

  const { id: card_id } = await alice.call('deck_create_card', {
    board_id,
    stack_id,
    title: 'Labelled',
  });
  const card = { board_id, stack_id, card_id };
  await alice.call('deck_assign_label_to_card', { ...card, label_id });
  const assigned = await alice.call('deck_assign_user_to_card', { ...card, user_id: 'alice' });
  expect(assigned.participant.uid).to.equal('alice');
  expect(await alice.refused('deck_assign_user_to_card', { ...card, user_id: 'alice' })).to.contain(
    'already assigned',
  );
  const read = await alice.call('deck_get_card', card);
  expect(read.labels.map(({ title }: Answer) => title)).to.deep.equal(['Very urgent']);
  expect(read.assignedUsers.map(({ participant }: Answer) => participant.uid)).to.deep.equal([
    'alice',
  ]);

  const overview = await alice.call('deck_get_board_overview', { board_id });
  expect(overview.cards).to.deep.equal({ total: 1, done: 0, overdue: 0, unassigned: 0 });
  expect(overview.openByLabel).to.deep.equal({ 'Very urgent': 1 });
  expect(overview.openByAssignee).to.deep.equal({ alice: 1 });

  await alice.call('deck_unassign_user_from_card', { ...card, user_id: 'alice' });
  await alice.call('deck_remove_label_from_card', { ...card, label_id });
  const bare = await alice.call('deck_get_card', card);
  expect([bare.labels, bare.assignedUsers]).to.deep.equal([[], []]);
  await alice.call('deck_delete_label', { board_id, label_id });
  expect(ids((await alice.call('deck_get_labels', { board_id })).labels)).not.to.include(label_id);
  await alice.call('deck_delete_board', { board_id });
});

scenario('deck: comments', { app: 'deck' }, async (alice) => {
  const { board_id, todo: stack_id } = await makeBoard(alice, 'Contract comments');
  const { id: card_id } = await alice.call('deck_create_card', {
    board_id,
    stack_id,
    title: 'Discussed',
  });
  const comment = await alice.call('deck_create_card_comment', {
    card_id,
    message: 'What do you think?',
  });
  expect(comment).to.include({ message: 'What do you think?', actorId: 'alice' });
  const reply = await alice.call('deck_create_card_comment', {
    card_id,
    message: 'Fine',
    parent_id: comment.id,
  });
  expect(reply.replyTo.id).to.equal(comment.id);
  await alice.call('deck_update_card_comment', {
    card_id,
    comment_id: comment.id,
    message: 'And now?',
  });
  const { comments } = await alice.call('deck_get_card_comments', { card_id });
  expect(comments.map(({ message }: Answer) => message)).to.have.members(['And now?', 'Fine']);
  const extra = await alice.call('deck_create_card_comment', { card_id, message: 'Never mind' });
  await alice.call('deck_delete_card_comment', { card_id, comment_id: extra.id });
  expect(
    (await alice.call('deck_get_card_comments', { card_id, limit: 5 })).comments,
  ).to.have.length(2);
  expect(
    await alice.refused('deck_update_card_comment', { card_id, comment_id: 999999, message: 'x' }),
  ).to.contain('"code":"not_found"');
  await alice.call('deck_delete_board', { board_id });
});

scenario('deck: files on a card', { app: 'deck' }, async (alice) => {
  const { board_id, todo: stack_id } = await makeBoard(alice, 'Contract files');
  const { id: card_id } = await alice.call('deck_create_card', {
    board_id,
    stack_id,
    title: 'Documented',
  });
  const card = { board_id, stack_id, card_id };
  const type = 'deck_file';
  const uploaded = await alice.call('deck_upload_attachment', {
    ...card,
    type,
    file: { text: 'Grüße', filename: 'hello.txt', media_type: 'text/plain' },
  });
  expect(uploaded).to.include({ type, data: 'hello.txt' });
  const attachment_id: number = uploaded.id;
  const { attachments } = await alice.call('deck_list_attachments', card);
  expect(ids(attachments)).to.deep.equal([attachment_id]);
  const file = await alice.call('deck_get_attachment', { ...card, type, attachment_id });
  expect(file.text).to.equal('Grüße');
  await alice.call('deck_delete_attachment', { ...card, type, attachment_id });
  await alice.call('deck_restore_attachment', { ...card, type, attachment_id });
  await alice.call('deck_delete_attachment', { ...card, type, attachment_id });
  await alice.refused('deck_get_attachment', { ...card, type, attachment_id: 999999 });
  const path = '/Contract attached.txt';
  await alice.call('nc_webdav_write_file', { path, content: 'kept' });
  const shared = { path, share_type: 12, share_with: String(card_id) };
  expect(await alice.call('nc_share_create', shared)).to.include({ kind: 'deck_card' });
  const listed = (await alice.call('deck_list_attachments', card)).attachments;
  const gone = listed.find(({ id }: Answer) => id === attachment_id);
  expect(gone).to.have.property('deletedAt');
  const attached = listed.find((one: Answer) => one.type === 'file');
  expect(attached.data).to.equal('Contract attached.txt');
  expect(attached).not.to.have.property('deletedAt');
  const taken = { ...card, type: 'file', attachment_id: attached.id };
  await alice.call('deck_delete_attachment', taken);
  expect((await alice.call('nc_webdav_read_file', { path })).content).to.equal('kept');
  await alice.call('nc_webdav_delete_resource', { path });
  await alice.call('deck_delete_board', { board_id });
});

scenario('deck: sharing a board', { app: 'deck' }, async (alice) => {
  const { board_id } = await makeBoard(alice, 'Contract sharing');
  const rights = { can_edit: true, can_share: false, can_manage: false };
  const share = await alice.call('deck_share_board', {
    board_id,
    type: 0,
    participant: 'bob',
    ...rights,
  });
  expect(share).to.include({ permissionEdit: true, permissionManage: false });
  const acl_id: number = share.id;
  const managed = await alice.call('deck_update_board_share', {
    board_id,
    acl_id,
    ...rights,
    can_manage: true,
  });
  expect(managed.permissionManage).to.equal(true);
  const { acl } = await alice.call('deck_get_board', { board_id });
  expect(acl.map(({ participant }: Answer) => participant.uid)).to.deep.equal(['bob']);
  await alice.call('deck_unshare_board', { board_id, acl_id });
  expect((await alice.call('deck_get_board', { board_id })).acl).to.deep.equal([]);
  await alice.call('deck_delete_board', { board_id });
});

scenario('deck: finding cards', { app: 'deck' }, async (alice) => {
  const { board_id, todo: stack_id } = await makeBoard(alice, 'Contract search');
  const overdue = await alice.call('deck_create_card', {
    board_id,
    stack_id,
    title: 'Quokkaworthy past',
    duedate: '2020-01-01T00:00:00+00:00',
  });
  const later = await alice.call('deck_create_card', {
    board_id,
    stack_id,
    title: 'Quokkaworthy future',
    duedate: '2099-01-01T00:00:00+00:00',
  });
  const found = await alice.call('deck_search_cards', { term: 'quokkaworthy', limit: 10 });
  expect(ids(found.cards)).to.have.members([overdue.id, later.id]);
  expect(found.cards[0].board).to.deep.equal({ id: board_id, title: 'Contract search' });
  expect(
    (await alice.call('deck_search_cards', { term: 'quokkaworthy title:past' })).cards,
  ).to.have.length(1);

  const upcoming = await alice.call('deck_list_upcoming_cards');
  expect(ids(upcoming.overdue)).to.include(overdue.id);
  expect(ids(upcoming.later)).to.include(later.id);
  const overview = await alice.call('deck_get_board_overview', { board_id });
  expect(overview.cards).to.include({ total: 2, overdue: 1, unassigned: 2 });
  expect(ids(overview.overdue)).to.deep.equal([overdue.id]);
  expect(ids(overview.nextDue)).to.deep.equal([later.id]);
  await alice.call('deck_delete_board', { board_id });
});

scenario('deck: settings and import formats', { app: 'deck' }, async (alice) => {
  const before = await alice.call('deck_get_config');
  expect(before.cardIdBadge).to.be.a('boolean');
  await alice.call('deck_set_config', { key: 'cardIdBadge', value: !before.cardIdBadge });
  expect((await alice.call('deck_get_config')).cardIdBadge).to.equal(!before.cardIdBadge);
  await alice.call('deck_set_config', { key: 'cardIdBadge', value: before.cardIdBadge });

  const { systems } = await alice.call('deck_list_import_systems');
  expect(systems.map(({ internalName }: Answer) => internalName)).to.include('TrelloJson');
  const schema = await alice.call('deck_get_import_schema', { name: 'TrelloJson' });
  expect(schema.properties).to.have.property('owner');
  expect(await alice.refused('deck_get_import_schema', { name: 'Nonsense' })).to.contain(
    'Nonsense',
  );
});

scenario('deck: importing a Trello board', { app: 'deck' }, async (alice) => {
  const board = await alice.call('deck_import_board', {
    system: 'TrelloJson',
    config: { owner: 'alice', color: '0082c9' },
    data: {
      name: 'Contract import',
      members: [],
      labels: [],
      lists: [{ id: 'l1', name: 'Ideas', closed: false, pos: 1 }],
      cards: [],
      checklists: [],
      actions: [],
    },
  });
  expect(board.title).to.equal('Contract import');
  const { stacks } = await alice.call('deck_get_stacks', { board_id: board.id });
  expect(stacks.map(({ title }: Answer) => title)).to.deep.equal(['Ideas']);
  await alice.call('deck_delete_board', { board_id: board.id });
});

scenario('deck: dependencies and done stacks', { app: 'deck', releases: ['34'] }, async (alice) => {
  const { board_id, todo: stack_id, doing } = await makeBoard(alice, 'Contract 1.18');
  const make = async (title: string): Promise<Answer> =>
    alice.call('deck_create_card', {
      board_id,
      stack_id,
      title,
      color: 'ff0000',
      startdate: '2099-01-01T00:00:00+00:00',
    });
  const [first, second] = [await make('Build'), await make('Ship')];
  const card = { board_id, stack_id, card_id: second['id'] as number };
  const dependent_card_id: number = first['id'];
  const linked = await alice.call('deck_assign_dependent_card', { ...card, dependent_card_id });
  expect(linked.dependentCards).to.deep.equal([dependent_card_id]);
  const renamed = await alice.call('deck_update_card', { ...card, title: 'Ship it' });
  expect(renamed).to.include({ title: 'Ship it', color: 'ff0000' });
  expect(renamed.startdate).to.match(/^2099-01-01/);
  const free = await alice.call('deck_remove_dependent_card', { ...card, dependent_card_id });
  expect(free.dependentCards ?? []).to.deep.equal([]);
  await alice.call('deck_set_done_stack', { board_id, stack_id: doing, is_done: true });
  const stack = await alice.call('deck_get_stack', { board_id, stack_id: doing });
  expect(stack.isDoneColumn).to.equal(true);
  await alice.call('deck_delete_board', { board_id });
});
