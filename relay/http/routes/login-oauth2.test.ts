import { expect } from 'chai';
import { nextcloudOauth2, nextcloudOauth2Metadata } from '../../credentials/nextcloud-oauth2.ts';
import { providerHttp } from '../../credentials/provider-http.ts';
import type { ProviderHttp } from '../../credentials/provider-http.ts';
import { tokenEndpoint } from '../../credentials/token-endpoint.ts';
import { silentLogger } from '../../log.ts';
import { openServer } from '../../nextcloud/connect.ts';
import type { NextcloudServer } from '../../nextcloud/connect.ts';
import { loginService } from '../../signin/login/login-service.ts';
import type { LoginService } from '../../signin/login/login-service.ts';
import { nextcloudOauth2Way } from '../../signin/login/nextcloud-oauth2-way.ts';
import { OAUTH2_CLIENT, startLoginServer } from '../../signin/login-server.fixture.ts';
import type { LoginServer } from '../../signin/login-server.fixture.ts';
import { accountPrincipal } from '../../signin/nextcloud-account.ts';
import { onEveryStore } from '../../store/testing/every-store.ts';
import { startLoginGateway } from './login-bed.fixture.ts';
import type { Answer, Browser, LoginGateway } from './login-bed.fixture.ts';

const INTERACTION = '/oauth/interaction/abc';

