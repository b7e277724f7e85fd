import { expect } from 'chai';
import { rejection } from '../nextcloud/rejection.fixture.ts';
import { discovery } from './discovery.ts';
import { providerHttp } from './provider-http.ts';
import type { ProviderHttp } from './provider-http.ts';
import type { ProviderNames } from './provider-metadata.ts';
import { nock, withNock } from '../testing/with-nock.ts';

const HOST = 'https://id.example.org';
const PATH = '/realms/main/.well-known/openid-configuration';
const DISCOVERY = HOST + PATH;

function documentOf(base: string, issuer = base): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    jwks_uri: `${base}/keys`,
    revocation_endpoint: `${base}/revoke`,
  };
}

describe('discovery', () => {
  withNock();
  let http: ProviderHttp;
  let pauses: number[];
  let now: number;

  beforeEach(() => {
    nock.disableNetConnect();
    http = providerHttp({ trusted: [HOST, 'http://keycloak:8080'] });
    pauses = [];
    now = 1000;
  });
  afterEach(() => {
    http.close();
    nock.cleanAll();
    nock.enableNetConnect();
  });

  function discover(names: Partial<ProviderNames> = {}, seconds = 60) {
    return discovery({
      discoveryUrl: DISCOVERY,
      ...names,
      http,
      seconds,
      now: () => now,
      pause(ms) {
        pauses.push(ms);
        return Promise.resolve();
      },
    });
  }

  it('waits for a provider that starts later, longer each time', async () => {
    nock(HOST).get(PATH).times(2).reply(503);
    nock(HOST)
      .get(PATH)
      .replyWithError(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    nock(HOST)
      .get(PATH)
      .reply(200, documentOf(`${HOST}/realms/main`));
    expect((await discover()()).tokenEndpoint).to.equal(`${HOST}/realms/main/token`);
    expect(pauses).to.deep.equal([250, 500, 1000]);
  });

  it('gives up at once where waiting does not help', async () => {
    nock(HOST).get(PATH).reply(404);
    expect((await rejection(discover()())).code).to.equal('unavailable');
    expect(pauses).to.deep.equal([]);
  });

  it('reads once for many, again when old, and keeps the old one when that fails', async () => {
    nock(HOST)
      .get(PATH)
      .reply(200, documentOf(`${HOST}/realms/main`));
    const metadata = discover();
    await Promise.all([metadata(), metadata(), metadata()]);
    now += 61;
    nock(HOST)
      .get(PATH)
      .reply(200, { ...documentOf(`${HOST}/realms/main`), token_endpoint: `${HOST}/new` });
    expect((await metadata()).tokenEndpoint).to.equal(`${HOST}/new`);
    now += 61;
    nock(HOST).get(PATH).reply(404);
    expect((await metadata()).tokenEndpoint).to.equal(`${HOST}/new`);
    expect(nock.pendingMocks()).to.deep.equal([]);
  });

  it('holds nobody up when one in use cannot be renewed', async () => {
    nock(HOST)
      .get(PATH)
      .reply(200, documentOf(`${HOST}/realms/main`));
    const metadata = discover();
    const first = await metadata();
    now += 61;
    nock(HOST).get(PATH).reply(503);
    expect(await metadata()).to.equal(first);
    expect(pauses).to.deep.equal([]);
    expect(nock.pendingMocks()).to.deep.equal([]);
  });

  it('stays the same one as long as nothing changes, so that keys read by it stay too', async () => {
    nock(HOST)
      .get(PATH)
      .times(2)
      .reply(200, documentOf(`${HOST}/realms/main`));
    const metadata = discover();
    const first = await metadata();
    now += 61;
    expect(await metadata()).to.equal(first);
    expect(nock.pendingMocks()).to.deep.equal([]);
  });

  it('follows the redirect of Nextcloud’s web server, but to no other server', async () => {
    const there = '/index.php/apps/oidc/openid-configuration';
    nock(HOST).get(PATH).reply(301, '', { Location: there });
    nock(HOST)
      .get(there)
      .reply(200, documentOf(`${HOST}/realms/main`));
    expect((await discover()()).issuer).to.equal(`${HOST}/realms/main`);
    for (const elsewhere of [
      'http://169.254.169.254/',
      'http://id.example.org/x',
      `${HOST}${PATH}`,
    ]) {
      nock(HOST).get(PATH).times(3).reply(302, '', { Location: elsewhere });
      expect((await rejection(discover()())).message, elsewhere).to.contain('redirects');
      nock.cleanAll();
    }
  });

  it('refuses the metadata of another issuer', async () => {
    for (const issuer of ['https://evil.example.org', `${HOST}/realms/other`, undefined]) {
      nock(HOST)
        .get(PATH)
        .reply(200, { ...documentOf(`${HOST}/realms/main`), issuer });
      const error = await rejection(discover()());
      expect(error.message, String(issuer)).to.contain('another issuer');
    }
  });

  it('refuses metadata without what it needs', async () => {
    nock(HOST)
      .get(PATH)
      .reply(200, { ...documentOf(`${HOST}/realms/main`), token_endpoint: undefined });
    expect((await rejection(discover()())).message).to.contain('token_endpoint');
  });

  it('gives way to configured addresses of keys and introspection, for all who use them', async () => {
    const { jwks_uri: _nowhere, ...without } = documentOf(`${HOST}/realms/main`);
    nock(HOST).get(PATH).reply(200, without);
    const configured = {
      jwksUri: 'http://keycloak:8080/keys',
      introspectionUri: 'http://keycloak:8080/introspect',
    };
    expect(await discover(configured)()).to.include({
      jwksUri: configured.jwksUri,
      introspectionEndpoint: configured.introspectionUri,
    });
  });

  it('in a split network sends browsers to the public name and itself to the inner one', async () => {
    const inner = 'http://keycloak:8080/realms/main';
    const outer = 'https://id.example.org/auth/realms/main';
    const names = { discoveryUrl: `http://keycloak:8080${PATH}`, publicIssuer: outer };
    nock('http://keycloak:8080').get(PATH).reply(200, documentOf(inner));
    const fromInside = await discover(names)();
    nock('http://keycloak:8080').get(PATH).reply(200, documentOf(outer));
    const fromOutside = await discover(names)();
    for (const metadata of [fromInside, fromOutside]) {
      expect(metadata.authorizationEndpoint).to.equal(`${outer}/authorize`);
      expect(metadata.tokenEndpoint).to.equal(`${inner}/token`);
      expect(metadata.revocationEndpoint).to.equal(`${inner}/revoke`);
      expect(metadata.jwksUri).to.equal(`${inner}/keys`);
      expect(metadata.issuers.has(outer)).to.equal(true);
    }
  });
});

describe('requests to identity providers', () => {
  withNock();
  it('go to addresses beside the configured ones only by https and to public networks', async () => {
    const http = providerHttp({ trusted: [HOST] });
    const urls = [
      'http://elsewhere.example.org/token',
      'https://127.0.0.1/token',
      'https://169.254.169.254/latest/meta-data',
      'https://10.0.0.8/token',
      'https://[::1]/token',
      'https://[::ffff:10.0.0.8]/token',
      'https://[fd00::1]/token',
      'https://0x7f.1/token',
      'file:///etc/passwd',
      'not a url',
    ];
    for (const url of urls) {
      const error = await rejection(http.send({ method: 'POST', url, form: { token: 'x' } }));
      expect(error.code, url).to.equal('configuration');
    }
    http.close();
  });

  it('do not reach an inner network through a public name', async () => {
    const http = providerHttp({ trusted: [HOST] });
    // the name resolves to this machine
    const error = await rejection(http.send({ method: 'GET', url: 'https://localhost:9/keys' }));
    expect(error.message).to.contain('EACCES');
    http.close();
  });
});
