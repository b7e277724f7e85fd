import { expect } from 'chai';
import { scenario } from '../scenario.ts';

scenario(
  'assistant: a chat is kept, with or without an AI provider',
  { app: 'assistant' },
  async (alice) => {
    const { session } = await alice.call('nc_assistant_create_chat', {
      timestamp: 1893456000,
      title: 'Trip',
    });
    const session_id: number = session.id;
    await alice.call('nc_assistant_rename_chat', { session_id, title: 'Trip to Rome' });
    const { chats } = await alice.call('nc_assistant_list_chats');
    const mine = chats.find((chat: { id: number }) => chat.id === session_id);
    expect(mine.title).to.equal('Trip to Rome');

    const message = await alice.call('nc_assistant_add_chat_message', {
      session_id,
      role: 'human',
      content: 'What should I pack?',
      timestamp: 1893456001,
    });
    const { messages } = await alice.call('nc_assistant_list_chat_messages', { session_id });
    expect(messages.map((entry: { content: string }) => entry.content)).to.deep.equal([
      'What should I pack?',
    ]);
    const { types } = await alice.call('nc_assistant_list_task_types');
    if (types.some((type: { id: string }) => type.id === 'core:text2text:chat')) {
      expect((await alice.call('nc_assistant_generate_reply', { session_id })).taskId).to.be.a(
        'number',
      );
    } else {
      await alice.refused('nc_assistant_generate_reply', { session_id });
    }
    await alice.refused('nc_assistant_get_reply', { session_id, task_id: 999999 });
    await alice.call('nc_assistant_delete_chat_message', { session_id, message_id: message.id });
    await alice.call('nc_assistant_delete_chat', { session_id });
  },
);

scenario(
  'assistant: task types, tasks and the text of a file',
  { app: 'assistant' },
  async (alice) => {
    const { types } = await alice.call('nc_assistant_list_task_types');
    expect(types).to.be.an('array');
    const { tasks } = await alice.call('nc_assistant_list_tasks');
    expect(tasks).to.be.an('array');

    await alice.call('nc_webdav_write_file', {
      path: 'assistant-reads.txt',
      content: 'Read me aloud',
    });
    const read = await alice.call('nc_assistant_read_file_text', {
      file_path: 'assistant-reads.txt',
    });
    expect(read.parsedText).to.include('Read me aloud');
    await alice.call('nc_webdav_delete_resource', { path: 'assistant-reads.txt' });

    const gone = { task_id: 999999, file_id: 999999 };
    await alice.refused('nc_assistant_get_output_file', gone);
    await alice.refused('nc_assistant_save_output_file', gone);
    await alice.refused('nc_assistant_run_file_action', {
      file_id: 999999,
      task_type_id: 'core:text2text:summary',
    });
  },
);