onEveryStore('login by Nextcloud’s oauth2 app', (bed) => {
  let nextcloud: LoginServer;
  let server: NextcloudServer;
  let http: ProviderHttp;
  let login: LoginService;
  let gateway: LoginGateway;

  beforeEach(async () => {
    nextcloud = await startLoginServer();
    gateway = await startLoginGateway(bed());
    http = providerHttp({ trusted: [nextcloud.url] });
    server = openServer({ baseUrl: nextcloud.url, release: '32' });
    const { flows, nextcloudTokens: tokens, accessRules, audit } = bed().store;
    const { clientId, secret } = OAUTH2_CLIENT;
    const { seconds: now } = bed();
    const metadata = nextcloudOauth2Metadata(nextcloud.url, 'https://cloud.example.org');
    const endpoint = tokenEndpoint({
      http,
      metadata: () => Promise.resolve(metadata),
      client: () =>
        Promise.resolve({ clientId, authentication: { kind: 'client_secret_post', secret } }),
      now,
    });
    const access = nextcloudOauth2({
      tokens,
      endpoint,
      server,
      now,
      pause: () => Promise.resolve(),
      log: silentLogger,
    });
    const way = nextcloudOauth2Way({
      clientId,
      endpoint,
      metadata,
      access,
      tokens,
      server,
      accessRules,
      publicUrl: gateway.url,
      nextcloudUrl: nextcloud.url,
      now,
      log: silentLogger,
    });
    login = loginService({ flows, audit, way, publicUrl: gateway.url });
    gateway.use(login, 'https://cloud.example.org');
  });

  afterEach(async () => {
    await gateway.close();
    http.close();
    server.close();
    await nextcloud.close();
  });

  const stored = (userId = 'alice') =>
    bed().store.nextcloudTokens.find(accountPrincipal(gateway.url, nextcloud.url, userId));
  const tokenRequests = () =>
    nextcloud.arrived.filter(({ url }) => url.includes('/oauth2/api/v1/token')).length;
  const sessionOf = async (browser: Browser): Promise<unknown> =>
    JSON.parse((await browser.open('/user/page')).text);

  async function newFlow(): Promise<string> {
    return (await login.url({ returnTo: INTERACTION })).replace(gateway.url, '');
  }

  /** Presses the button on our page. Gives the address at Nextcloud. */
  async function setOff(browser: Browser, flow?: string): Promise<string> {
    const path = flow ?? (await newFlow());
    const page = await browser.open(path);
    const action = /action="([^"]+)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(action).to.equal(path);
    const gone = await browser.post(action);
    expect(gone.status).to.equal(303);
    return gone.location ?? '';
  }

  /** Logs in at Nextcloud and is sent back. */
  async function comeBack(browser: Browser, address: string, userId = 'alice'): Promise<Answer> {
    const back = nextcloud.authorize(address, userId);
    return browser.open(back.pathname + back.search);
  }

  it('leads over Nextcloud in the same tab back to where the person began', async () => {
    nextcloud.people.set('alice', { displayname: 'Alice Example', groups: [] });
    const browser = gateway.browser();
    const address = new URL(await setOff(browser));
    expect(address.origin + address.pathname).to.equal(
      'https://cloud.example.org/index.php/apps/oauth2/authorize',
    );
    const { state, ...rest } = Object.fromEntries(address.searchParams);
    expect(state).to.have.length(43);
    expect(rest).to.deep.equal({
      response_type: 'code',
      client_id: OAUTH2_CLIENT.clientId,
      redirect_uri: `${gateway.url}/oauth/login/callback`,
    });
    const back = await comeBack(browser, address.href);
    expect([back.status, back.location]).to.deep.equal([303, INTERACTION]);
    const { accessToken, ...kept } = (await stored()) ?? {};
    expect(kept).to.include({ userId: 'alice', expiresAt: bed().seconds() + 3600 });
    expect([...nextcloud.good.keys()]).to.deep.equal([accessToken]);
    expect(await sessionOf(browser))
      .to.deep.include({ principal: accountPrincipal(gateway.url, nextcloud.url, 'alice') })
      .and.to.have.property('data')
      .that.includes({
        userId: 'alice',
        displayName: 'Alice Example',
        signedInAt: bed().seconds(),
      });
  });

  it('lets the form lead to Nextcloud, and frames nowhere', async () => {
    const page = await gateway.browser().open(await newFlow());
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).to.contain('form-action').and.to.contain('https://cloud.example.org');
    expect(policy).to.contain("frame-ancestors 'none'");
  });

  it('starts by a form of our own only', async () => {
    const browser = gateway.browser();
    const path = await newFlow();
    await browser.open(path);
    const stranger = gateway.browser();
    await stranger.open(await newFlow());
    for (const csrf of ['', 'x'.repeat(43)]) {
      expect((await browser.post(path, { csrf })).status).to.equal(403);
    }
    const { csrfToken } = (await sessionOf(stranger)) as { csrfToken: string };
    expect((await browser.post(path, { csrf: csrfToken })).status).to.equal(403);
    expect((await gateway.browser().post(path, { csrf: csrfToken })).status).to.equal(403);
  });

  it('takes no answer in another browser, and keeps it for the right one', async () => {
    const browser = gateway.browser();
    const address = await setOff(browser);
    const back = nextcloud.authorize(address, 'alice');
    const thief = gateway.browser();
    await thief.open(await newFlow());
    for (const one of [thief, gateway.browser()]) {
      expect((await one.open(back.pathname + back.search)).status).to.equal(403);
      expect(await sessionOf(one)).not.to.have.property('principal');
    }
    expect(tokenRequests()).to.equal(0);
    expect((await browser.open(back.pathname + back.search)).location).to.equal(INTERACTION);
  });

  it('takes no login of somebody else into this browser', async () => {
    const attacker = gateway.browser();
    const theirs = nextcloud.authorize(await setOff(attacker), 'mallory');
    const browser = gateway.browser();
    await setOff(browser);
    const forced = await browser.open(theirs.pathname + theirs.search);
    expect(forced.status).to.equal(403);
    expect(await sessionOf(browser)).not.to.have.property('principal');
    expect(await stored('mallory')).to.equal(undefined);
  });

  it('takes a state once, and no state that is not its own', async () => {
    const browser = gateway.browser();
    const address = await setOff(browser);
    const back = nextcloud.authorize(address, 'alice');
    for (const change of ['x'.repeat(43), '']) {
      const forged = new URL(back);
      forged.searchParams.set('state', change);
      expect((await browser.open(forged.pathname + forged.search)).status).to.equal(400);
    }
    const twice = `${back.pathname}${back.search}&state=another`;
    expect((await browser.open(twice)).status).to.equal(400);
    await browser.open(back.pathname + back.search);
    const requests = tokenRequests();
    expect((await browser.open(back.pathname + back.search)).status).to.equal(400);
    expect(tokenRequests()).to.equal(requests);
  });

  it('ends each login where it began, though two are open', async () => {
    const browser = gateway.browser();
    const first = await setOff(browser);
    const own = (await browser.open('/oauth/login')).location ?? '';
    await setOff(browser, own);
    expect((await comeBack(browser, first)).location).to.equal(INTERACTION);
  });

  it('shows a refusal, and lets the person try again', async () => {
    const browser = gateway.browser();
    const path = await newFlow();
    const address = await setOff(browser, path);
    const state = new URL(address).searchParams.get('state') ?? '';
    const text = encodeURIComponent('<script>alert(1)</script>');
    const refused = await browser.open(
      `/oauth/login/callback?error=access_denied&error_description=${text}&state=${state}`,
    );
    expect(refused.status).to.equal(403);
    expect(refused.text).to.contain('was not granted').and.not.to.contain('alert(1)');
    expect(refused.text).to.contain(`href="${path}"`);
    expect((await comeBack(browser, await setOff(browser, path))).location).to.equal(INTERACTION);
  });

  it('withdraws the tokens of people an administrator has locked out', async () => {
    await bed().store.accessRules.set('user', 'bob', 'allow');
    const browser = gateway.browser();
    const refused = await comeBack(browser, await setOff(browser));
    expect(refused.status).to.equal(403);
    expect(refused.text).to.contain('administrator');
    expect(nextcloud.good.size).to.equal(0);
    expect(await stored()).to.equal(undefined);
    expect(await sessionOf(browser)).not.to.have.property('principal');
  });

  it('withdraws the tokens that a new login replaces', async () => {
    for (const _time of [1, 2]) {
      const browser = gateway.browser();
      await comeBack(browser, await setOff(browser));
    }
    expect([...nextcloud.good.keys()]).to.deep.equal([(await stored())?.accessToken]);
  });

  it('leaves no tokens at Nextcloud that nobody knows of', async () => {
    const { nextcloudTokens } = bed().store;
    Object.assign(nextcloudTokens, { save: () => Promise.reject(new Error('disk full')) });
    const browser = gateway.browser();
    const failed = await comeBack(browser, await setOff(browser));
    expect(failed.status).to.equal(500);
    expect(failed.text).not.to.contain('disk full');
    expect(nextcloud.good.size).to.equal(0);
  });

  it('says that Nextcloud does not answer', async () => {
    const browser = gateway.browser();
    const address = await setOff(browser);
    nextcloud.broken = 503;
    const failed = await comeBack(browser, address);
    expect(failed.status).to.equal(503);
    expect(failed.text).to.contain('Try again');
  });

  it('ends after ten minutes', async () => {
    const browser = gateway.browser();
    const address = await setOff(browser);
    bed().advance(600);
    expect((await comeBack(browser, address)).status).to.equal(400);
    expect(tokenRequests()).to.equal(0);
  });
});
