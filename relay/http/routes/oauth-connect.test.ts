import { createHash } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import express from 'express';
import type { Principal } from '../../access/principal.ts';
import { RelayError } from '../../errors.ts';
import { silentLogger } from '../../log.ts';
import { openServer } from '../../nextcloud/connect.ts';
import type { NextcloudServer } from '../../nextcloud/connect.ts';
import { createHttpClient } from '../../nextcloud/http.ts';
import type { HttpClient } from '../../nextcloud/http.ts';
import { rejection } from '../../nextcloud/rejection.fixture.ts';
import { loginFlowV2 } from '../../signin/login-flow-v2.ts';
import { startLoginServer } from '../../signin/login-server.fixture.ts';
import type { LoginServer } from '../../signin/login-server.fixture.ts';
import { nextcloudConnection } from '../../signin/nextcloud-connection.ts';
import type { NextcloudConnection } from '../../signin/nextcloud-connection.ts';
import { onEveryStore } from '../../store/testing/every-store.ts';
import { oauthConnect } from './oauth-connect.ts';

const alice: Principal = {
  key: 'alice',
  issuer: 'https://id.example.org',
  subject: '0001',
  username: 'alice',
  clientId: '<b>client</b>',
  scopes: new Set(['openid']),
  expiresAt: 4_000_000_000,
};

