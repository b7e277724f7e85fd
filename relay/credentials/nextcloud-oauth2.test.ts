import { expect } from 'chai';
import type { Principal } from '../access/principal.ts';
import { silentLogger } from '../log.ts';
import { openServer } from '../nextcloud/connect.ts';
import type { NextcloudServer } from '../nextcloud/connect.ts';
import { rejection } from '../nextcloud/rejection.fixture.ts';
import { OAUTH2_CLIENT, startLoginServer } from '../signin/login-server.fixture.ts';
import type { LoginServer } from '../signin/login-server.fixture.ts';
import type { Store } from '../store/store.ts';
import { onEveryStore } from '../store/testing/every-store.ts';
import { bearer } from './bearer.ts';
import { nextcloudOauth2, nextcloudOauth2Metadata, tokenPairOf } from './nextcloud-oauth2.ts';
import type { NextcloudOauth2 } from './nextcloud-oauth2.ts';
import { providerHttp } from './provider-http.ts';
import type { ProviderHttp } from './provider-http.ts';
import { tokenEndpoint } from './token-endpoint.ts';
import type { TokenEndpoint } from './token-endpoint.ts';

const alice: Principal = {
  key: 'alice',
  issuer: 'https://gateway.example.org',
  subject: '0001',
  username: 'alice',
  clientId: 'client',
  scopes: new Set(['notes:read']),
  expiresAt: 4_000_000_000,
};
const call = { principal: alice, subjectToken: 'never sent' };
const BACK = 'https://gateway.example.org/oauth/login/callback';

