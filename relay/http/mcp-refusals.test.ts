import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { startLocalNextcloud } from '../testing/local-nextcloud.ts';
import type { Handle, LocalNextcloud } from '../testing/local-nextcloud.ts';
import { startedGateway } from '../testing/started-gateway.ts';
import type { StartedGateway } from '../testing/started-gateway.ts';

const HEADERS = {
  'Content-Type': 'application/json',
  Accept: 'application/json, text/event-stream',
};

interface Rpc {
  readonly result?: { isError?: boolean; content?: { text: string }[]; tools?: { name: string }[] };
  readonly error?: { code: number; message: string };
}

async function post(
  url: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<[number, Rpc]> {
  const response = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: { ...HEADERS, ...headers },
    body,
  });
  const text = await response.text();
  return [response.status, JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? text) as Rpc];
}

const rpc = (method: string, params: unknown = {}): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
const getNote = rpc('tools/call', { name: 'nc_notes_get_note', arguments: { note_id: 7 } });

function toolError({ result }: Rpc): Record<string, unknown> {
  expect(result?.isError).to.equal(true);
  return JSON.parse(result?.content?.[0]?.text ?? '') as Record<string, unknown>;
}

describe('what the gateway refuses or survives', () => {
  let handle: Handle = () => undefined;
  let upstream: LocalNextcloud;
  let gateway: StartedGateway;
  const started: StartedGateway[] = [];

  async function gatewayFor(
    url: string,
    environment: Record<string, string> = {},
  ): Promise<string> {
    const one = await startedGateway(url, environment);
    started.push(one);
    return one.url;
  }

  before(async () => {
    upstream = await startLocalNextcloud((seen) => handle(seen));
    gateway = await startedGateway(upstream.url, {
      MCP_MAX_BODY_BYTES: '2000',
      NEXTCLOUD_TIMEOUT: '1',
    });
  });

  beforeEach(() => {
    upstream.seen.splice(0);
    handle = () => undefined;
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map((one) => one.close()));
  });

  after(async () => {
    await gateway.close();
    await upstream.close();
  });

  it('broken JSON and oversized bodies, without a request upstream', async () => {
    expect(await post(gateway.url, '{"jsonrpc":')).to.have.nested.property(
      '[1].error.code',
      -32700,
    );
    const [status, { error }] = await post(
      gateway.url,
      rpc('tools/call', { name: 'x'.repeat(3000) }),
    );
    expect([status, error?.code]).to.eql([413, -32600]);
    expect(upstream.seen).to.eql([]);
  });

  it('foreign pages and rebound names', async () => {
    const [status] = await post(gateway.url, getNote, { Origin: 'https://evil.example' });
    expect(status).to.equal(403);
    expect(upstream.seen).to.eql([]);
  });

  it('strangers, when a token is set; the log never holds it', async () => {
    const token = 'abcdefghijklmnop-0123';
    const url = await gatewayFor(upstream.url, { MCP_BEARER_TOKEN: token });
    expect((await post(url, getNote))[0]).to.equal(401);
    expect((await post(url, '{broken', { Authorization: 'Bearer wrong' }))[0]).to.equal(401);
    expect(upstream.seen).to.eql([]);
    handle = ({ url: path }) =>
      path.includes('/notes/7') ? { json: { id: 7, title: 'T' } } : undefined;
    expect(
      (await post(url, getNote, { Authorization: `Bearer ${token}` }))[1].result?.isError,
    ).to.equal(undefined);
    expect(upstream.seen.map((seen) => JSON.stringify(seen)).join()).not.to.contain(token);
    expect(started[0]?.log.join('')).not.to.contain(token);
  });

  it('tools that change data, when read-only: not listed, not callable, not through the meta tools', async () => {
    const url = await gatewayFor(upstream.url, { MCP_READ_ONLY: 'true', MCP_TOOLSETS: 'notes' });
    const names = (await post(url, rpc('tools/list')))[1].result?.tools?.map((tool) => tool.name);
    expect(names).to.include('nc_notes_get_note').and.not.to.include('nc_notes_create_note');
    const call = {
      name: 'nc_notes_create_note',
      arguments: { title: 'x', content: '', category: '' },
    };
    expect(toolError((await post(url, rpc('tools/call', call)))[1])).to.include({
      code: 'forbidden',
    });
    const around = rpc('tools/call', { name: 'nc_call_tool', arguments: call });
    expect(toolError((await post(url, around))[1])).to.include({ code: 'forbidden' });
    expect(upstream.calls()).to.eql([]);
  });

  it('shows three tools on the compact surface', async () => {
    const url = await gatewayFor(upstream.url, { MCP_TOOL_SURFACE: 'compact' });
    const names = (await post(url, rpc('tools/list')))[1].result?.tools?.map((tool) => tool.name);
    expect(names).to.eql(['nc_find_tools', 'nc_describe_tool', 'nc_call_tool']);
  });

  it('a slow Nextcloud', async () => {
    handle = ({ url }) => (url.includes('/notes/7') ? new Promise(() => undefined) : undefined);
    expect(toolError((await post(gateway.url, getNote))[1])).to.include({ code: 'timeout' });
  });

  it('maintenance mode', async () => {
    handle = ({ url }) => {
      if (!url.includes('/notes/7')) return undefined;
      return {
        status: 503,
        headers: { 'X-Nextcloud-Maintenance-Mode': '1', 'Retry-After': '120' },
        body: '',
      };
    };
    expect(toolError((await post(gateway.url, getNote))[1])).to.include({
      code: 'maintenance',
      retryable: true,
    });
  });

  it('a wrong password: every way says so, and the answer holds neither password nor address', async () => {
    handle = () => ({ status: 401, json: { message: 'Current user is not logged in' } });
    const url = await gatewayFor(upstream.url);
    for (const body of [rpc('tools/list'), getNote, rpc('resources/list')]) {
      const [, { error }] = await post(url, body);
      expect(error).to.have.nested.property('data.code', 'unauthorized');
      expect(JSON.stringify(error)).not.to.contain('app-password').and.not.to.contain(upstream.url);
    }
  });

  it('a Nextcloud that cannot be reached', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const url = await gatewayFor(`http://127.0.0.1:${String(port)}`);
    expect((await post(url, rpc('tools/list')))[1].error).to.have.nested.property(
      'data.code',
      'unreachable',
    );
    const ready = await fetch(`${url}/health/ready`);
    expect([ready.status, await ready.json()]).to.eql([
      503,
      { status: 'not_ready', reason: 'unreachable' },
    ]);
    expect((await fetch(`${url}/health/live`)).status).to.equal(200);
  });

  it('no TLS where TLS is wanted', async () => {
    const url = await gatewayFor(upstream.url.replace('http:', 'https:'));
    const [, { error }] = await post(url, rpc('tools/list'));
    expect(error).to.have.nested.property('data.code', 'tls_failure');
  });

  it('answers that are no JSON, or no Nextcloud', async () => {
    handle = () => ({ body: '<html>parked</html>', headers: { 'Content-Type': 'text/html' } });
    const url = await gatewayFor(upstream.url);
    const [, { error }] = await post(url, rpc('tools/list'));
    expect(error).to.have.nested.property('data.code', 'upstream_error');
    expect(JSON.stringify(error)).not.to.contain('parked');
  });

  it('methods and media types that do not belong here', async () => {
    expect((await fetch(`${gateway.url}/mcp`)).status).to.equal(405);
    expect((await post(gateway.url, getNote, { 'Content-Type': 'text/plain' }))[0]).to.equal(415);
    expect((await post(gateway.url, '[]'))[0]).to.equal(400);
    expect((await fetch(`${gateway.url}/nowhere`)).status).to.equal(404);
    expect(upstream.calls()).to.eql([]);
  });
});

