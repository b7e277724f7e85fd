import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import express from 'express';
import type { Principal } from '../../access/principal.ts';
import { backgroundCredentials } from '../../credentials/background.ts';
import type { BackgroundCredentials } from '../../credentials/background.ts';
import { discovery } from '../../credentials/discovery.ts';
import { providerHttp } from '../../credentials/provider-http.ts';
import type { ProviderHttp } from '../../credentials/provider-http.ts';
import { claimsOf } from '../../credentials/token-claims.ts';
import { tokenEndpoint } from '../../credentials/token-endpoint.ts';
import type { TokenEndpoint } from '../../credentials/token-endpoint.ts';
import { silentLogger } from '../../log.ts';
import { rejection } from '../../nextcloud/rejection.fixture.ts';
import { configuredClient } from '../../signin/client-registration.ts';
import {
  GATEWAY,
  NEXTCLOUD,
  SECRET,
  startIdentityProvider,
} from '../../signin/identity-provider.fixture.ts';
import type { IdentityProvider } from '../../signin/identity-provider.fixture.ts';
import { offlineAccess } from '../../signin/offline-access.ts';
import type { OfflineAccess } from '../../signin/offline-access.ts';
import { providerKeys } from '../../signin/provider-keys.ts';
import { onEveryStore } from '../../store/testing/every-store.ts';
import { oauthAuthorize } from './oauth-authorize.ts';
import { oauthOffline } from './oauth-offline.ts';

interface Gateway {
  readonly idp: IdentityProvider;
  readonly offline: OfflineAccess;
  readonly background: BackgroundCredentials;
  readonly endpoint: TokenEndpoint;
  readonly principal: Principal;
  readonly url: string;
  /** Opens an address of the gateway as a browser that has these cookies. */
  open(path: string | URL, cookie?: string): Promise<Response>;
}

