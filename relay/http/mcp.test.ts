import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { expect } from 'chai';
import { startLocalNextcloud } from '../testing/local-nextcloud.ts';
import type { Handle, LocalNextcloud } from '../testing/local-nextcloud.ts';
import { startedGateway } from '../testing/started-gateway.ts';
import type { StartedGateway } from '../testing/started-gateway.ts';

const NOTE = {
  id: 7,
  title: 'Shopping',
  content: 'milk',
  category: '',
  modified: 1731000000,
  favorite: false,
  etag: 'e1',
  readonly: false,
};

const answerNotes: Handle = ({ method, url }) => {
  if (method === 'GET' && url.includes('/notes/api/v1/notes/7')) return { json: NOTE };
  if (method === 'GET' && /\/notes\/api\/v1\/notes(?:\?|$)/.test(url))
    return { json: [NOTE, { ...NOTE, id: 8, title: 'Work' }] };
  if (method === 'GET' && url.includes('/notes/api/v1/settings'))
    return { json: { notesPath: 'Notes', fileSuffix: '.md' } };
  if (method === 'GET' && url.includes('/attachment/7')) {
    return {
      body: new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xff]),
      headers: { 'Content-Type': 'image/png' },
    };
  }
  return undefined;
};

/** What both generations of clients have in common. */
interface AnyClient {
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(call: {
    name: string;
    arguments?: Record<string, unknown>;
  }): Promise<Record<string, unknown>>;
  readResource(request: { uri: string }): Promise<{ contents: unknown[] }>;
  listResources(): Promise<{ resources: { uri: string }[] }>;
  listResourceTemplates(): Promise<{ resourceTemplates: { uriTemplate: string }[] }>;
  listPrompts(): Promise<{ prompts: { name: string }[] }>;
  getPrompt(request: {
    name: string;
    arguments?: Record<string, string>;
  }): Promise<{ messages: unknown[] }>;
  complete(request: unknown): Promise<{ completion: { values: string[] } }>;
  getInstructions(): string | undefined;
  close(): Promise<void>;
}

const CLIENTS: Readonly<Record<string, (url: URL) => Promise<AnyClient>>> = {
  'client 2.x (2026-07-28)': async (url) => {
    const client = new Client(
      { name: 'test', version: '1' },
      { versionNegotiation: { mode: 'auto' } },
    );
    await client.connect(new StreamableHTTPClientTransport(url));
    expect(client.getNegotiatedProtocolVersion()).to.equal('2026-07-28');
    return client;
  },
  'client 1.x (2025-11-25)': async (url) => {
    const client = new OldClient({ name: 'test', version: '1' });
    await client.connect(new OldTransport(url));
    return client;
  },
};