describe('tools/list from stored bytes', () => {
  let upstream: LocalNextcloud;
  let gateway: StartedGateway;

  before(async () => {
    upstream = await startLocalNextcloud();
    gateway = await startedGateway(upstream.url);
  });

  after(async () => {
    await gateway.close();
    await upstream.close();
  });

  const META = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const MODERN = { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/list' };

  async function list(
    id: unknown,
    headers: Record<string, string>,
    params: unknown,
  ): Promise<Response> {
    const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/list', params });
    return fetch(`${gateway.url}/mcp`, {
      method: 'POST',
      headers: { ...HEADERS, ...headers },
      body,
    });
  }

  it('differs from what the SDK writes in nothing', async () => {
    const stored = (await (await list('a"b', MODERN, { _meta: META })).json()) as {
      id: unknown;
      result: unknown;
    };
    // A cursor makes the request unusual, so that the SDK answers it itself.
    const live = (await (await list(5, MODERN, { _meta: META, cursor: '' })).json()) as {
      result: unknown;
    };
    expect(stored.id).to.equal('a"b');
    expect(stored.result).to.eql(live.result);
    expect(stored.result).to.have.property('ttlMs').that.is.greaterThan(0);
  });

  it('is sent packed to those who unpack, as JSON to older clients', async () => {
    const response = await list(1, { 'Accept-Encoding': 'gzip' }, {});
    expect(response.headers.get('content-encoding')).to.equal('gzip');
    expect(response.headers.get('content-type')).to.equal('application/json');
    expect(await response.json())
      .to.have.nested.property('result.tools.length')
      .that.is.greaterThan(3);
    const plain = await list(1, { 'Accept-Encoding': 'identity' }, {});
    expect(plain.headers.get('content-encoding')).to.equal(null);
  });

  it('leaves requests that break a rule to the SDK', async () => {
    const { 'Mcp-Method': _, ...incomplete } = MODERN;
    expect((await list(1, incomplete, { _meta: META })).status).to.equal(400);
    expect((await list(1, { Accept: 'application/json' }, {})).status).to.equal(406);
  });
});
