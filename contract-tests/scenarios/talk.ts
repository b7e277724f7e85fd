import { expect } from 'chai';
import { scenario } from '../scenario.ts';
import type { Actor, ScenarioOptions } from '../scenario.ts';

// There is no Talk for the 34 server these recordings come from.
const inTalk: ScenarioOptions = { app: 'spreed', releases: ['32'] };

/** Runs a story in a group conversation of its own and deletes it afterwards. */
async function inConversation(
  alice: Actor,
  name: string,
  story: (token: string) => Promise<void>,
): Promise<void> {
  const { token } = await alice.call('talk_create_conversation', { room_type: 2, room_name: name });
  await story(token as string);
  await alice.call('talk_delete_conversation', { token });
}

scenario('talk: messages, reactions and reminders', inTalk, async (alice) => {
  await inConversation(alice, 'Greenhouse', async (token) => {
    const sent = await alice.call('talk_send_message', { token, message: 'The tomatoes are ripe' });
    const message_id: number = sent.id;
    await alice.call('talk_send_message', { token, message: 'All of them?', reply_to: message_id });
    await alice.call('talk_edit_message', { token, message_id, message: 'The tomatoes are red' });
    const { messages } = await alice.call('talk_get_messages', { token, limit: 20 });
    expect(messages.map((entry: { message: string }) => entry.message)).to.include(
      'The tomatoes are red',
    );
    await alice.call('talk_get_message_context', { token, message_id });

    const at = { token, message_id };
    await alice.call('talk_react', { ...at, reaction: '🍅' });
    const reactions = await alice.call('talk_list_reactions', at);
    expect(reactions['🍅'][0].actorId).to.equal('alice');
    await alice.call('talk_remove_reaction', { ...at, reaction: '🍅' });

    await alice.call('talk_set_reminder', { ...at, timestamp: 1924988400 });
    const { reminders } = await alice.call('talk_list_reminders');
    expect(reminders.map((entry: { messageId: number }) => entry.messageId)).to.include(message_id);
    await alice.call('talk_delete_reminder', at);

    await alice.call('talk_share_object', {
      token,
      object_type: 'geo-location',
      object_id: 'geo:52.5450511,13.3741463',
      meta_data: JSON.stringify({
        id: 'geo:52.5450511,13.3741463',
        name: 'Greenhouse',
        latitude: '52.5450511',
        longitude: '13.3741463',
      }),
    });
    await alice.call('talk_list_shared_items', { token, object_type: 'location' });
    await alice.call('talk_mark_as_read', { token });
    await alice.call('talk_mark_as_unread', { token });
    await alice.call('talk_delete_message', at);
    await alice.call('talk_clear_history', { token });
  });
});

scenario('talk: a summary needs an AI provider', inTalk, async (alice) => {
  const { types } = await alice.call('nc_assistant_list_task_types');
  const offered = types.some((type: { id: string }) => type.id === 'core:text2text:summary');
  await inConversation(alice, 'Long story', async (token) => {
    const { id } = await alice.call('talk_send_message', { token, message: 'Once upon a time' });
    await alice.call('talk_send_message', { token, message: 'They lived happily ever after' });
    const from = { token, from_message_id: id };
    if (offered) {
      expect((await alice.call('talk_summarize_chat', from)).taskId).to.be.a('number');
    } else {
      await alice.refused('talk_summarize_chat', from);
    }
  });
});

scenario('talk: conversations and their settings', inTalk, async (alice) => {
  await inConversation(alice, 'Workshop', async (token) => {
    await alice.call('talk_rename_conversation', { token, name: 'Workshop spring' });
    await alice.call('talk_set_description', { token, description: 'Saws and planes' });
    await alice.call('talk_set_message_expiration', { token, seconds: 3600 });
    await alice.call('talk_set_mention_permissions', { token, mention_permissions: 1 });
    await alice.call('talk_set_listable', { token, scope: 1 });
    await alice.call('talk_set_lobby', { token, state: 1, timer: 1924988400 });
    await alice.call('talk_set_lobby', { token, state: 0 });
    await alice.call('talk_set_notification_level', { token, level: 1 });
    await alice.call('talk_add_favorite', { token });
    const room = await alice.call('talk_get_conversation', { token });
    expect(room).to.include({ displayName: 'Workshop spring', isFavorite: true, listable: 1 });
    await alice.call('talk_remove_favorite', { token });
    await alice.call('talk_archive_conversation', { token });
    await alice.call('talk_unarchive_conversation', { token });
    await alice.call('talk_set_read_only', { token, state: 1 });
    await alice.call('talk_set_read_only', { token, state: 0 });

    await alice.call('talk_allow_guests', { token });
    await alice.call('talk_set_password', { token, password: 'violet-Planer-77' });
    await alice.call('talk_disallow_guests', { token });
    await alice.call('talk_join_conversation', { token });

    const { conversations } = await alice.call('talk_list_conversations');
    expect(conversations.map((entry: { token: string }) => entry.token)).to.include(token);
    await alice.call('talk_list_open_conversations', { query: 'Workshop' });
    await alice.call('talk_list_upcoming_meetings');
    const missing = { token, calendar_uri: 'no-such-calendar', start: 1924988400 };
    await alice.refused('talk_schedule_meeting', missing);
  });
  const note = await alice.call('talk_get_note_to_self');
  expect(note.type).to.equal(6);
});

scenario('talk: participants come and go', inTalk, async (alice) => {
  await inConversation(alice, 'Choir', async (token) => {
    await alice.call('talk_add_participant', { token, participant: 'bob' });
    const { participants } = await alice.call('talk_list_participants', { token });
    const bob = participants.find((entry: { actorId: string }) => entry.actorId === 'bob');
    const of = { token, attendee_id: bob.attendeeId };
    await alice.call('talk_promote_moderator', of);
    await alice.call('talk_demote_moderator', of);
    const { mentions } = await alice.call('talk_find_mentions', { token, query: 'bob' });
    expect(mentions.map((entry: { id: string }) => entry.id)).to.include('bob');
    await alice.call('talk_remove_participant', of);

    const ban = await alice.call('talk_ban_participant', {
      token,
      actor_type: 'users',
      actor_id: 'carol',
    });
    const { bans } = await alice.call('talk_list_bans', { token });
    expect(bans[0].bannedActorId).to.equal('carol');
    await alice.call('talk_unban_participant', { token, ban_id: ban.id });
    await alice.call('talk_resend_invitations', { token });

    await alice.call('talk_add_participant', { token, participant: 'bob' });
    await alice.refused('talk_leave_conversation', { token });
  });
});

scenario('talk: a poll in a conversation', inTalk, async (alice) => {
  await inConversation(alice, 'Book club', async (token) => {
    const poll = await alice.call('talk_create_poll', {
      token,
      question: 'Which book next?',
      options: ['Emma', 'Dune'],
      result_mode: 0,
      max_votes: 1,
    });
    const of = { token, poll_id: poll.id };
    await alice.call('talk_vote_poll', { ...of, option_ids: [1] });
    const seen = await alice.call('talk_get_poll', of);
    expect(seen.votedSelf).to.deep.equal([1]);
    const closed = await alice.call('talk_close_poll', of);
    expect(closed.status).to.equal(1);
  });
});
