import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { expect } from 'chai';
import { startLocalNextcloud } from '../testing/local-nextcloud.ts';
import type { LocalNextcloud } from '../testing/local-nextcloud.ts';
import { run } from './program.ts';
import { ranWith } from './ran.fixture.ts';

interface Served {
  /** Root addresses. */
  readonly gateway: string;
  readonly metrics: string;
  stop(): Promise<void>;
}

const ADDRESS = /url="(http:\/\/[^"/]+)\/(mcp|metrics)"/g;

function environment(nextcloud: string): Record<string, string> {
  return {
    NEXTCLOUD_HOST: nextcloud,
    NEXTCLOUD_USERNAME: 'alice-of-these-metrics',
    NEXTCLOUD_PASSWORD: 'the-app-password',
  };
}

async function listening(): Promise<{ readonly server: Server; readonly port: string }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: String((server.address() as AddressInfo).port) };
}

/** `serve` with a port for metrics, as on the command line. */
async function served(nextcloud: string): Promise<Served> {
  const asking = new AbortController();
  const addresses = Promise.withResolvers<Record<string, string>>();
  let said = '';
  const ended = run(['serve', '--port', '0'], {
    environment: { ...environment(nextcloud), METRICS_PORT: '0' },
    dotenv: undefined,
    readFile: () => '',
    out: () => undefined,
    err(text) {
      said += text;
      const found = [...said.matchAll(ADDRESS)].map(([, url, path]) => [path, url] as const);
      if (found.length === 2) addresses.resolve(Object.fromEntries(found) as never);
    },
    ended: once(asking.signal, 'abort').then(() => undefined),
    columns: 100,
  });
  const { mcp = '', metrics = '' } = await addresses.promise;
  return {
    gateway: mcp,
    metrics,
    async stop() {
      asking.abort();
      expect(await ended).to.equal(0);
    },
  };
}

describe('metrics', () => {
  let upstream: LocalNextcloud;
  let gateway: Served;

  before(async () => {
    upstream = await startLocalNextcloud(({ url }) =>
      url.includes('/notes/api/v1/settings') ? { json: { notesPath: 'Notes' } } : undefined,
    );
    gateway = await served(upstream.url);
  });
  after(async () => {
    await gateway.stop();
    await upstream.close();
  });

  async function page(): Promise<string> {
    const answer = await fetch(`${gateway.metrics}/metrics`);
    expect(answer.headers.get('content-type')).to.match(/^text\/plain; version=0\.0\.4/);
    return answer.text();
  }

  it('count requests, calls and what Nextcloud answered, and name nobody', async () => {
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(new URL(`${gateway.gateway}/mcp`)));
    const call = (name: string, args = {}) => client.callTool({ name, arguments: args });
    await call('nc_notes_get_settings');
    await call('nc_notes_get_note', { note_id: 7 });
    await call('nc_notes_get_note', { nonsense: 'secret-words' });
    await call('nc_call_tool', { name: 'tool-of-a-stranger', arguments: {} });
    await client.close();
    await fetch(`${gateway.gateway}/path-of-a-stranger`);
    const text = await page();
    expect(text)
      .to.contain('mcp_tool_calls_total{tool="nc_notes_get_settings",outcome="ok"} 1')
      .and.to.contain('mcp_tool_calls_total{tool="nc_notes_get_note",outcome="failed"} 1')
      .and.to.contain('mcp_tool_calls_total{tool="nc_notes_get_note",outcome="refused"} 1')
      .and.to.contain('mcp_tool_calls_total{tool="unknown",outcome="refused"} 1')
      .and.to.contain('mcp_tool_duration_seconds_count{outcome="ok"} 1')
      .and.to.match(/mcp_nextcloud_requests_total\{method="GET",outcome="404"\} [1-9]/)
      .and.to.match(/mcp_http_requests_total\{route="\/mcp",method="POST",status="200"\} [1-9]/)
      .and.to.contain('mcp_http_requests_total{route="other",method="GET",status="404"} 1')
      .and.to.contain('process_resident_memory_bytes');
    expect(text).not.to.match(/alice-of-these|app-password|secret-words|of-a-stranger/);
  });

  it('are not served to clients of the gateway', async () => {
    expect((await fetch(`${gateway.gateway}/metrics`)).status).to.equal(404);
  });

  it('say that their port is taken, and nothing is left listening', async () => {
    const [taken, free] = [await listening(), await listening()];
    free.server.close();
    const { code, err } = await ranWith(
      { ...environment(upstream.url), METRICS_PORT: taken.port },
      ['serve', '--port', free.port],
    );
    taken.server.close();
    expect(code).to.equal(2);
    expect(err).to.contain(`METRICS_PORT: ${taken.port} is in use`);
    const failure = await fetch(`http://127.0.0.1:${free.port}/health/live`).catch(
      (error: unknown) => error,
    );
    expect(failure).to.have.nested.property('cause.code', 'ECONNREFUSED');
  });
});
