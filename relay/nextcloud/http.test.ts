import { createServer } from 'node:https';
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { CookieJars } from './cookies.ts';
import { createHttpClient } from './http.ts';
import type { HttpClient, HttpOptions, RawRequest } from './http.ts';
import { LOCAL_CERTIFICATE } from './local-certificate.fixture.ts';
import { startLocalServer } from './local-server.fixture.ts';
import type { Handler, LocalServer } from './local-server.fixture.ts';
import { TransportFailure } from './transport-failure.ts';

describe('HTTP client', () => {
  let server: LocalServer;
  let handle: Handler;
  const clients: HttpClient[] = [];

  before(async () => {
    server = await startLocalServer((request, response, raw) => handle(request, response, raw));
  });
  after(() => server.close());
  beforeEach(() => {
    server.arrived.length = 0;
    handle = (_request, response) => void response.end('ok');
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  function client(options: HttpOptions = {}): HttpClient {
    const made = createHttpClient(options);
    clients.push(made);
    return made;
  }

  const get = (path = '/', facts: Partial<RawRequest> = {}): RawRequest => ({
    method: 'GET',
    url: server.url + path,
    headers: {},
    ...facts,
  });

  async function failure(promise: Promise<unknown>): Promise<TransportFailure> {
    try {
      await promise;
    } catch (error) {
      if (error instanceof TransportFailure) return error;
      throw error;
    }
    throw new Error('did not fail');
  }

  it('sends what it is told, byte for byte, and names itself', async () => {
    const body = new Uint8Array([0, 255, 13, 10]);
    const headers = { 'X-Tag': 'a', 'Content-Type': 'image/png' };
    await client().send(get('/a%2Fb?x%5B%5D=1', { method: 'PROPFIND', headers, body }));
    const [request] = server.arrived;
    expect(request).to.include({ method: 'PROPFIND', url: '/a%2Fb?x%5B%5D=1' });
    expect([...request!.body]).to.deep.equal([...body]);
    expect(request!.headers).to.include({ 'x-tag': 'a', 'content-type': 'image/png' });
    expect(request!.headers['user-agent']).to.match(/^nextcloud-mcp-gateway\/\d/);
  });

  it('adds no content type of its own', async () => {
    await client().send(get('/', { method: 'POST', body: 'x' }));
    await client().send(get('/', { method: 'POST' }));
    for (const { headers } of server.arrived) expect(headers).not.to.have.property('content-type');
  });

  it('gives every status as an answer, with plain headers', async () => {
    handle = (_request, response) => {
      response.writeHead(404, { ETag: '"1"', 'Set-Cookie': ['a=1'] }).end('{}');
    };
    const answer = await client().send(get());
    expect(answer.status).to.equal(404);
    expect(answer.headers).to.include({ etag: '"1"' }).and.not.to.have.property('set-cookie');
    expect(answer.bytes.toString()).to.equal('{}');
  });

  it('keeps the connection, and no more than it may', async () => {
    const before = server.connections();
    const pooled = client({ maxSockets: 1 });
    await Promise.all([1, 2, 3].map(() => pooled.send(get())));
    expect(server.connections() - before).to.equal(1);
  });

  it('brings cookies back', async () => {
    handle = (_request, response) => {
      response.writeHead(200, { 'Set-Cookie': 'session=s1; path=/; HttpOnly' }).end();
    };
    const cookies = new CookieJars().for('alice');
    await client().send(get('/', { cookies }));
    await client().send(get('/', { cookies }));
    await client().send(get('/'));
    expect(server.arrived.map(({ headers }) => headers.cookie)).to.deep.equal([
      undefined,
      'session=s1',
      undefined,
    ]);
  });

  it('unpacks gzip, and counts the unpacked bytes', async () => {
    handle = (_request, response) => {
      response
        .writeHead(200, { 'Content-Encoding': 'gzip' })
        .end(gzipSync(Buffer.alloc(100_000, 'a')));
    };
    expect((await client().send(get())).bytes.length).to.equal(100_000);
    expect((await failure(client({ maxResponseBytes: 99_999 }).send(get()))).kind).to.equal(
      'too_large',
    );
  });

  it('stops reading an answer that never ends', async () => {
    handle = (_request, response, raw) => {
      const write = (): void => {
        while (!raw.socket.destroyed && response.write(Buffer.alloc(64 * 1024)));
      };
      response.on('drain', write);
      write();
    };
    const error = await failure(client({ maxResponseBytes: 1024 * 1024 }).send(get()));
    expect(error.kind).to.equal('too_large');
  });

  describe('redirects', () => {
    const redirect =
      (status: number, to: string): Handler =>
      (request, response) => {
        if (request.url === '/end') response.end('there');
        else response.writeHead(status, { Location: to }).end();
      };

    it('follows reads on the same server', async () => {
      handle = redirect(301, '/end');
      expect((await client().send(get('/start'))).bytes.toString()).to.equal('there');
    });

    it('follows no more than three', async () => {
      handle = redirect(302, '/again');
      expect((await client().send(get('/start'))).status).to.equal(302);
      expect(server.arrived).to.have.length(4);
    });

    it('takes the credential to no other server', async () => {
      const other = await startLocalServer((_request, response) => void response.end());
      handle = redirect(302, `${other.url}/end`);
      const answer = await client().send(
        get('/start', { headers: { Authorization: 'Basic eDp5' } }),
      );
      expect(answer.status).to.equal(302);
      expect(other.arrived).to.have.length(0);
      await other.close();
    });

    it('does not repeat a write elsewhere', async () => {
      handle = redirect(307, '/end');
      const answer = await client().send(get('/start', { method: 'POST', body: 'x' }));
      expect(answer.status).to.equal(307);
      expect(server.arrived).to.have.length(1);
    });
  });

  describe('trouble', () => {
    const silent: Handler = () => undefined;

    it('a server that is not there', async () => {
      const gone = await startLocalServer(silent);
      await gone.close();
      const error = await failure(client().send(get('/', { url: gone.url })));
      expect(error).to.include({ kind: 'network', code: 'ECONNREFUSED', sent: false });
    });

    it('a host name nobody knows', async () => {
      const error = await failure(client().send(get('/', { url: 'http://no-such-host.invalid/' })));
      expect(error.code).to.match(/ENOTFOUND|EAI_AGAIN/);
      expect(error.sent).to.equal(false);
    });

    it('no answer in time', async () => {
      handle = silent;
      const error = await failure(client().send(get('/', { timeoutMs: 300 })));
      expect(error).to.include({ kind: 'timeout', sent: true });
    });

    it('an answer that starts and then stalls', async () => {
      handle = (_request, response) => {
        response.writeHead(200, { 'Content-Length': '10' });
        response.write('half');
      };
      expect((await failure(client().send(get('/', { timeoutMs: 100 })))).kind).to.equal('timeout');
    });

    it('a server that takes the connection and never greets', async () => {
      const mute = net.createServer((socket) => socket.resume());
      await new Promise<void>((ready) => mute.listen(0, '127.0.0.1', ready));
      const { port } = mute.address() as AddressInfo;
      const quick = client({ connectTimeoutMs: 50 });
      const error = await failure(quick.send(get('/', { url: `https://127.0.0.1:${port}/` })));
      expect(error).to.include({ kind: 'timeout', sent: false });
      await new Promise((done) => mute.close(done));
    });

    it('a caller who cancels, before and after sending', async () => {
      const early = await failure(client().send(get('/', { signal: AbortSignal.abort() })));
      expect(early).to.include({ kind: 'cancelled', sent: false });
      expect(server.arrived).to.have.length(0);
      const controller = new AbortController();
      handle = () => controller.abort();
      const late = await failure(client().send(get('/', { signal: controller.signal })));
      expect(late).to.include({ kind: 'cancelled', sent: true });
    });

    it('a connection that breaks before the answer, and within it', async () => {
      handle = (_request, response) => void response.destroy();
      const before = await failure(client().send(get('/', { method: 'POST' })));
      expect(before).to.include({ kind: 'network', code: 'ECONNRESET', sent: true });
      handle = (_request, response) => {
        response.writeHead(200, { 'Content-Length': '10' });
        response.write('half', () => response.destroy());
      };
      const within = await failure(client().send(get()));
      expect(within).to.include({ kind: 'network', code: 'ECONNRESET', sent: true });
    });

    it('keeps no credential in the error', async () => {
      handle = (_request, response) => void response.destroy();
      const headers = { Authorization: 'Bearer top-secret' };
      const error = await failure(client().send(get('/', { headers })));
      expect(error.cause).to.equal(undefined);
      expect(inspect(error, { depth: 9, showHidden: true })).not.to.include('top-secret');
    });
  });

  describe('streams', () => {
    it('sends a stream and gives the answer as one', async () => {
      handle = (request, response) => void response.end(request.body);
      const parts = Readable.from([Buffer.from('one '), Buffer.from('two')]);
      const answer = await client().sendStreaming({ ...get(), method: 'PUT', body: parts });
      expect((await buffer(answer.stream)).toString()).to.equal('one two');
    });

    it('does not cap a stream', async () => {
      handle = (_request, response) => void response.end(Buffer.alloc(100_000));
      const answer = await client({ maxResponseBytes: 10 }).sendStreaming(get());
      expect((await buffer(answer.stream)).length).to.equal(100_000);
    });

    it('ends a stream whose caller cancels', async () => {
      handle = (_request, response) => void response.write('begin');
      const controller = new AbortController();
      const answer = await client().sendStreaming(get('/', { signal: controller.signal }));
      controller.abort();
      expect((await failure(buffer(answer.stream))).kind).to.equal('cancelled');
    });

    it('ends a stream that falls silent', async () => {
      handle = (_request, response) => void response.write('begin');
      const answer = await client().sendStreaming(get('/', { timeoutMs: 300 }));
      expect((await failure(buffer(answer.stream))).kind).to.equal('timeout');
    });

    it('lets a transfer take longer than its time limit as long as something moves', async () => {
      handle = (request, response) => void response.end(String(request.body.length));
      async function* slowly() {
        for (let n = 0; n < 30; n += 1) {
          yield Buffer.from('x');
          await new Promise((next) => setTimeout(next, 50));
        }
      }
      const body = Readable.from(slowly());
      const answer = await client().sendStreaming({
        ...get(),
        method: 'PUT',
        timeoutMs: 1000,
        body,
      });
      expect((await buffer(answer.stream)).toString()).to.equal('30');
    });

    it('keeps no credential in the error of a broken stream', async () => {
      handle = (_request, response) => void response.write('begin', () => response.destroy());
      const headers = { Authorization: 'Bearer top-secret' };
      const answer = await client().sendStreaming(get('/', { headers }));
      const error = await failure(buffer(answer.stream));
      expect(error.code).to.equal('ECONNRESET');
      expect(inspect(error, { depth: 9, showHidden: true })).not.to.include('top-secret');
    });
  });

  describe('TLS', () => {
    const server = createServer(
      LOCAL_CERTIFICATE,
      (_request, response) => void response.end('safe'),
    );
    before(async () => {
      await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    });
    after(() => {
      server.closeAllConnections();
      server.close();
    });
    const request = (): RawRequest =>
      get('/', { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/` });

    it('trusts nobody unknown', async () => {
      const error = await failure(client().send({ ...request(), method: 'POST' }));
      expect(error).to.include({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT', sent: false });
    });

    it('trusts the authorities it is given', async () => {
      const trusting = client({ caBundle: LOCAL_CERTIFICATE.cert });
      expect((await trusting.send(request())).bytes.toString()).to.equal('safe');
    });

    it('trusts anybody when told so', async () => {
      const careless = client({ rejectUnauthorized: false });
      expect((await careless.send(request())).status).to.equal(200);
    });

    it('refuses a bundle that cannot be read or holds no certificate', () => {
      expect(() => client({ caBundle: '/no/such/file.pem' })).to.throw('cannot be read');
      expect(() => client({ caBundle: '-----BEGIN NOTHING-----' })).to.throw('no PEM certificate');
    });
  });
});
