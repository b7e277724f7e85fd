import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { startStandInNextcloud } from '../sign-in/stand-in/nextcloud.ts';
import type { StandInNextcloud } from '../sign-in/stand-in/nextcloud.ts';
import { ROOT, startAttackBed } from './bed.ts';
import type { AttackBed } from './bed.ts';
import { formOf } from './http-browser.ts';
import type { HttpBrowser } from './http-browser.ts';

const EXCHANGE = 'POST /apps/oauth2/api/v1/token';

describe('attacks by way of Nextcloud’s oauth2 app', () => {
  let bed: AttackBed;
  let nextcloud: StandInNextcloud;

  before(async () => {
    nextcloud = await startStandInNextcloud();
    const app = nextcloud.registerClient('Gateway', `${ROOT}/oauth/login/callback`);
    bed = await startAttackBed({
      NEXTCLOUD_HOST: nextcloud.url,
      NEXTCLOUD_OAUTH2_CLIENT_ID: app.id,
      NEXTCLOUD_OAUTH2_CLIENT_SECRET: app.secret,
    });
  });
  after(async () => {
    await bed.close();
    await nextcloud.close();
  });

  /** A browser on its way to Nextcloud, and the state it carries. */
  async function setOff(): Promise<{ browser: HttpBrowser; state: string; target: URL }> {
    const browser = bed.browser();
    const page = await browser.follow('/oauth/login');
    const target = (await browser.submit(page, page.url.search)).url;
    expect(target.origin).to.equal(nextcloud.url);
    return { browser, target, state: target.searchParams.get('state') ?? '' };
  }

  const callback = (query: Readonly<Record<string, string>> | [string, string][]): string =>
    `/oauth/login/callback?${new URLSearchParams(query).toString()}`;
  const exchanged = (): number => nextcloud.asked.filter((one) => one === EXCHANGE).length;
  const isSignedIn = async (browser: HttpBrowser): Promise<boolean> =>
    (await browser.get('/user')).status === 200;

  it('an answer to another browser’s login is not even looked at (state, login CSRF)', async () => {
    const attacker = await setOff();
    const before = exchanged();
    const strangers = [bed.browser(), (await setOff()).browser];
    for (const browser of strangers) {
      const query = { code: 'a-code-of-the-attacker', state: attacker.state };
      const { status, url } = await browser.follow(callback(query));
      expect([url.origin, status >= 400]).to.eql([ROOT, true]);
      expect(await isSignedIn(browser)).to.equal(false);
    }
    expect(exchanged()).to.equal(before);
    await attacker.browser.follow(callback({ code: 'x', state: attacker.state }));
    expect(exchanged(), 'the state was not used up').to.equal(before + 1);
  });

  it('a state works once, and only one that was given out', async () => {
    const { browser, state } = await setOff();
    await browser.follow(callback({ code: 'x', state }));
    const before = exchanged();
    const flow = new URL((await browser.get('/oauth/login')).headers.location ?? '', ROOT);
    const pairs: [string, string][][] = [
      [
        ['code', 'x'],
        ['state', state],
      ],
      [
        ['code', 'x'],
        ['state', `${state}x`],
      ],
      [
        ['code', 'x'],
        ['state', ''],
      ],
      [['code', 'x']],
      [
        ['code', 'x'],
        ['state', state],
        ['state', 'y'],
      ],
      [
        ['code', 'x'],
        ['state', flow.searchParams.get('flow') ?? ''],
      ],
    ];
    for (const query of pairs) {
      const { status } = await browser.follow(callback(query));
      expect(status, JSON.stringify(query)).to.be.within(400, 499);
    }
    expect(exchanged()).to.equal(before);
    expect(await isSignedIn(browser)).to.equal(false);
  });

  it('an answer that names another issuer than Nextcloud is refused (mix-up)', async () => {
    const { browser, state } = await setOff();
    const before = exchanged();
    const query = { code: 'x', state, iss: 'https://evil.example' };
    const { status, text } = await browser.follow(callback(query));
    expect(status).to.equal(403);
    expect(text).to.contain('came from somewhere else').and.not.contain('evil.example');
    expect(exchanged()).to.equal(before);
  });

  it('an error from outside is told in our words only', async () => {
    const { browser, state } = await setOff();
    const words = 'Call +1 555 0100 <script>alert(1)</script>';
    const query = {
      error: words,
      error_description: words,
      error_uri: 'https://evil.example',
      state,
    };
    const { text, status } = await browser.follow(callback(query));
    expect(status).to.equal(403);
    expect(text).not.to.match(/555|<script>alert|evil\.example/);
  });

  it('setting off takes our own form: a link alone starts nothing', async () => {
    const browser = bed.browser();
    const page = await browser.follow('/oauth/login');
    const { action } = formOf(page, page.url.search);
    for (const fields of [{}, { csrf: 'x' }] as Record<string, string>[]) {
      const { url, status } = await browser.follow(action, fields);
      expect([url.origin, status]).to.eql([ROOT, 403]);
    }
    const policy = String(page.headers['content-security-policy']);
    expect(policy).to.contain("frame-ancestors 'none'").and.to.contain("default-src 'none'");
  });
});

describe('a Nextcloud that sends people elsewhere', () => {
  let server: Server;
  let login = '';

  before(async () => {
    server = createServer((request, response) => {
      response.setHeader('Content-Type', 'application/json');
      const isStart = request.url === '/index.php/login/v2';
      const poll = { token: 'p'.repeat(128), endpoint: 'http://x' };
      response.statusCode = isStart ? 200 : 404;
      response.end(JSON.stringify(isStart ? { poll, login } : []));
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  });
  after(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  it('is not followed: no page of ours links to what is not its own login', async () => {
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const bed = await startAttackBed({ NEXTCLOUD_HOST: url });
    try {
      login = `${url}/login/v2/flow/right`;
      const right = await bed.browser().follow('/oauth/login');
      expect(right.text, 'or the refusals would prove nothing').to.contain(`href="${login}"`);
      for (const one of [
        'https://evil.example/login',
        `${url}.evil.example/login`,
        `${url}@evil.example/login`,
        'javascript:alert(document.domain)',
        'data:text/html,evil.example',
        '//evil.example/login',
        `${url.replace('http:', 'https:')}/evil.example`,
      ]) {
        login = one;
        const { text, status } = await bed.browser().follow('/oauth/login');
        expect(status, one).to.be.at.least(500);
        expect(text, one).not.to.match(/evil\.example|javascript:|data:text/);
      }
    } finally {
      await bed.close();
    }
  });
});
