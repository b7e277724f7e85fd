import { expect } from 'chai';
import { silentLogger } from '../../log.ts';
import { openServer } from '../../nextcloud/connect.ts';
import type { NextcloudServer } from '../../nextcloud/connect.ts';
import { createHttpClient } from '../../nextcloud/http.ts';
import type { HttpClient } from '../../nextcloud/http.ts';
import { loginFlowWay } from '../../signin/login/login-flow-way.ts';
import { loginService } from '../../signin/login/login-service.ts';
import type { LoginService } from '../../signin/login/login-service.ts';
import { loginFlowV2 } from '../../signin/login-flow-v2.ts';
import { startLoginServer } from '../../signin/login-server.fixture.ts';
import type { LoginServer } from '../../signin/login-server.fixture.ts';
import { accountPrincipal } from '../../signin/nextcloud-account.ts';
import { onEveryStore } from '../../store/testing/every-store.ts';
import { followed, startLoginGateway } from './login-bed.fixture.ts';
import type { Answer, Browser, LoginGateway } from './login-bed.fixture.ts';

const INTERACTION = '/oauth/interaction/one-two_3';
const CLIENT = { name: 'Desk assistant', host: 'desk.example.org' };

onEveryStore('login by Login Flow v2', (bed) => {
  let nextcloud: LoginServer;
  let server: NextcloudServer;
  let http: HttpClient;
  let login: LoginService;
  let gateway: LoginGateway;

  beforeEach(async () => {
    nextcloud = await startLoginServer();
    gateway = await startLoginGateway(bed());
    http = createHttpClient();
    const baseUrl = nextcloud.url;
    server = openServer({ baseUrl, release: '32' });
    const { flows, appPasswords, accessRules, audit } = bed().store;
    const publicUrl = gateway.url;
    const way = loginFlowWay({
      flows,
      appPasswords,
      accessRules,
      server,
      loginFlow: loginFlowV2({ server, http, baseUrl, publicUrl: 'https://cloud.example.org' }),
      publicUrl,
      nextcloudUrl: baseUrl,
      log: silentLogger,
    });
    login = loginService({ flows, audit, way, publicUrl });
    gateway.use(login, 'https://cloud.example.org');
  });

  afterEach(async () => {
    await gateway.close();
    http.close();
    server.close();
    await nextcloud.close();
  });

  const sent = (path: string) => nextcloud.arrived.filter((one) => one.url.split('?')[0] === path);
  const principal = (userId = 'alice') => accountPrincipal(gateway.url, nextcloud.url, userId);
  const stored = (userId?: string) => bed().store.appPasswords.find(principal(userId));

  async function forClient(): Promise<string> {
    const cancelTo = `${INTERACTION}/cancel`;
    const url = await login.url({ returnTo: INTERACTION, client: CLIENT, cancelTo });
    return url.replace(gateway.url, '');
  }

  /** The page as it stands, a second after anybody looked last. */
  function look(browser: Browser, path: string): Promise<Answer> {
    bed().advance(1);
    return browser.open(path);
  }

  async function isDone(browser: Browser, path: string): Promise<unknown> {
    bed().advance(1);
    const answer = await browser.open(path.replace('/oauth/login', '/oauth/login/status'));
    return (JSON.parse(answer.text) as { done: unknown }).done;
  }

  /** Somebody who logged in and is back where they began. */
  async function signedIn(userId = 'alice'): Promise<Browser> {
    const browser = gateway.browser();
    const path = await forClient();
    await browser.open(path);
    nextcloud.grant(userId);
    expect((await look(browser, path)).location).to.equal(INTERACTION);
    return browser;
  }

  const sessionOf = async (browser: Browser): Promise<unknown> =>
    JSON.parse((await browser.open('/user/page')).text);

  it('leads from our page over Nextcloud back to where the person began', async () => {
    nextcloud.people.set('alice', { displayname: 'Alice Example', groups: ['team'] });
    const browser = gateway.browser();
    const path = await forClient();
    const page = await browser.open(path);
    expect(page.status).to.equal(200);
    expect(page.text).to.contain('https://cloud.example.org/index.php/login/v2/flow/1');
    expect(page.text).to.contain('Desk assistant').and.to.contain('http-equiv="refresh"');
    expect(page.text).to.contain(`action="${INTERACTION}/cancel"`);
    expect(await isDone(browser, path)).to.equal(false);
    nextcloud.grant('alice@example.org', 'alice');
    expect(await isDone(browser, path)).to.equal(true);
    const back = await browser.open(path);
    expect([back.status, back.location]).to.deep.equal([303, INTERACTION]);
    expect(await stored()).to.include({
      loginName: 'alice@example.org',
      userId: 'alice',
      appPassword: 'app-password-1-of-alice',
    });
    expect(await sessionOf(browser))
      .to.deep.include({ principal: principal() })
      .and.to.have.property('data')
      .that.includes({
        userId: 'alice',
        displayName: 'Alice Example',
        signedInAt: bed().seconds(),
      });
    const { entries } = await bed().store.audit.list({}, { limit: 5 });
    expect(entries.map(({ event, outcome }) => [event, outcome])).to.deep.equal([['login', 'ok']]);
  });

  it('takes people who come by themselves to their account', async () => {
    const browser = gateway.browser();
    const first = await browser.open('/oauth/login');
    await followed(browser, first);
    nextcloud.grant('alice');
    expect((await look(browser, first.location ?? '')).location).to.equal('/user/page');
  });

  it('works without script and without the status route', async () => {
    const browser = await signedIn();
    expect(await sessionOf(browser)).to.have.property('principal');
    expect(sent('/index.php/login/v2/poll').length).to.equal(2);
  });

  it('starts one login at Nextcloud, however often the page is loaded', async () => {
    const browser = gateway.browser();
    const path = await forClient();
    await browser.open('/oauth/login/status');
    await browser.open(path);
    const pages = await Promise.all(Array.from({ length: 5 }, () => look(browser, path)));
    expect(pages.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200, 200]);
    expect(sent('/index.php/login/v2').length).to.equal(1);
  });

  it('opens one login for tabs that come at the same moment', async () => {
    const browser = gateway.browser();
    const other = await browser.open('/oauth/login');
    await browser.open(other.location ?? '');
    const path = await forClient();
    const pages = await Promise.all([browser.open(path), browser.open(path), browser.open(path)]);
    expect(sent('/index.php/login/v2').length).to.equal(2);
    const shown = pages.map(({ text }) => /<title>([^<]*)/.exec(text)?.[1] ?? '');
    expect(shown.filter((title) => title.includes('One moment')).length).to.be.lessThan(3);
  });

  it('asks Nextcloud at most once a second', async () => {
    const browser = gateway.browser();
    const path = await forClient();
    await browser.open(path);
    bed().advance(1);
    const before = sent('/index.php/login/v2/poll').length;
    const status = path.replace('/oauth/login', '/oauth/login/status');
    await Promise.all(Array.from({ length: 10 }, () => browser.open(status)));
    expect(sent('/index.php/login/v2/poll').length - before).to.equal(1);
  });

  it('tells Nextcloud gateway, client and code, and keeps the code whatever the client is called', async () => {
    const names = ['Desk assistant', 'x, code AAAAAA\u202e\n', 'long '.repeat(40), '日本語'];
    for (const name of names) {
      const url = await login.url({ returnTo: INTERACTION, client: { ...CLIENT, name } });
      const { text } = await gateway.browser().open(url);
      const code = /class="code"[^>]*>([A-Z0-9]{6})</.exec(text)?.[1] ?? 'none';
      const device = sent('/index.php/login/v2').at(-1)?.headers['user-agent'] ?? '';
      expect(device.startsWith(`${new URL(gateway.url).host} for `)).to.equal(true);
      expect(device.endsWith(`, code ${code}`)).to.equal(true);
      expect(device.length).to.be.at.most(120);
      expect(device.split(', code ').length, device).to.equal(2);
    }
  });

  it('gives another browser nothing, and lets it neither ask nor finish', async () => {
    const path = await forClient();
    await gateway.browser().open(path);
    nextcloud.grant('alice');
    const polls = sent('/index.php/login/v2/poll').length;
    for (const prepared of ['', '/oauth/login']) {
      const thief = gateway.browser();
      if (prepared !== '') await followed(thief, await thief.open(prepared));
      const page = await look(thief, path);
      expect(page.status).to.equal(403);
      expect(page.text).not.to.contain('/login/v2/flow/1"');
      expect(await isDone(thief, path)).to.equal(false);
      expect(await sessionOf(thief)).not.to.have.property('principal');
    }
    // a thief that began a login of their own asks about that one only
    expect(
      sent('/index.php/login/v2/poll')
        .slice(polls)
        .some((one) => one.body.toString() === 'token=poll-token-1'),
    ).to.equal(false);
    expect(await stored()).to.equal(undefined);
  });

  it('gives the browser a new session id and form token: a planted one opens nothing', async () => {
    const browser = gateway.browser();
    const path = await forClient();
    await browser.open(path);
    const planted = new Map(browser.cookies);
    const { csrfToken: before } = (await sessionOf(browser)) as { csrfToken: string };
    nextcloud.grant('alice');
    await look(browser, path);
    expect([...browser.cookies.values()]).not.to.deep.equal([...planted.values()]);
    const { csrfToken: after } = (await sessionOf(browser)) as { csrfToken: string };
    expect(after).not.to.equal(before);
    const thief = gateway.browser();
    for (const [name, value] of planted) thief.cookies.set(name, value);
    expect(await sessionOf(thief)).to.deep.equal({});
    expect((await look(thief, path)).status).to.equal(403);
  });

  it('sends a second tab and the way back on, without a second login', async () => {
    const browser = gateway.browser();
    const path = await forClient();
    await browser.open(path);
    nextcloud.grant('alice');
    await look(browser, path);
    expect((await look(browser, path)).location).to.equal(INTERACTION);
    expect(await isDone(browser, path)).to.equal(true);
    expect(sent('/index.php/login/v2').length).to.equal(1);
  });

  it('refuses people and groups an administrator has locked out, and keeps nothing', async () => {
    const { accessRules, audit } = bed().store;
    nextcloud.people.set('mallory', { displayname: 'M', groups: ['guests'] });
    await accessRules.set('group', 'guests', 'deny');
    await accessRules.set('user', 'bob', 'deny');
    for (const userId of ['mallory', 'bob']) {
      const browser = gateway.browser();
      const path = await forClient();
      await browser.open(path);
      nextcloud.grant(userId);
      const refused = await look(browser, path);
      expect(refused.status).to.equal(403);
      expect(refused.text).to.contain('administrator');
      expect(await stored(userId)).to.equal(undefined);
      expect(await sessionOf(browser)).not.to.have.property('principal');
      bed().advance(3);
      expect((await look(browser, path)).text).to.contain('/login/v2/flow/');
    }
    expect([...nextcloud.good]).to.deep.equal([]);
    const { entries } = await audit.list({}, { limit: 5 });
    expect(entries.map(({ outcome, target }) => [outcome, target])).to.deep.equal([
      ['refused', 'login flow: not_permitted'],
      ['refused', 'login flow: not_permitted'],
    ]);
  });

  it('withdraws the app password that a new login replaces, unless it is dead', async () => {
    await signedIn();
    await signedIn();
    expect([...nextcloud.good.keys()]).to.deep.equal(['app-password-2-of-alice']);
    await bed().store.appPasswords.markDead(principal(), (await stored())?.id ?? '');
    await signedIn();
    expect([...nextcloud.good.keys()]).to.deep.equal([
      'app-password-2-of-alice',
      'app-password-3-of-alice',
    ]);
  });

  it('goes on where a process died after Nextcloud had given the password', async () => {
    const browser = gateway.browser();
    const path = await forClient();
    await browser.open(path);
    nextcloud.grant('alice');
    const { appPasswords } = bed().store;
    const save = appPasswords.save.bind(appPasswords);
    Object.assign(appPasswords, { save: () => Promise.reject(new Error('died')) });
    expect((await look(browser, path)).status).to.equal(500);
    Object.assign(appPasswords, { save });
    expect((await look(browser, path)).location).to.equal(INTERACTION);
    expect((await stored())?.userId).to.equal('alice');
  });

  it('clears away what abandoned logins made, also when it is granted late', async () => {
    await signedIn();
    const browser = gateway.browser();
    await browser.open(await forClient());
    expect(await login.sweep()).to.equal(0);
    bed().advance(601);
    expect(await login.sweep()).to.equal(0);
    nextcloud.grant('bob');
    bed().advance(560);
    expect(await login.sweep()).to.equal(1);
    expect([...nextcloud.good.values()]).to.deep.equal(['alice']);
    bed().advance(600);
    const polls = sent('/index.php/login/v2/poll').length;
    expect(await login.sweep()).to.equal(0);
    expect(sent('/index.php/login/v2/poll').length).to.equal(polls);
  });

  it('ends after ten minutes with a page that says what to do', async () => {
    const browser = gateway.browser();
    const path = await forClient();
    await browser.open(path);
    bed().advance(600);
    const over = await browser.open(path);
    expect(over.status).to.equal(400);
    expect(over.text).to.contain('Start again from your assistant');
    // the script of an open page loads it again, and shows that
    expect(await isDone(browser, path)).to.equal(true);
  });

  it('says that Nextcloud does not answer, and goes on when it does', async () => {
    const browser = gateway.browser();
    const path = await forClient();
    nextcloud.broken = 503;
    const page = await browser.open(path);
    expect(page.status).to.equal(503);
    expect(page.text).to.contain('Try again');
    nextcloud.broken = undefined;
    bed().advance(3);
    expect((await look(browser, path)).text).to.contain('/login/v2/flow/1');
  });

  it('escapes every name on the page, allows no foreign form and no frame', async () => {
    const evil = '<img src=x onerror=alert(1)>"\'';
    const url = await login.url({ returnTo: INTERACTION, client: { name: evil, host: evil } });
    const page = await gateway.browser().open(url);
    expect(page.text).not.to.contain('<img');
    expect(page.text).to.contain('&lt;img');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).to.contain("frame-ancestors 'none'").and.to.contain("default-src 'none'");
    expect(page.headers.get('cache-control')).to.equal('no-store');
  });

  it('signs out by a form of our own only', async () => {
    const browser = await signedIn();
    const { csrfToken } = (await sessionOf(browser)) as { csrfToken: string };
    for (const csrf of ['', 'x', csrfToken.slice(1)]) {
      expect((await browser.post('/oauth/logout', { csrf })).status).to.equal(403);
    }
    expect(await sessionOf(browser)).to.have.property('principal');
    const over = await browser.post('/oauth/logout', { csrf: csrfToken });
    expect([over.status, over.location]).to.deep.equal([303, '/']);
    expect(await sessionOf(browser)).to.deep.equal({});
    expect(browser.cookies.size).to.equal(0);
  });
});
