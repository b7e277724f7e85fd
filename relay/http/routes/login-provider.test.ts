import { expect } from 'chai';
import { discovery } from '../../credentials/discovery.ts';
import { providerHttp } from '../../credentials/provider-http.ts';
import type { ProviderHttp } from '../../credentials/provider-http.ts';
import { tokenEndpoint } from '../../credentials/token-endpoint.ts';
import { createLogger } from '../../log.ts';
import { configuredClient } from '../../signin/client-registration.ts';
import { SECRET, startIdentityProvider } from '../../signin/identity-provider.fixture.ts';
import type { IdentityProvider } from '../../signin/identity-provider.fixture.ts';
import { loginService } from '../../signin/login/login-service.ts';
import { providerWay } from '../../signin/login/provider-way.ts';
import { providerKeys } from '../../signin/provider-keys.ts';
import { onEveryStore } from '../../store/testing/every-store.ts';
import { startLoginGateway } from './login-bed.fixture.ts';
import type { Answer, Browser, LoginGateway } from './login-bed.fixture.ts';

onEveryStore('login at an identity provider', (bed) => {
  let idp: IdentityProvider;
  let http: ProviderHttp;
  let gateway: LoginGateway;
  /** Of the verifier of ID tokens; the provider lives in real time. */
  let seconds: number;
  let logged: string[];

  beforeEach(async () => {
    logged = [];
    seconds = Math.floor(Date.now() / 1000);
    gateway = await startLoginGateway(bed());
    idp = await startIdentityProvider(`${gateway.url}/oauth/login/callback`);
    http = providerHttp({ trusted: [idp.issuer] });
    const now = (): number => seconds;
    const { discoveryUrl } = idp;
    const metadata = discovery({ discoveryUrl, http, now, pause: () => Promise.resolve() });
    const client = configuredClient({
      clientId: 'gateway',
      authentication: { kind: 'client_secret_basic', secret: SECRET },
    });
    const { flows, accessRules, audit } = bed().store;
    const way = providerWay({
      client,
      endpoint: tokenEndpoint({ http, metadata, client: () => client.current(), now }),
      metadata,
      keys: providerKeys({ http, metadata, now }),
      accessRules,
      publicUrl: gateway.url,
      provider: 'id.example.org',
      userClaim: 'sub',
      now,
      log: createLogger({ write: (line) => logged.push(line) }),
    });
    const login = loginService({ flows, audit, way, publicUrl: gateway.url });
    gateway.use(login, 'https://cloud.example.org');
  });

  afterEach(async () => {
    await gateway.close();
    http.close();
    await idp.close();
  });

  const sessionOf = async (browser: Browser): Promise<unknown> =>
    JSON.parse((await browser.open('/user/page')).text);

  async function setOff(browser: Browser): Promise<URL> {
    const path = (await browser.open('/oauth/login')).location ?? '';
    const page = await browser.open(path);
    expect(page.text).to.contain('id.example.org');
    return new URL((await browser.post(path)).location ?? '');
  }

  const comeBack = (browser: Browser, back: URL): Promise<Answer> =>
    browser.open(back.pathname + back.search);

  it('signs in with code, PKCE, nonce and a verified ID token', async () => {
    const browser = gateway.browser();
    const address = await setOff(browser);
    const asked = Object.fromEntries(address.searchParams);
    expect(asked).to.include({ code_challenge_method: 'S256', scope: 'openid profile' });
    expect(asked).to.include.keys('state', 'nonce', 'code_challenge');
    const back = await comeBack(browser, await idp.browse(address.href));
    expect([back.status, back.location]).to.deep.equal([303, '/user/page']);
    expect(await sessionOf(browser))
      .to.deep.include({ principal: { issuer: idp.issuer, subject: 'alice' } })
      .and.to.have.property('data')
      .that.includes({ userId: 'alice', signedInAt: bed().seconds() });
    const verifier = idp.tokenRequests()[0]?.form.get('code_verifier') ?? '';
    expect(verifier).to.match(/^[\w-]{43}$/);
  });

  it('keeps no tokens, and revokes none: that would end the person’s single sign-on', async () => {
    const browser = gateway.browser();
    const address = await setOff(browser);
    await comeBack(browser, await idp.browse(address.href));
    expect(await bed().store.grants.list(10)).to.deep.equal([]);
    expect(idp.requests.filter(({ path }) => path === '/token/revocation')).to.deep.equal([]);
  });

  it('refuses an ID token with another nonce', async () => {
    const browser = gateway.browser();
    const address = await setOff(browser);
    address.searchParams.set('nonce', 'of somebody else');
    const refused = await comeBack(browser, await idp.browse(address.href));
    expect(refused.status).to.equal(403);
    expect(refused.text).to.contain('cannot be trusted');
    expect(await sessionOf(browser)).not.to.have.property('principal');
  });

  it('refuses an ID token that has ended', async () => {
    const browser = gateway.browser();
    const address = await setOff(browser);
    seconds += 3600;
    const refused = await comeBack(browser, await idp.browse(address.href));
    expect(refused.status).to.equal(403);
    expect(await sessionOf(browser)).not.to.have.property('principal');
  });

  it('refuses an answer of another provider (mix-up)', async () => {
    const browser = gateway.browser();
    const back = await idp.browse((await setOff(browser)).href);
    back.searchParams.set('iss', 'https://evil.example.org');
    const refused = await comeBack(browser, back);
    expect(refused.status).to.equal(403);
    expect(refused.text).to.contain('came from somewhere else');
    expect(idp.tokenRequests().length).to.equal(0);
  });

  it('tells a person’s no from a request of ours that the provider does not take', async () => {
    const ended = async (error: string): Promise<string> => {
      const browser = gateway.browser();
      const back = await idp.browse((await setOff(browser)).href);
      back.searchParams.set('error', error);
      back.searchParams.set('error_description', '<b>no such scope</b>');
      const refused = await comeBack(browser, back);
      expect(refused.status).to.equal(403);
      expect(refused.text).not.to.contain('such scope');
      return refused.text;
    };
    expect(await ended('access_denied')).to.contain('was not granted');
    expect(logged).to.deep.equal([]);
    expect(await ended('invalid_scope')).to.contain('did not take the gateway’s request');
    expect(logged.join()).to.contain('"error":"invalid_scope"').and.to.contain('no such scope');
    expect(idp.tokenRequests()).to.have.length(0);
  });

  it('refuses a code of another login', async () => {
    const [one, other] = [gateway.browser(), gateway.browser()];
    const mine = await idp.browse((await setOff(one)).href);
    const theirs = await idp.browse((await setOff(other)).href);
    mine.searchParams.set('code', theirs.searchParams.get('code') ?? '');
    expect((await comeBack(one, mine)).status).to.equal(403);
    expect(await sessionOf(one)).not.to.have.property('principal');
  });

  it('lets in whom an administrator lets in', async () => {
    await bed().store.accessRules.set('user', 'alice', 'deny');
    const browser = gateway.browser();
    const refused = await comeBack(browser, await idp.browse((await setOff(browser)).href));
    expect(refused.status).to.equal(403);
    expect(refused.text).to.contain('administrator');
    expect(await sessionOf(browser)).not.to.have.property('principal');
  });

  it('says that the provider does not answer', async () => {
    const browser = gateway.browser();
    const path = (await browser.open('/oauth/login')).location ?? '';
    await idp.close();
    const failed = await browser.open(path);
    expect(failed.status).to.equal(503);
    expect(failed.text).to.contain('Try again');
  });
});