for (const [name, connect] of Object.entries(CLIENTS)) {
  describe(`the MCP endpoint, seen by ${name}`, () => {
    let upstream: LocalNextcloud;
    let gateway: StartedGateway;
    let client: AnyClient;

    before(async () => {
      upstream = await startLocalNextcloud(answerNotes);
      gateway = await startedGateway(upstream.url);
      client = await connect(new URL('/mcp', gateway.url));
    });

    beforeEach(() => upstream.seen.splice(0));

    after(async () => {
      await client.close();
      await gateway.close();
      await upstream.close();
    });

    const failure = async (
      tool: string,
      args: Record<string, unknown> = {},
    ): Promise<Record<string, unknown>> => {
      const result = (await client.callTool({ name: tool, arguments: args })) as {
        isError?: boolean;
        content: { text: string }[];
      };
      expect(result.isError).to.equal(true);
      return JSON.parse(result.content[0]?.text ?? '') as Record<string, unknown>;
    };

    it('lists the tools of the apps that are there, in a fixed order', async () => {
      const first = (await client.listTools()).tools.map((tool) => tool.name);
      expect(first).to.include('nc_notes_get_note').and.to.include('nc_find_tools');
      expect(first.filter((tool) => tool.startsWith('deck_'))).to.eql([]);
      expect((await client.listTools()).tools.map((tool) => tool.name)).to.eql(first);
    });

    it('says how it wants to be used', () => {
      expect(client.getInstructions()).to.contain('nc_find_tools');
    });

    it('calls a tool: structured content, and the same as text', async () => {
      const result = (await client.callTool({
        name: 'nc_notes_get_note',
        arguments: { note_id: '7' },
      })) as {
        structuredContent: Record<string, unknown>;
        content: { text: string }[];
      };
      expect(result.structuredContent).to.include({
        title: 'Shopping',
        modified: '2024-11-07T17:20:00Z',
      });
      expect(JSON.parse(result.content[0]?.text ?? '')).to.eql(result.structuredContent);
      const [call] = upstream.calls();
      expect(call?.headers['ocs-apirequest']).to.equal('true');
    });

    it('reaches tools through find, describe and call', async () => {
      const found = await client.callTool({
        name: 'nc_find_tools',
        arguments: { query: 'read a note' },
      });
      expect(JSON.stringify(found.structuredContent)).to.contain('nc_notes_get_note');
      const described = await client.callTool({
        name: 'nc_describe_tool',
        arguments: { name: 'nc_notes_get_note' },
      });
      expect(JSON.stringify(described.structuredContent)).to.contain('note_id');
      const call = { name: 'nc_notes_get_note', arguments: { note_id: 7 } };
      const called = await client.callTool({ name: 'nc_call_tool', arguments: call });
      expect(called.structuredContent).to.include({ title: 'Shopping' });
    });

    it('does not let nc_call_tool around any check', async () => {
      expect(
        await failure('nc_call_tool', { name: 'nc_notes_get_note', arguments: {} }),
      ).to.include({ code: 'invalid_argument' });
      expect(await failure('nc_call_tool', { name: 'deck_get_boards' })).to.include({
        code: 'app_missing',
      });
      expect(await failure('nc_call_tool', { name: 'nc_nope' })).to.include({
        code: 'unknown_tool',
      });
      expect(upstream.calls()).to.eql([]);
    });

    it('answers an unknown tool with a protocol error and a suggestion', async () => {
      const error = await client
        .callTool({ name: 'nc_notes_get_noet' })
        .catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(Error).with.property('code', -32602);
      expect((error as Error).message).to.contain('Did you mean nc_notes_get_note?');
      expect(upstream.calls()).to.eql([]);
    });

    it('refuses wrong arguments before anything is sent', async () => {
      for (const args of [
        {},
        { note_id: 'abc' },
        { note_id: [] },
        { noteId: 7 },
        { note_id: 7, extra: 1 },
      ]) {
        const error = await failure('nc_notes_get_note', args);
        expect(error).to.include({ code: 'invalid_argument', retryable: false });
        expect(error.hint).to.contain('note_id');
      }
      expect(upstream.calls()).to.eql([]);
    });

    it('answers what Nextcloud refuses as a tool error that says what to do', async () => {
      const error = await failure('nc_notes_get_note', { note_id: 99 });
      expect(error).to.include({ code: 'not_found', retryable: false });
      expect(JSON.stringify(error)).not.to.contain(upstream.url);
    });

    it('offers resources of apps that are there, and reads them with their media types', async () => {
      const uris = (await client.listResources()).resources.map(({ uri }) => uri);
      expect(uris).to.include.members([
        'nc://capabilities',
        'notes://settings',
        'cookbook://version',
      ]);
      expect(uris).not.to.include('nc://Deck/boards');
      const templates = (await client.listResourceTemplates()).resourceTemplates.map(
        ({ uriTemplate }) => uriTemplate,
      );
      expect(templates).to.include('nc://Notes/{note_id}/attachments/{attachment_filename}');
      expect((await client.readResource({ uri: 'nc://Notes/7' })).contents[0]).to.include({
        mimeType: 'application/json',
      });
      const image = await client.readResource({ uri: 'nc://Notes/7/attachments/a%20b.png' });
      expect(image.contents[0]).to.include({ mimeType: 'image/png', blob: 'iVBOR/8=' });
      expect(upstream.calls().at(-1)?.url).to.contain('.attachments.7%2Fa%20b.png');
    });

    it('knows no resource beside those, and none outside its folder', async () => {
      for (const uri of [
        'nc://Notes/7/attachments/..%2F..%2Fsecret',
        'nc://Notes/x',
        'nc://Notes/7/..',
        'file:///etc/passwd',
      ]) {
        const error = await client.readResource({ uri }).catch((thrown: unknown) => thrown);
        expect(error, uri).to.be.instanceOf(Error).with.property('code', -32602);
      }
      expect(upstream.calls()).to.eql([]);
      const missing = await client
        .readResource({ uri: 'nc://Notes/99' })
        .catch((thrown: unknown) => thrown);
      expect(missing).to.be.instanceOf(Error).with.property('code', -32602);
    });

    it('completes ids by what people call the thing', async () => {
      const ref = { type: 'ref/resource', uri: 'nc://Notes/{note_id}' };
      const complete = (value: string) =>
        client.complete({ ref, argument: { name: 'note_id', value } });
      expect((await complete('shop')).completion.values).to.eql(['7']);
      expect((await complete('8')).completion.values).to.eql(['8']);
      expect((await complete('zzz')).completion.values).to.eql([]);
    });

    it('offers prompts, and names what one needs', async () => {
      const { prompts } = await client.listPrompts();
      expect(prompts.map((prompt) => prompt.name)).to.include('plan_my_week');
      const { messages } = await client.getPrompt({
        name: 'summarise_notes',
        arguments: { topic: 'bees' },
      });
      expect(JSON.stringify(messages)).to.contain('bees');
      const error = await client
        .getPrompt({ name: 'summarise_notes' })
        .catch((thrown: unknown) => thrown);
      expect((error as Error).message).to.contain('topic');
    });
  });
}