onEveryStore('connecting Nextcloud by Login Flow v2', (bed) => {
  let nextcloud: LoginServer;
  let connection: NextcloudConnection;
  let gateway: Server;
  let url: string;
  let http: HttpClient;
  let server: NextcloudServer;

  beforeEach(async () => {
    nextcloud = await startLoginServer();
    http = createHttpClient();
    const baseUrl = nextcloud.url;
    server = openServer({ baseUrl, release: '32' });
    const app = express();
    gateway = app.listen(0, '127.0.0.1');
    await new Promise((ready) => gateway.once('listening', ready));
    url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
    const { flows, appPasswords, audit } = bed().store;
    connection = nextcloudConnection({
      flows,
      appPasswords,
      audit,
      loginFlow: loginFlowV2({ server, http, baseUrl, publicUrl: 'https://cloud.example.org' }),
      publicUrl: url,
      nextcloudUrl: baseUrl,
      userClaim: 'preferred_username',
      log: silentLogger,
    });
    app.use(oauthConnect(connection, url, silentLogger));
  });

  afterEach(async () => {
    gateway.closeAllConnections();
    gateway.close();
    http.close();
    server.close();
    await nextcloud.close();
  });

  const open = (path: string, cookie = ''): Promise<Response> =>
    fetch(new URL(path, url), { redirect: 'manual', headers: { cookie } });

  const press = (state: string): Promise<Response> =>
    fetch(`${url}/oauth/connect`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ state }),
    });

  async function stateOf(principal = alice): Promise<string> {
    return new URL(await connection.link(principal)).searchParams.get('state') ?? '';
  }

  async function start(principal = alice): Promise<string> {
    const pressed = await press(await stateOf(principal));
    expect(pressed.status).to.equal(303);
    expect(pressed.headers.get('location')).to.equal(`${url}/oauth/connect`);
    return pressed.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  }

  /** The page as it stands, two seconds after anybody looked last. */
  async function look(cookie: string): Promise<{ status: number; text: string }> {
    bed().advance(2);
    const answer = await open('/oauth/connect', cookie);
    return { status: answer.status, text: await answer.text() };
  }

  const stored = () => bed().store.appPasswords.find(alice);
  const sent = (path: string) => nextcloud.arrived.filter((one) => one.url.split('?')[0] === path);

  it('leads from the link to a stored app password', async () => {
    const cookie = await start();
    const waiting = await look(cookie);
    expect(waiting.text).to.contain('http-equiv="refresh"');
    expect(waiting.text).to.contain('href="https://cloud.example.org/index.php/login/v2/flow/1"');
    nextcloud.grant('alice@example.org', 'alice');
    const done = await look(cookie);
    expect(done.text).to.contain('is connected').and.not.to.contain('http-equiv="refresh"');
    expect(await stored()).to.include({
      loginName: 'alice@example.org',
      userId: 'alice',
      appPassword: 'app-password-1-of-alice',
    });
    expect((await look(cookie)).text).to.contain('is connected');
  });

  it('tells the script of the page when there is something to see', async () => {
    const done = async (cookie: string): Promise<unknown> => {
      bed().advance(2);
      return (await open('/oauth/connect/status', cookie)).json();
    };
    const cookie = await start();
    expect((await look(cookie)).text).to.contain('data-status-path="/oauth/connect/status"');
    expect(await done(cookie)).to.deep.equal({ done: false });
    nextcloud.grant('alice');
    expect(await done(cookie)).to.deep.equal({ done: true });
    expect((await look(cookie)).text).to.contain('is connected');
    expect(await done('connect=x')).to.deep.equal({ done: true });
  });

  it('says that Nextcloud does not answer, and what to do', async () => {
    const state = await stateOf();
    await nextcloud.close();
    const failed = await press(state);
    expect(failed.status).to.equal(503);
    expect(await failed.text())
      .to.contain('does not answer')
      .and.to.contain('a new link');
  });

  it('refuses another account and deletes its app password at Nextcloud', async () => {
    const cookie = await start();
    nextcloud.grant('mallory');
    const refused = await look(cookie);
    expect(refused.status).to.equal(403);
    expect(await stored()).to.equal(undefined);
    expect([...nextcloud.good]).to.deep.equal([]);
    expect((await look(cookie)).status).to.equal(403);
    const { entries } = await bed().store.audit.list({}, { limit: 5 });
    expect(entries.map(({ event, outcome }) => [event, outcome])).to.deep.equal([
      ['nextcloud.connected', 'refused'],
    ]);
  });

  it('tells Nextcloud who asks, with the code that its own page shows', async () => {
    const cookie = await start();
    const code = /class="code"[^>]*>([A-Z0-9]{6})</.exec((await look(cookie)).text)?.[1];
    expect(sent('/index.php/login/v2')[0]?.headers['user-agent']).to.equal(
      `MCP gateway ${new URL(url).host}, code ${code}`,
    );
  });

  it('looking at a link starts nothing; pressing the button does, once', async () => {
    const state = await stateOf();
    for (const _time of [1, 2]) {
      const page = await open(`/oauth/connect?state=${state}`);
      expect(page.status).to.equal(200);
    }
    expect(nextcloud.arrived.length).to.equal(0);
    const pressed = await Promise.all([press(state), press(state)]);
    expect(pressed.map(({ status }) => status).sort()).to.deep.equal([303, 400]);
    expect(sent('/index.php/login/v2').length).to.equal(1);
    expect((await open(`/oauth/connect?state=${state}`)).status).to.equal(400);
  });

  it('ends after ten minutes', async () => {
    const state = await stateOf();
    bed().advance(600);
    expect((await press(state)).status).to.equal(400);
    expect(nextcloud.arrived.length).to.equal(0);
  });

  it('shows nothing to a browser that did not start it', async () => {
    await start();
    for (const cookie of ['', 'connect=x', `connect=${'A'.repeat(43)}`]) {
      expect((await look(cookie)).status).to.equal(400);
    }
    expect(sent('/index.php/login/v2/poll').length).to.equal(0);
  });

  it('asks Nextcloud at most every two seconds, however often the page is loaded', async () => {
    const cookie = await start();
    bed().advance(2);
    await Promise.all(Array.from({ length: 10 }, () => open('/oauth/connect', cookie)));
    expect(sent('/index.php/login/v2/poll').length).to.equal(1);
  });

  it('escapes what clients call themselves, allows no script and no frame', async () => {
    const page = await open(`/oauth/connect?state=${await stateOf()}`);
    const text = await page.text();
    expect(text).to.contain('&lt;b&gt;client&lt;/b&gt;').and.not.to.contain('<b>');
    const policy = page.headers.get('content-security-policy') ?? '';
    const style = /<style>([^]*)<\/style>/.exec(text)?.[1] ?? '';
    expect(policy).to.contain(createHash('sha256').update(style).digest('base64'));
    expect(policy).to.contain("default-src 'none'").and.to.contain("frame-ancestors 'none'");
    expect(policy).not.to.contain('script-src');
    expect(page.headers.get('referrer-policy')).to.equal('same-origin');
  });

  it('withdraws the app password that a new login replaces', async () => {
    for (const _time of [1, 2]) {
      const cookie = await start();
      nextcloud.grant('alice');
      await look(cookie);
    }
    expect([...nextcloud.good.keys()]).to.deep.equal(['app-password-2-of-alice']);
    expect((await stored())?.appPassword).to.equal('app-password-2-of-alice');
  });

  it('never sends a dead app password again, not even to delete it', async () => {
    const first = await start();
    nextcloud.grant('alice');
    await look(first);
    await bed().store.appPasswords.markDead(alice, (await stored())?.id ?? '');
    const before = nextcloud.arrived.length;
    expect(await connection.disconnect(alice)).to.deep.equal({ removed: true, withdrawn: false });
    expect(nextcloud.arrived.length).to.equal(before);
  });

  it('disconnects here and at Nextcloud', async () => {
    const cookie = await start();
    nextcloud.grant('alice');
    await look(cookie);
    expect(await connection.disconnect(alice)).to.deep.equal({ removed: true, withdrawn: true });
    expect(await stored()).to.equal(undefined);
    expect(nextcloud.good.size).to.equal(0);
    expect(await connection.disconnect(alice)).to.deep.equal({ removed: false, withdrawn: false });
  });

  it('looks after logins nobody came back from, and only those', async () => {
    const finished = await start();
    nextcloud.grant('alice');
    await look(finished);
    await start();
    nextcloud.grant('bob');
    expect(await connection.sweep()).to.equal(0);
    bed().advance(601);
    expect(await connection.sweep()).to.equal(1);
    expect([...nextcloud.good.values()]).to.deep.equal(['alice']);
    expect(await connection.sweep()).to.equal(0);
  });

  it('goes on where a process died after Nextcloud had given the password', async () => {
    const cookie = await start();
    nextcloud.grant('alice');
    const { appPasswords } = bed().store;
    const save = appPasswords.save.bind(appPasswords);
    // the process ends here: Nextcloud has forgotten the login, nothing is stored yet
    Object.assign(appPasswords, { save: () => Promise.reject(new RelayError('internal', 'died')) });
    bed().advance(2);
    expect((await rejection(connection.progress(cookie.split('=')[1] ?? ''))).message).to.equal(
      'died',
    );
    Object.assign(appPasswords, { save });
    expect((await look(cookie)).text).to.contain('is connected');
    expect((await stored())?.userId).to.equal('alice');
  });

  it('needs a token that says who the person is', async () => {
    const error = await rejection(connection.link({ ...alice, username: undefined }));
    expect(error.code).to.equal('configuration');
  });

  it('does not send people to a login elsewhere', async () => {
    const { port } = new URL(nextcloud.url);
    const flow = loginFlowV2({
      server,
      http,
      baseUrl: `http://localhost:${port}`,
      publicUrl: 'https://cloud.example.org',
    });
    // the server names itself by the Host it was asked under
    expect((await flow.start('x')).loginUrl).to.match(
      /^https:\/\/cloud\.example\.org\/index\.php\//,
    );
    const confused = loginFlowV2({
      server,
      http: {
        ...http,
        send: async (request) => {
          const answer = await http.send(request);
          const bytes = Buffer.from(
            answer.bytes.toString().replaceAll('localhost', 'evil.example.org'),
          );
          return { ...answer, bytes };
        },
      },
      baseUrl: `http://localhost:${port}`,
      publicUrl: 'https://cloud.example.org',
    });
    expect((await rejection(confused.start('x'))).code).to.equal('configuration');
  });
});
