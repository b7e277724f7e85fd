/* eslint-disable @typescript-eslint/no-deprecated -- the gateway serves with the low-level server */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { ClientOptions } from '@modelcontextprotocol/client';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { Server, createMcpHandler } from '@modelcontextprotocol/server';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { expect } from 'chai';
import { RelayError } from '../errors.ts';
import { signInElicitation, signInKind } from './elicitation.ts';

const LINK = 'https://gateway.example.org/oauth/connect?state=';
const INFO = { name: 'test', version: '1' };

interface Sent {
  readonly status: number;
  readonly body: Record<string, never> & { result?: never; error?: never };
}

describe('URL elicitation', () => {
  let endpoint: string;
  let close: () => void;
  let connected: boolean;
  let links: number;

  beforeEach(async () => {
    connected = false;
    links = 0;
    const elicitation = signInElicitation({
      key: Buffer.alloc(32, 7),
      principalKey: (context) => context.http?.req?.headers.get('x-person') ?? 'nobody',
    });
    const handler = createMcpHandler(({ era }) => {
      const server = new Server(INFO, {
        capabilities: { tools: {} },
        requestState: { verify: elicitation.verify },
      });
      server.setRequestHandler('tools/list', () => ({
        tools: [{ name: 'notes', inputSchema: { type: 'object' } }],
      }));
      server.setRequestHandler('tools/call', (request, context) =>
        connected
          ? { content: [{ type: 'text', text: 'done' }] }
          : elicitation.ask({
              era,
              tool: request.params.name,
              context,
              message: 'Connect your Nextcloud.',
              link: () => Promise.resolve(`${LINK}${String((links += 1))}`),
            }),
      );
      return server;
    });
    const node = toNodeHandler(handler);
    const server = createServer((request, response) => void node(request as never, response));
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
    close = () => {
      server.closeAllConnections();
      server.close();
      void handler.close();
    };
  });
  afterEach(() => close());

  async function modern(
    options: ClientOptions,
    answer?: () => 'accept' | 'decline',
  ): Promise<Client> {
    const client = new Client(INFO, { ...options, versionNegotiation: { mode: 'auto' } });
    if (answer !== undefined) {
      client.setRequestHandler('elicitation/create', () => ({ action: answer() }));
    }
    await client.connect(new StreamableHTTPClientTransport(new URL(endpoint)));
    return client;
  }

  const call = { name: 'notes', arguments: {} };
  const textOf = (result: { content: unknown }): string =>
    (result.content as { text: string }[]).map(({ text }) => text).join();

  it('asks a client of today, and goes on when the person signed in', async () => {
    const asked: string[] = [];
    const client = await modern({ capabilities: { elicitation: { url: {} } } });
    client.setRequestHandler('elicitation/create', (request) => {
      asked.push((request.params as { url: string }).url);
      connected = true;
      return { action: 'accept' };
    });
    expect(textOf(await client.callTool(call))).to.equal('done');
    expect(asked).to.deep.equal([`${LINK}1`]);
    await client.close();
  });

  it('asks once: who accepted without signing in gets an error with the link', async () => {
    let rounds = 0;
    const client = await modern({ capabilities: { elicitation: { url: {} } } }, () => {
      rounds += 1;
      return 'accept';
    });
    const result = await client.callTool(call);
    expect(result.isError).to.equal(true);
    expect(textOf(result)).to.contain(LINK);
    expect(rounds).to.equal(1);
    await client.close();
  });

  it('takes no for an answer', async () => {
    const client = await modern({ capabilities: { elicitation: { url: {} } } }, () => 'decline');
    const result = await client.callTool(call);
    expect(result.isError).to.equal(true);
    expect(textOf(result)).to.contain('did not want').and.not.to.contain(LINK);
    expect(links).to.equal(1);
    await client.close();
  });

  for (const capabilities of [{}, { elicitation: {} }, { elicitation: { form: {} } }]) {
    it(`gives the link as text to a client with ${JSON.stringify(capabilities)}`, async () => {
      const client = await modern({ capabilities });
      const result = await client.callTool(call);
      expect(result.isError).to.equal(true);
      expect(JSON.parse(textOf(result))).to.nested.include({
        code: 'sign_in_required',
        'details.sign_in_url': `${LINK}1`,
      });
      await client.close();
    });
  }

  it('tells an older client by the error of its era, with the link in the text as well', async () => {
    const client = new OldClient(INFO, { capabilities: {} });
    await client.connect(new OldTransport(new URL(endpoint)));
    const error = (await client.callTool(call).catch((thrown: unknown) => thrown)) as {
      code: number;
      message: string;
      data: { elicitations: Record<string, string>[] };
    };
    expect(error.code).to.equal(-32042);
    expect(error.message).to.contain(`${LINK}1`);
    expect(error.data.elicitations[0]).to.include({ mode: 'url', url: `${LINK}1` });
    expect(error.data.elicitations[0]?.elicitationId).to.be.a('string');
    await client.close();
  });

  describe('request state', () => {
    async function send(person: string, extra: object = {}): Promise<Sent> {
      const version = '2026-07-28';
      const prefix = 'io.modelcontextprotocol/';
      const answer = await fetch(endpoint, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          Accept: 'application/json, text/event-stream',
          'MCP-Protocol-Version': version,
          'Mcp-Method': 'tools/call',
          'Mcp-Name': 'notes',
          'X-Person': person,
        },
        body: JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'tools/call',
          params: {
            ...call,
            _meta: {
              [`${prefix}protocolVersion`]: version,
              [`${prefix}clientInfo`]: INFO,
              [`${prefix}clientCapabilities`]: { elicitation: { url: {} } },
            },
            ...extra,
          },
        }),
      });
      return { status: answer.status, body: (await answer.json()) as Sent['body'] };
    }

    const accepted = { inputResponses: { signin: { action: 'accept' } } };

    it('belongs to the person who was asked', async () => {
      const { body } = await send('alice');
      const { resultType, requestState } = body.result as unknown as Record<string, string>;
      expect(resultType).to.equal('input_required');
      const foreign = await send('bob', { ...accepted, requestState });
      expect(foreign.body.error).to.include({ code: -32602 });
      const tampered = await send('alice', { ...accepted, requestState: `${requestState ?? ''}x` });
      expect(tampered.body.error).to.include({ code: -32602 });
      const own = await send('alice', { ...accepted, requestState });
      expect(own.body.result).to.include({ isError: true });
    });

    it('does not ask again when the client says nothing about the link', async () => {
      const { body } = await send('alice');
      const { requestState } = body.result as unknown as { requestState: string };
      const again = await send('alice', { requestState });
      expect(again.body.result).to.include({ isError: true });
    });
  });

  it('knows which errors ask for what', () => {
    const kind = 'connect_nextcloud';
    expect(signInKind(new RelayError('sign_in_required', 'x', { details: { kind } }))).to.equal(
      kind,
    );
    expect(signInKind(new RelayError('forbidden', 'x', { details: { kind } }))).to.equal(undefined);
    expect(signInKind(new Error('x'))).to.equal(undefined);
  });
});
