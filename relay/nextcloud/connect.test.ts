import { expect } from 'chai';
import type { Operation, ReleaseTable } from '../../openapi/index.ts';
import { createLogger } from '../log.ts';
import { connectNextcloud, openServer } from './connect.ts';
import type { ConnectedNextcloud, ServerOptions } from './connect.ts';
import type { Credential } from './credential.ts';
import { json, ocs, startLocalServer } from './local-server.fixture.ts';
import type { Handler, LocalServer } from './local-server.fixture.ts';
import { operation, tableOf } from './operation.fixture.ts';
import { refusal, rejection } from './rejection.fixture.ts';

const alice: Credential = { kind: 'basic', authorization: 'Basic YWxpY2U6cHc=', cacheKey: 'alice' };

describe('a connected Nextcloud', () => {
  let server: LocalServer;
  let handle: Handler;

  before(async () => {
    server = await startLocalServer((request, response, raw) => handle(request, response, raw));
  });
  after(() => server.close());
  beforeEach(() => {
    server.arrived.length = 0;
  });

  function connect(
    operations: readonly Operation[] = [],
    options: Partial<ServerOptions> = {},
    facts: Partial<ReleaseTable> = {},
  ): ConnectedNextcloud {
    return connectNextcloud({
      baseUrl: server.url,
      release: '32',
      credential: alice,
      table: (release) => tableOf(operations, { release, ...facts }),
      pauses: { sleep: () => Promise.resolve(), random: () => 0, now: () => 0 },
      ...options,
    });
  }

  it('sends the credential and the header that lets bearers through', async () => {
    handle = (_request, response) => json(response, 200, { id: 1 });
    const headers = { 'If-Match': '"e1"' };
    const reply = await connect([operation()]).executeByKey('demo.thing', {}, { headers });
    expect(reply.data).to.deep.equal({ id: 1 });
    expect(server.arrived[0]!.headers).to.include({
      authorization: alice.authorization,
      'ocs-apirequest': 'true',
      accept: 'application/json',
      'if-match': '"e1"',
    });
  });

  it('works below a sub-path', async () => {
    handle = (_request, response) => json(response, 200, []);
    const nextcloud = connect([operation()], { baseUrl: `${server.url}/nextcloud/` });
    await nextcloud.executeByKey('demo.thing', {});
    expect(server.arrived[0]!.url).to.equal('/nextcloud/ocs/v2.php/apps/demo/thing');
    expect(nextcloud.publicUrl).to.equal(nextcloud.baseUrl);
  });

  it('takes the OCS envelope off, and looks inside an HTTP 200', async () => {
    const one = operation({ envelope: 'ocs1' });
    handle = (_request, response) => ocs(response, [1], 100);
    expect((await connect([one]).executeByKey('demo.thing', {})).data).to.deep.equal([1]);
    handle = (_request, response) =>
      json(response, 200, {
        ocs: { meta: { status: 'failure', statuscode: 403, message: 'No' }, data: [] },
      });
    const error = await rejection(connect([one]).executeByKey('demo.thing', {}));
    expect(error).to.include({ code: 'forbidden', status: 403 });
  });

  it('reads [] as {} by the schema, and counts what strays from it', async () => {
    handle = (_request, response) => json(response, 200, { labels: [], id: 'x' });
    const schema = {
      type: 'object',
      properties: { labels: { $ref: '#/$defs/demo.Labels' }, id: { type: 'integer' } },
    };
    const one = operation({ responses: { '200': { mediaTypes: ['application/json'], schema } } });
    const definitions = { 'demo.Labels': { type: 'object', additionalProperties: true } };
    const whole = openServer({
      baseUrl: server.url,
      release: '32',
      table: () => tableOf([one], { definitions }),
    });
    const reply = await whole.as(alice).executeByKey('demo.thing', {});
    expect(reply.data).to.deep.equal({ labels: {}, id: 'x' });
    expect(whole.driftReport()).to.have.length(1);
    whole.close();
  });

  it('gives other types as bytes with their type', async () => {
    handle = (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'image/png; x=y' }).end(Buffer.from([1, 2]));
    };
    const one = operation({ responses: { '200': { mediaTypes: ['*/*'] } } });
    const { data } = await connect([one]).executeByKey('demo.thing', {});
    expect(data).to.deep.equal({ bytes: Buffer.from([1, 2]), mediaType: 'image/png' });
  });

  it('gives null for an answer without a body', async () => {
    handle = (_request, response) => void response.writeHead(204).end();
    const one = operation({ method: 'DELETE', envelope: 'ocs' });
    expect(await connect([one]).executeByKey('demo.thing', {})).to.include({
      status: 204,
      data: null,
    });
  });

  it('sends nothing for bad arguments or unknown operations', async () => {
    const nextcloud = connect([operation()]);
    expect((await rejection(nextcloud.executeByKey('demo.thing', { x: 1 }))).code).to.equal(
      'invalid_argument',
    );
    expect((await rejection(nextcloud.executeByKey('demo.other', {}))).code).to.equal(
      'unsupported',
    );
    expect((await rejection(nextcloud.executeByKey('constructor', {}))).code).to.equal(
      'unsupported',
    );
    expect(server.arrived).to.have.length(0);
  });

  it('repeats a read that the server puts off, and gives what it says in the end', async () => {
    handle = (_request, response) =>
      server.arrived.length < 3
        ? json(response, 503, {}, { 'Retry-After': '1' })
        : json(response, 200, { ok: true });
    expect((await connect([operation()]).executeByKey('demo.thing', {})).data).to.deep.equal({
      ok: true,
    });
    expect(server.arrived).to.have.length(3);
  });

  it('does not repeat a write whose fate is unknown, and says so', async () => {
    handle = (_request, response) => void response.destroy();
    const one = operation({ method: 'POST' });
    const error = await rejection(connect([one]).executeByKey('demo.thing', {}));
    expect(error.code).to.equal('write_state_unknown');
    expect(server.arrived).to.have.length(1);
  });

  it('keeps one session per credential', async () => {
    handle = (_request, response) => json(response, 200, {}, { 'Set-Cookie': 'session=s; path=/' });
    const whole = openServer({
      baseUrl: server.url,
      release: '32',
      table: () => tableOf([operation()]),
    });
    for (const cacheKey of ['alice', 'bob', 'alice']) {
      await whole.as({ ...alice, cacheKey }).executeByKey('demo.thing', {});
    }
    expect(server.arrived.map(({ headers }) => headers.cookie)).to.deep.equal([
      undefined,
      undefined,
      'session=s',
    ]);
    whole.close();
  });

  it('tells a login page from data', async () => {
    handle = (_request, response) => {
      response
        .writeHead(200, { 'Content-Type': 'text/html' })
        .end('<!DOCTYPE html><html>Log in</html>');
    };
    const error = await rejection(connect([operation()]).executeByKey('demo.thing', {}));
    expect(error.message).to.include('web page');
  });

  it('shows and logs neither address nor credential of a failure', async () => {
    handle = (_request, response) => json(response, 401, { message: 'Bad Basic YWxpY2U6cHc=' });
    const lines: string[] = [];
    const log = createLogger({ level: 'debug', write: (line) => lines.push(line) });
    const error = await rejection(connect([operation()], { log }).executeByKey('demo.thing', {}));
    const shown = JSON.stringify([error.message, error.hint, error.details, error.cause, lines]);
    expect(error.code).to.equal('unauthorized');
    expect(lines).to.have.length(1);
    for (const secret of ['YWxpY2U6cHc', '127.0.0.1']) expect(shown).not.to.include(secret);
  });

  it('reads the beginning of a refusal to a stream', async () => {
    handle = (_request, response) => json(response, 507, { message: 'Quota' });
    const sent = connect().exchange.sendStreaming({ method: 'PUT', path: '/x', body: 'abc' });
    expect(await rejection(sent)).to.include({ code: 'quota_exceeded' });
  });

  describe('what it finds out', () => {
    const version = { major: 34, minor: 0, micro: 1, string: '34.0.1' };
    const capabilities = { notes: {}, client_integration: { contacts: {} } };
    const answers: Readonly<Record<string, unknown>> = {
      '/ocs/v2.php/cloud/capabilities': { version, capabilities },
      '/ocs/v2.php/cloud/user': { id: 'alice-id' },
      '/ocs/v2.php/core/navigation/apps': [{ id: 'cookbook', app: 'cookbook' }],
      '/ocs/v2.php/apps/demo/thing': { fine: true },
    };
    beforeEach(() => {
      handle = (request, response) => ocs(response, answers[request.url]);
    });
    const urls = (): string[] => server.arrived.map(({ url }) => url);

    it('asks for capabilities once, however many want them', async () => {
      const nextcloud = connect();
      const known = await Promise.all([nextcloud.capabilities(), nextcloud.capabilities()]);
      expect(known[0]).to.deep.equal({ version, capabilities });
      await nextcloud.capabilities();
      expect(urls()).to.deep.equal(['/ocs/v2.php/cloud/capabilities']);
    });

    it('asks again after a failure', async () => {
      const works = handle;
      handle = (_request, response) => json(response, 500, {});
      const nextcloud = connect();
      await rejection(nextcloud.capabilities());
      handle = works;
      expect((await nextcloud.capabilities()).version.major).to.equal(34);
    });

    it('asks for the user id, which is not the login name', async () => {
      const nextcloud = connect();
      expect(await nextcloud.userId()).to.equal('alice-id');
      expect(await nextcloud.userId()).to.equal('alice-id');
      expect(urls()).to.deep.equal(['/ocs/v2.php/cloud/user']);
    });

    it('picks the release by the version of the server, before the first operation', async () => {
      const asked: string[] = [];
      const nextcloud = connectNextcloud({
        baseUrl: server.url,
        credential: alice,
        table: (release) => {
          asked.push(release);
          return tableOf([operation({ envelope: 'ocs' })], { release });
        },
      });
      expect((await nextcloud.executeByKey('demo.thing', {})).data).to.deep.equal({ fine: true });
      expect(nextcloud.release).to.equal('34');
      expect(asked).to.deep.equal(['34']);
    });

    it('knows the apps by capability, by menu entry, or as always there', async () => {
      const entry = { version: '1', sha256: '' };
      const presences = {
        core: { always: true },
        notes: { capability: 'notes' },
        contacts: { capability: 'client_integration.contacts' },
        deck: { capability: 'deck' },
        odd: { capability: 'toString' },
        cookbook: { navigation: 'cookbook' },
        news: { navigation: 'news' },
      } as const;
      const apps = Object.fromEntries(
        Object.entries(presences).map(([app, presence]) => [app, { ...entry, app, presence }]),
      );
      const present = await connect([], {}, { apps }).presentApps();
      expect([...present].sort()).to.deep.equal(['contacts', 'cookbook', 'core', 'notes']);
    });

    it('does not ask for the menu where no app needs it', async () => {
      await connect().presentApps();
      expect(urls()).to.deep.equal(['/ocs/v2.php/cloud/capabilities']);
    });
  });

  for (const baseUrl of [
    'ftp://x',
    'nonsense',
    'https://u:p@host',
    'https://host/?a=1',
    'https://host/#x',
  ]) {
    it(`refuses ${baseUrl} as an address`, () => {
      expect(refusal(() => openServer({ baseUrl })).code).to.equal('configuration');
    });
  }

  it('types operations by their key', async () => {
    handle = (_request, response) => json(response, 200, { id: 3 });
    const key = 'notes.get-note';
    const reply = await connect([operation({ key })]).execute(key, {} as never);
    expect(reply.status).to.equal(200);
  });
});
