import { expect } from 'chai';
import { discovery } from '../credentials/discovery.ts';
import { providerHttp } from '../credentials/provider-http.ts';
import type { ProviderHttp } from '../credentials/provider-http.ts';
import { silentLogger } from '../log.ts';
import { rejection } from '../nextcloud/rejection.fixture.ts';
import { onEveryStore } from '../store/testing/every-store.ts';
import { configuredClient, registeredClient } from './client-registration.ts';
import type { GatewayClient, RegistrationOptions } from './client-registration.ts';
import { startIdentityProvider } from './identity-provider.fixture.ts';
import { nock, withNock } from '../testing/with-nock.ts';

const HOST = 'https://id.example.org';
const REDIRECT = 'https://gateway.example.org/oauth/callback';

onEveryStore('the gateway as a client', (bed) => {
  withNock();
  let https: ProviderHttp[];

  beforeEach(() => (https = []));
  afterEach(() => {
    for (const http of https) http.close();
    nock.cleanAll();
  });

  function client(issuer: string, more: Partial<RegistrationOptions> = {}): GatewayClient {
    const http = providerHttp({ trusted: [issuer] });
    https.push(http);
    const now = (): number => bed().seconds();
    return registeredClient({
      http,
      metadata: discovery({
        discoveryUrl: `${issuer}/.well-known/openid-configuration`,
        http,
        now,
        pause: () => Promise.resolve(),
      }),
      clients: bed().store.registeredClients,
      clientName: 'Nextcloud MCP gateway',
      redirectUri: REDIRECT,
      grantTypes: ['authorization_code', 'refresh_token'],
      scopes: ['openid', 'offline_access'],
      now,
      log: silentLogger,
      ...more,
    });
  }

  function fake(registrationEndpoint: string | undefined = `${HOST}/register`): void {
    nock(HOST)
      .persist()
      .get('/.well-known/openid-configuration')
      .reply(200, {
        issuer: HOST,
        authorization_endpoint: `${HOST}/authorize`,
        token_endpoint: `${HOST}/token`,
        jwks_uri: `${HOST}/keys`,
        registration_endpoint: registrationEndpoint,
      });
  }

  const registered = (id: string, lifeSeconds?: number) => ({
    client_id: id,
    client_secret: `secret-of-${id}`,
    client_secret_expires_at: lifeSeconds === undefined ? 0 : bed().seconds() + lifeSeconds,
    token_endpoint_auth_method: 'client_secret_post',
    registration_access_token: `token-of-${id}`,
    registration_client_uri: `${HOST}/register/${id}`,
  });

  it('registers once, for all processes and restarts, and gives the registration back', async () => {
    const idp = await startIdentityProvider(REDIRECT);
    try {
      const first = client(idp.issuer);
      const [one, two] = await Promise.all([first.current(), first.current()]);
      const restarted = await client(idp.issuer).current();
      expect(two).to.deep.equal(one);
      expect(restarted).to.deep.equal(one);
      expect(one.authentication.kind).to.equal('client_secret_basic');
      const posts = idp.requests.filter(({ path }) => path === '/reg');
      expect(posts.length).to.equal(1);
      expect(await first.forget()).to.equal(true);
      expect(await first.forget()).to.equal(false);
      expect((await first.current()).clientId).not.to.equal(one.clientId);
    } finally {
      await idp.close();
    }
  });

  it('shows a token where the provider does not register everybody, and names no scope that would be refused', async () => {
    fake();
    const admits = { reqheaders: { authorization: 'Bearer for-one-client' } };
    nock(HOST, admits)
      .post('/register', (sent: object) => !('scope' in sent))
      .reply(201, registered('admitted'));
    const gateway = client(HOST, { initialAccessToken: 'for-one-client', scopes: undefined });
    expect((await gateway.current()).clientId).to.equal('admitted');
  });

  for (const [what, initialAccessToken, status, hint] of [
    ['nobody admitted it', undefined, 403, 'or set OIDC_INITIAL_ACCESS_TOKEN'],
    ['the token is used up', 'used-up', 401, 'wrong, expired or used up'],
    ['the provider has other rules', 'for-one-client', 403, 'allow this registration there'],
  ] as const)
    it(`says why it is not registered, and what to do when ${what}`, async () => {
      fake();
      const error_description = '<i>Policy</i> see https://id.example.org/why';
      nock(HOST).post('/register').reply(status, { error: 'not_allowed', error_description });
      const refusal = await rejection(client(HOST, { initialAccessToken }).current());
      expect(refusal).to.include({ code: 'configuration', status });
      expect(refusal.message).to.include('(not_allowed: Policy see …)');
      expect(refusal.hint).to.include(hint);
    });

  it('keeps a secret that never expires, for years', async () => {
    fake();
    nock(HOST).post('/register').reply(201, registered('for-ever'));
    await client(HOST).current();
    bed().advance(3 * 365 * 86_400);
    expect((await client(HOST).current()).clientId).to.equal('for-ever');
  });

  it('renews before the secret lapses, not sooner, and leaves the old one to lapse', async () => {
    fake();
    nock(HOST).post('/register').reply(201, registered('first', 3600));
    const gateway = client(HOST);
    await gateway.current();
    bed().advance(3600 - 361);
    expect((await gateway.current()).clientId).to.equal('first');
    nock(HOST).post('/register').reply(201, registered('second', 3600));
    bed().advance(1);
    expect(await gateway.current()).to.deep.equal({
      clientId: 'second',
      authentication: { kind: 'client_secret_post', secret: 'secret-of-second' },
    });
    expect((await client(HOST).current()).clientId).to.equal('second');
  });

  it('of two processes one registration stays, the other is given back', async () => {
    fake();
    // neither gets an answer before both have asked
    const { promise: both, resolve: arrived } = Promise.withResolvers<undefined>();
    let waiting = 0;
    for (const id of ['one', 'two']) {
      nock(HOST)
        .post('/register')
        .reply(201, async () => {
          waiting += 1;
          if (waiting === 2) arrived(undefined);
          await both;
          return registered(id);
        });
    }
    const back = nock(HOST, { reqheaders: { authorization: /^Bearer token-of-/ } })
      .delete(/^\/register\/(one|two)$/)
      .reply(204);
    const [a, b] = await Promise.all([client(HOST).current(), client(HOST).current()]);
    expect(a).to.deep.equal(b);
    expect(back.isDone()).to.equal(true);
  });

  it('registers anew when its own address changed', async () => {
    fake();
    nock(HOST).post('/register').reply(201, registered('here'));
    await client(HOST).current();
    nock(HOST)
      .post(
        '/register',
        (body: { redirect_uris: string[] }) =>
          body.redirect_uris[0] === 'https://new.example.org/oauth/callback',
      )
      .reply(201, registered('there'));
    const moved = client(HOST, { redirectUri: 'https://new.example.org/oauth/callback' });
    expect((await moved.current()).clientId).to.equal('there');
  });

  it('says what to do where nobody may register', async () => {
    fake();
    nock(HOST).post('/register').reply(403, { error: 'access_denied' });
    const error = await rejection(client(HOST).current());
    expect(error.code).to.equal('configuration');
    expect(error.hint).to.contain('OIDC_CLIENT_ID');
  });

  it('a configured client is never given back', async () => {
    const configured = configuredClient({ clientId: 'x', authentication: { kind: 'none' } });
    expect((await configured.current()).clientId).to.equal('x');
    expect(await configured.forget()).to.equal(false);
  });
});
