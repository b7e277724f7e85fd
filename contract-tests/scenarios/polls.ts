import { expect } from 'chai';
import { scenario } from '../scenario.ts';

scenario(
  'polls: a text poll from the question to the decision',
  { app: 'polls' },
  async (alice) => {
    const created = await alice.call('nc_polls_create_poll', {
      type: 'textPoll',
      title: 'Which cake?',
    });
    const poll_id: number = created.poll.id;
    await alice.call('nc_polls_update_poll', {
      poll_id,
      changes: { description: 'For the party', allowMaybe: true, access: 'private' },
    });
    await alice.call('nc_polls_add_options', { poll_id, text: 'Apple\nCherry' });
    const added = await alice.call('nc_polls_add_option', { poll_id, option: { text: 'Plum' } });
    const { options } = await alice.call('nc_polls_list_options', { poll_id });
    expect(options.map((option: { text: string }) => option.text)).to.have.members([
      'Apple',
      'Cherry',
      'Plum',
    ]);

    const option_id: number = added.option.id;
    await alice.call('nc_polls_update_option', { option_id, text: 'Plum crumble' });
    await alice.call('nc_polls_set_option_order', { option_id, order: 1 });
    const voted = await alice.call('nc_polls_vote', { option_id, answer: 'yes' });
    expect(voted.vote.answer).to.equal('yes');
    const { votes } = await alice.call('nc_polls_list_votes', { poll_id });
    expect(votes).to.have.length(1);
    await alice.call('nc_polls_remove_votes', { poll_id, user_id: 'alice' });

    const { comment } = await alice.call('nc_polls_add_comment', { poll_id, comment: 'No nuts' });
    await alice.call('nc_polls_delete_comment', { comment_id: comment.id });
    await alice.call('nc_polls_restore_comment', { comment_id: comment.id });
    const { comments } = await alice.call('nc_polls_list_comments', { poll_id });
    expect(comments.map((entry: { comment: string }) => entry.comment)).to.include('No nuts');

    await alice.call('nc_polls_delete_option', { option_id });
    await alice.call('nc_polls_restore_option', { option_id });
    await alice.call('nc_polls_close_poll', { poll_id });
    const confirmed = await alice.call('nc_polls_toggle_option_confirmation', { option_id });
    expect(confirmed.option.confirmed).to.be.a('string');
    await alice.call('nc_polls_reopen_poll', { poll_id });
    const whole = await alice.call('nc_polls_get_poll', { poll_id });
    expect(whole.poll.configuration.title).to.equal('Which cake?');
    await alice.call('nc_polls_toggle_poll_archive', { poll_id });
    await alice.call('nc_polls_delete_poll', { poll_id });
  },
);

scenario('polls: a date poll is shared, copied and watched', { app: 'polls' }, async (alice) => {
  const created = await alice.call('nc_polls_create_poll', { type: 'datePoll', title: 'Kick-off' });
  const poll_id: number = created.poll.id;
  await alice.call('nc_polls_add_option', {
    poll_id,
    option: { isoTimestamp: '2031-03-03T09:00:00Z', isoDuration: 'PT1H' },
    sequence: { repetitions: 2, stepWidth: 1, unit: { id: 'week' } },
  });
  const { options } = await alice.call('nc_polls_list_options', { poll_id });
  expect(options).to.have.length(3);

  const { share } = await alice.call('nc_polls_share_poll', {
    poll_id,
    type: 'user',
    user_id: 'bob',
  });
  const token: string = share.token;
  await alice.call('nc_polls_send_invitation', { token });
  const locked = await alice.call('nc_polls_lock_share', { token });
  expect(locked.share.locked).to.equal(true);
  await alice.call('nc_polls_unlock_share', { token });
  await alice.call('nc_polls_delete_share', { token });
  await alice.call('nc_polls_restore_share', { token });
  const { shares } = await alice.call('nc_polls_list_shares', { poll_id });
  expect(shares.map((entry: { token: string }) => entry.token)).to.include(token);
  await alice.call('nc_polls_list_participant_addresses', { poll_id });

  expect((await alice.call('nc_polls_subscribe', { poll_id })).subscribed).to.equal(true);
  expect((await alice.call('nc_polls_unsubscribe', { poll_id })).subscribed).to.equal(false);

  const copy = await alice.call('nc_polls_clone_poll', { poll_id });
  const { polls } = await alice.call('nc_polls_list_polls');
  expect(polls.map((poll: { id: number }) => poll.id)).to.include.members([poll_id, copy.poll.id]);
  await alice.call('nc_polls_delete_poll', { poll_id: copy.poll.id });
  await alice.call('nc_polls_delete_poll', { poll_id });
});

scenario(
  'polls: an administrator hands a poll over',
  { app: 'polls', as: 'admin' },
  async (admin) => {
    const created = await admin.call('nc_polls_create_poll', {
      type: 'textPoll',
      title: 'Handed over',
    });
    const poll_id: number = created.poll.id;
    await admin.call('nc_polls_transfer_poll', { poll_id, target_user_id: 'alice' });
    await admin.call('nc_polls_transfer_poll', { poll_id, target_user_id: 'admin' });
    await admin.call('nc_polls_delete_poll', { poll_id });
  },
);