onEveryStore('access by Nextcloud’s oauth2 app', (bed) => {
  let nextcloud: LoginServer;
  let server: NextcloudServer;
  let http: ProviderHttp;
  let access: NextcloudOauth2;
  let endpoint: TokenEndpoint;

  /** What a replica of the gateway has of its own. */
  function replica(store: Store, clientSecret = OAUTH2_CLIENT.secret): NextcloudOauth2 {
    const { clientId } = OAUTH2_CLIENT;
    const metadata = nextcloudOauth2Metadata(nextcloud.url, nextcloud.url);
    const authentication = { kind: 'client_secret_post' as const, secret: clientSecret };
    endpoint = tokenEndpoint({
      http,
      metadata: () => Promise.resolve(metadata),
      client: () => Promise.resolve({ clientId, authentication }),
      now: bed().seconds,
    });
    return nextcloudOauth2({
      tokens: store.nextcloudTokens,
      endpoint,
      server,
      now: bed().seconds,
      pause: () => new Promise((resolve) => setImmediate(resolve)),
      log: silentLogger,
    });
  }

  beforeEach(async () => {
    nextcloud = await startLoginServer();
    server = openServer({ baseUrl: nextcloud.url, release: '32' });
    http = providerHttp({ trusted: [nextcloud.url] });
    access = replica(bed().store);
    await logIn();
  });

  afterEach(async () => {
    http.close();
    server.close();
    await nextcloud.close();
  });

  async function logIn(): Promise<void> {
    const asked = `${nextcloud.url}/?redirect_uri=${encodeURIComponent(BACK)}&state=s`;
    const code = nextcloud.authorize(asked, 'alice').searchParams.get('code') ?? '';
    const answer = await endpoint.grant({ grant_type: 'authorization_code', code });
    const pair = tokenPairOf(answer, bed().seconds());
    await bed().store.nextcloudTokens.save(alice, { ...pair, userId: 'alice', server: 's' });
  }

  const stored = () => bed().store.nextcloudTokens.find(alice);
  const asked = (): URLSearchParams[] =>
    nextcloud.arrived
      .filter(({ url }) => url.includes('/oauth2/api/v1/token'))
      .map(({ body }) => new URLSearchParams(body.toString()))
      .filter((form) => form.get('grant_type') === 'refresh_token');

  it('gives the access token while it lives, and asks nobody', async () => {
    const credential = await access.credentialFor(call);
    expect(credential.authorization).to.equal(`Bearer ${(await stored())?.accessToken ?? ''}`);
    expect(asked()).to.deep.equal([]);
    expect((await stored())?.lastUsedAt).to.equal(bed().seconds());
  });

  it('renews it before its end, and stores the new pair before it is used', async () => {
    const before = await stored();
    bed().advance(3600 - 120);
    const credential = await access.credentialFor(call);
    const after = await stored();
    expect(credential.authorization).to.equal(`Bearer ${after?.accessToken ?? ''}`);
    expect(after?.refreshToken).not.to.equal(before?.refreshToken);
    expect([...nextcloud.good.keys()]).to.deep.equal([after?.accessToken]);
  });

  it('spends a refresh token once, whatever the number of calls and replicas', async () => {
    const others = [replica(await bed().open()), replica(await bed().open())];
    bed().advance(3600);
    const calls = [access, ...others].flatMap((one) => [
      one.credentialFor(call),
      one.credentialFor(call),
    ]);
    const credentials = await Promise.all(calls);
    expect(asked().length).to.equal(1);
    expect(new Set(credentials.map(({ authorization }) => authorization)).size).to.equal(1);
  });

  it('renews once after a 401, and takes over what another replica renewed', async () => {
    const other = replica(await bed().open());
    const credential = await access.credentialFor(call);
    bed().advance(60);
    expect(await access.rejected(call, credential)).to.equal(true);
    expect(await other.rejected(call, credential)).to.equal(true);
    expect(asked().length).to.equal(1);
    const next = await other.credentialFor(call);
    expect(next.authorization).to.equal(`Bearer ${(await stored())?.accessToken ?? ''}`);
  });

  it('gives up on a token that is refused as soon as it was made', async () => {
    const credential = await access.credentialFor(call);
    expect(await access.rejected(call, credential)).to.equal(false);
    expect(asked()).to.deep.equal([]);
    const error = await rejection(access.credentialFor(call));
    expect(error.code).to.equal('sign_in_required');
    expect(error.details).to.deep.equal({ kind: 'connect_nextcloud' });
  });

  it('asks to log in again when Nextcloud does not know the refresh token, and does not send it twice', async () => {
    nextcloud.good.clear();
    bed().advance(3600);
    for (const _time of [1, 2]) {
      expect((await rejection(access.credentialFor(call))).code).to.equal('sign_in_required');
    }
    expect(asked().length).to.equal(1);
    await logIn();
    expect((await access.credentialFor(call)).authorization).to.match(/^Bearer access-/);
  });

  it('keeps the login when only the gateway’s own secret is wrong, or Nextcloud is down', async () => {
    bed().advance(3600);
    const wrong = replica(bed().store, 'another secret');
    expect((await rejection(wrong.credentialFor(call))).code).to.equal('configuration');
    nextcloud.broken = 503;
    expect((await rejection(access.credentialFor(call))).retryable).to.equal(true);
    nextcloud.broken = undefined;
    expect((await access.credentialFor(call)).authorization).to.match(/^Bearer access-/);
  });

  it('waits out the lease of a replica that died, then goes on', async () => {
    const { version = '' } = (await stored()) ?? {};
    bed().advance(3600);
    expect(await bed().store.nextcloudTokens.lease(alice, version, 30)).to.equal(true);
    expect((await rejection(access.credentialFor(call))).code).to.equal('unavailable');
    bed().advance(30);
    expect((await access.credentialFor(call)).authorization).to.match(/^Bearer access-/);
  });

  it('withdraws what it renewed for somebody who took the access back meanwhile', async () => {
    bed().advance(3600);
    const { nextcloudTokens } = bed().store;
    const rotate = nextcloudTokens.rotate.bind(nextcloudTokens);
    Object.assign(nextcloudTokens, {
      rotate: async (...given: Parameters<typeof rotate>) => {
        await nextcloudTokens.remove(alice);
        return rotate(...given);
      },
    });
    expect((await rejection(access.credentialFor(call))).code).to.equal('sign_in_required');
    expect(nextcloud.good.size).to.equal(0);
  });

  it('disconnects here and at Nextcloud, also with an access token that has ended', async () => {
    for (const seconds of [0, 3600]) {
      bed().advance(seconds);
      expect(await access.disconnect(alice)).to.deep.equal({ removed: true, withdrawn: true });
      expect(await stored()).to.equal(undefined);
      expect(nextcloud.good.size).to.equal(0);
      await logIn();
    }
    const { version = '' } = (await stored()) ?? {};
    await bed().store.nextcloudTokens.markDead(alice, version);
    const before = nextcloud.arrived.length;
    expect(await access.disconnect(alice)).to.deep.equal({ removed: true, withdrawn: false });
    expect(nextcloud.arrived.length, 'a dead one is not sent again').to.equal(before);
    expect(await access.disconnect(alice)).to.deep.equal({ removed: false, withdrawn: false });
  });

  it('sends nothing of the caller’s own token', async () => {
    bed().advance(3600);
    const credential = await access.credentialFor(call);
    await server.as(credential).exchange.send({ method: 'GET', path: '/ocs/v2.php/cloud/user' });
    const text = JSON.stringify(
      nextcloud.arrived.map(({ url, headers, body }) => [url, headers, body.toString()]),
    );
    expect(text).not.to.contain('never sent');
    expect(credential.cacheKey).to.equal(bearer(credential.authorization.slice(7)).cacheKey);
  });
});