onEveryStore('Flow 2', (bed) => {
  let gateway: Gateway;
  let server: Server;
  let http: ProviderHttp;
  let seconds: number;

  beforeEach(async () => {
    seconds = Math.floor(Date.now() / 1000);
    const now = (): number => seconds;
    const app = express();
    server = app.listen(0, '127.0.0.1');
    await new Promise((ready) => server.once('listening', ready));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const idp = await startIdentityProvider(`${url}/oauth/callback`);
    http = providerHttp({ trusted: [idp.issuer] });
    const metadata = discovery({
      discoveryUrl: idp.discoveryUrl,
      http,
      now,
      pause: () => Promise.resolve(),
    });
    const client = configuredClient({
      clientId: 'gateway',
      authentication: { kind: 'client_secret_basic', secret: SECRET },
    });
    const endpoint = tokenEndpoint({ http, metadata, client: () => client.current(), now });
    const { store } = bed();
    const shared = {
      endpoint,
      resource: NEXTCLOUD,
      audiences: [NEXTCLOUD],
      now,
      log: silentLogger,
    };
    const offline = offlineAccess({
      ...shared,
      flows: store.flows,
      grants: store.grants,
      redemptions: store.redemptions,
      audit: store.audit,
      client,
      metadata,
      keys: providerKeys({ http, metadata, now }),
      publicUrl: url,
      scopes: ['notes:read', 'files:read'],
    });
    const background = backgroundCredentials({
      ...shared,
      grants: store.grants,
      pause: () => Promise.resolve(),
    });
    const policy = {
      allowedClients: new Set(['mcp-client']),
      redirectUris: new Set<string>(),
      resource: GATEWAY,
      defaultScopes: ['notes:read'],
    };
    app.use(oauthOffline(offline, url, silentLogger), oauthAuthorize(policy, metadata));
    const principal: Principal = {
      key: 'alice',
      issuer: idp.issuer,
      subject: 'alice',
      username: 'alice',
      clientId: 'mcp-client',
      scopes: new Set(['openid']),
      expiresAt: seconds + 300,
    };
    gateway = {
      idp,
      offline,
      background,
      endpoint,
      principal,
      url,
      open: (path, cookie = '') =>
        fetch(new URL(path, url), { redirect: 'manual', headers: { cookie } }),
    };
  });

  afterEach(async () => {
    http.close();
    server.closeAllConnections();
    server.close();
    await gateway.idp.close();
  });

  const cookieOf = (answer: Response): string =>
    answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');

  /** As far as the provider's redirect to the callback. */
  async function untilCallback(): Promise<{ callback: URL; cookie: string }> {
    const link = await gateway.offline.link(gateway.principal, 'mcp-client');
    const started = await gateway.open(link);
    expect(started.status).to.equal(302);
    const callback = await gateway.idp.browse(started.headers.get('location') ?? '');
    return { callback, cookie: cookieOf(started) };
  }

  async function consent(): Promise<void> {
    const { callback, cookie } = await untilCallback();
    expect((await gateway.open(callback, cookie)).status).to.equal(200);
  }

  const grantOf = () => bed().store.grants.find(gateway.principal);
  const outcomes = async (): Promise<(string | undefined)[]> =>
    (await bed().store.audit.list({}, { limit: 10 })).entries.map(({ event, outcome, target }) =>
      `${event} ${outcome} ${target ?? ''}`.trim(),
    );

  it('ends with a grant for the person who asked', async () => {
    await consent();
    const grant = await grantOf();
    expect(grant).to.include({ audience: NEXTCLOUD, clientId: 'gateway', generation: 1 });
    expect(grant?.scopes).to.deep.equal(['notes:read', 'files:read']);
    expect(await outcomes()).to.deep.equal(['offline_access.granted ok']);
  });

  it('asks with PKCE, nonce, state and resource', async () => {
    const link = await gateway.offline.link(gateway.principal, 'mcp-client');
    const started = await gateway.open(link);
    const asked = new URL(started.headers.get('location') ?? '').searchParams;
    expect(asked.get('code_challenge_method')).to.equal('S256');
    for (const name of ['code_challenge', 'nonce', 'state']) {
      expect(asked.get(name), name).to.match(/^[\w-]{43}$/);
    }
    expect(asked.get('resource')).to.equal(NEXTCLOUD);
    const secret = started.headers.getSetCookie()[0] ?? '';
    expect(secret)
      .to.match(/HttpOnly/)
      .and.match(/SameSite=Lax/i);
    // the cookie's value is nowhere in the address that goes to the provider
    const value = cookieOf(started).split('=')[1] ?? '?';
    expect(started.headers.get('location')).not.to.contain(value);
  });

  it('a link works once', async () => {
    const link = await gateway.offline.link(gateway.principal, 'mcp-client');
    expect((await gateway.open(link)).status).to.equal(302);
    expect((await gateway.open(link)).status).to.equal(400);
  });

  it('a link ends after ten minutes', async () => {
    const link = await gateway.offline.link(gateway.principal, 'mcp-client');
    bed().advance(600);
    expect((await gateway.open(link)).status).to.equal(400);
  });

  it('a callback works once, and a replay spends nothing', async () => {
    const { callback, cookie } = await untilCallback();
    const answers = await Promise.all([
      gateway.open(callback, cookie),
      gateway.open(callback, cookie),
    ]);
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 400]);
    expect(gateway.idp.tokenRequests().length).to.equal(1);
  });

  it('a callback in another browser is refused and uses nothing up', async () => {
    const { callback, cookie } = await untilCallback();
    for (const other of ['', 'offline=x', `${cookie}; ${cookie}`]) {
      expect((await gateway.open(callback, other)).status, other).to.equal(400);
    }
    expect(gateway.idp.tokenRequests().length).to.equal(0);
    expect((await gateway.open(callback, cookie)).status).to.equal(200);
  });

  it('refuses a foreign state, two states, and none', async () => {
    const { callback, cookie } = await untilCallback();
    const state = callback.searchParams.get('state') ?? '';
    const forged = [`/oauth/callback?code=x&state=${'A'.repeat(43)}`, '/oauth/callback?code=x'];
    forged.push(`/oauth/callback?code=x&state=${state}&state=${state}`);
    for (const path of forged) expect((await gateway.open(path, cookie)).status).to.equal(400);
    expect(gateway.idp.tokenRequests().length).to.equal(0);
  });

  it('refuses the answer of another provider (mix-up)', async () => {
    for (const iss of ['https://evil.example.org', undefined]) {
      const { callback, cookie } = await untilCallback();
      if (iss === undefined) callback.searchParams.delete('iss');
      else callback.searchParams.set('iss', iss);
      const answer = await gateway.open(callback, cookie);
      expect(answer.status).to.equal(403);
    }
    expect(gateway.idp.tokenRequests().length).to.equal(0);
    expect(await grantOf()).to.equal(undefined);
  });

  it('refuses a code from another sign-in', async () => {
    const first = await untilCallback();
    const second = await untilCallback();
    first.callback.searchParams.set('code', second.callback.searchParams.get('code') ?? '');
    expect((await gateway.open(first.callback, first.cookie)).status).to.equal(403);
    expect(await grantOf()).to.equal(undefined);
  });

  it('refuses somebody else, and revokes what they got', async () => {
    gateway.idp.signedInAs = 'mallory';
    const { callback, cookie } = await untilCallback();
    const answer = await gateway.open(callback, cookie);
    expect(answer.status).to.equal(403);
    expect(await answer.text()).to.contain('Somebody else');
    expect(await grantOf()).to.equal(undefined);
    expect(gateway.idp.requests.some(({ path }) => path === '/token/revocation')).to.equal(true);
    expect(await outcomes()).to.deep.equal(['offline_access.granted refused another_user']);
  });

  it('shows no markup from the address, and no script may run', async () => {
    const answer = await gateway.open(
      '/oauth/callback?error=%3Cscript%3Ealert(1)%3C/script%3E&state=x',
    );
    const page = await answer.text();
    expect(page).not.to.contain('<script');
    expect(answer.headers.get('content-security-policy')).to.contain("default-src 'none'");
    expect(answer.headers.get('cache-control')).to.equal('no-store');
  });

  it('revokes at the provider and here', async () => {
    await consent();
    expect(await gateway.offline.revoke(gateway.principal)).to.deep.equal({
      removed: true,
      revokedAtProvider: true,
    });
    expect(await grantOf()).to.equal(undefined);
    const revoked = gateway.idp.requests.find(({ path }) => path === '/token/revocation');
    expect(revoked?.headers.authorization).to.match(/^Basic /);
    const refreshToken = revoked?.form.get('token') ?? '';
    const error = await rejection(
      gateway.endpoint.grant({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    );
    expect(error.details).to.deep.equal({ oauth_error: 'invalid_grant' });
  });

  describe('work in the background', () => {
    const background = (scopes: string[], principal = gateway.principal) =>
      gateway.background.credentialFor({ principal, scopes });
    const refreshes = () =>
      gateway.idp.tokenRequests().filter(({ form }) => form.get('grant_type') === 'refresh_token');

    it('gets a token with the scopes it needs and no more, for Nextcloud', async () => {
      await consent();
      const { authorization } = await background(['notes:read']);
      const claims = claimsOf(authorization.replace('Bearer ', ''));
      expect(claims?.aud).to.equal(NEXTCLOUD);
      expect(claims?.scope).to.equal('notes:read');
      expect((await grantOf())?.generation).to.equal(2);
      expect((await grantOf())?.scopes).to.include('files:read');
    });

    it('keeps it, per set of scopes, and renews it early', async () => {
      await consent();
      await Promise.all(Array.from({ length: 20 }, () => background(['notes:read'])));
      expect(refreshes().length).to.equal(1);
      await background(['files:read']);
      expect(refreshes().length).to.equal(2);
      seconds += 269;
      await background(['notes:read']);
      expect(refreshes().length).to.equal(2);
      seconds += 2;
      await background(['notes:read']).catch(() => undefined);
      expect(refreshes().length).to.equal(3);
    });

    it('refuses what the consent does not cover, before anything is spent', async () => {
      await consent();
      const error = await rejection(background(['notes:write']));
      expect(error.code).to.equal('insufficient_scope');
      expect(refreshes().length).to.equal(0);
      await background(['notes:read']);
    });

    it('needs a consent of that very person', async () => {
      await consent();
      const other = { ...gateway.principal, subject: 'bob' };
      const error = await rejection(background(['notes:read'], other));
      expect(error.code).to.equal('sign_in_required');
      expect(refreshes().length).to.equal(0);
    });

    it('learns that the provider took the consent back, and does not ask again', async () => {
      await consent();
      const stored = await bed().store.grants.startRefresh(gateway.principal, 1);
      if (stored.kind !== 'lease') throw new Error(stored.kind);
      await gateway.endpoint.revoke(stored.lease.refreshToken, 'refresh_token');
      await bed().store.grants.abandonRefresh(stored.lease);
      expect((await rejection(background(['notes:read']))).code).to.equal('sign_in_required');
      expect((await rejection(background(['notes:read']))).code).to.equal('sign_in_required');
      expect(refreshes().length).to.equal(1);
      expect((await grantOf())?.refusedAt).to.equal(bed().seconds());
    });

    it('refreshes one after the other when several sets of scopes are wanted at once', async () => {
      await consent();
      const credentials = await Promise.all([
        background(['notes:read']),
        background(['files:read']),
      ]);
      expect(new Set(credentials.map(({ cacheKey }) => cacheKey)).size).to.equal(2);
      expect((await grantOf())?.generation).to.equal(3);
    });
  });

  describe('Flow 1, the front door', () => {
    const asked = {
      response_type: 'code',
      client_id: 'mcp-client',
      redirect_uri: 'http://127.0.0.1:4567/callback',
      state: 'client-state',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
      scope: 'openid notes:read',
      resource: GATEWAY,
    };

    it('sends the client on with its own challenge; the code comes back to the client', async () => {
      const answer = await gateway.open(`/oauth/authorize?${new URLSearchParams(asked)}`);
      expect(answer.status).to.equal(302);
      const there = new URL(answer.headers.get('location') ?? '');
      expect(there.origin).to.equal(gateway.idp.issuer);
      expect(Object.fromEntries(there.searchParams)).to.deep.equal(asked);
      const back = await gateway.idp.browse(there.href);
      expect(back.origin).to.equal('http://127.0.0.1:4567');
      const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
      const redeemed = await fetch(`${gateway.idp.issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: 'mcp-client',
          redirect_uri: asked.redirect_uri,
          code: back.searchParams.get('code') ?? '',
          code_verifier: verifier,
        }),
      });
      const { access_token: token } = (await redeemed.json()) as { access_token: string };
      expect(claimsOf(token)?.aud).to.equal(GATEWAY);
    });
  });
});
