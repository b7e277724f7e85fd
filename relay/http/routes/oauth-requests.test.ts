import { request } from 'node:http';
import { expect } from 'chai';
import {
  CALLBACK,
  HOSTED,
  TestBrowser,
  TestClient,
  register,
  startSignIn,
} from './embedded-sign-in.fixture.ts';
import type { SignInBed, Visit } from './embedded-sign-in.fixture.ts';

describe('requests the embedded authorization server refuses', () => {
  let bed: SignInBed;
  let browser: TestBrowser;

  beforeEach(async () => {
    bed = await startSignIn({ mostClients: 6, idleClientSeconds: 3600 });
    browser = new TestBrowser(bed.url);
  });
  afterEach(() => bed.close());

  it('an authorization without PKCE, or with the plain method', async () => {
    const client = await TestClient.registered(bed);
    for (const changes of [
      { code_challenge: undefined, code_challenge_method: undefined },
      { code_challenge_method: 'plain' },
      { code_challenge_method: undefined },
    ]) {
      const { url } = left(await browser.visit(client.authorizeUrl(changes)));
      expect(url.origin + url.pathname).to.equal(CALLBACK);
      expect(url.searchParams.get('error')).to.equal('invalid_request');
      expect(url.searchParams.get('iss')).to.equal(bed.url);
    }
    expect(bed.logins).to.be.empty;
  });

  it('PKCE also of clients with a secret', async () => {
    const client = await TestClient.registered(bed, HOSTED, {
      token_endpoint_auth_method: 'client_secret_post',
    });
    const { url } = left(
      await browser.visit(
        client.authorizeUrl({ code_challenge: undefined, code_challenge_method: undefined }),
      ),
    );
    expect(url.searchParams.get('error')).to.equal('invalid_request');
  });

  it('other answers than a code in the query', async () => {
    const client = await TestClient.registered(bed);
    for (const response_type of ['token', 'id_token', 'code id_token', 'none']) {
      const { url } = left(await browser.visit(client.authorizeUrl({ response_type })));
      expect(url.searchParams.has('code') || url.hash.includes('code')).to.equal(false);
      expect(url.search + url.hash).to.include('error=');
    }
    for (const response_mode of ['form_post', 'fragment']) {
      const page = await browser.visit(client.authorizeUrl({ response_mode }));
      expect(page).to.include({ kind: 'page', status: 400 });
    }
  });

  it('redirect addresses that were not registered, however much they look like it', async () => {
    const hosted = await TestClient.registered(bed, HOSTED);
    const tricks = [
      'https://assistant.example.net/callback/',
      'https://assistant.example.net/callback?next=https://evil.example',
      'https://assistant.example.net/callback/../evil',
      'https://assistant.example.net.evil.example/callback',
      'https://assistant.example.net@evil.example/callback',
      'https://assistant.example.net:8443/callback',
      'http://assistant.example.net/callback',
      'https://evil.example/callback',
      'javascript:alert(1)',
      '//evil.example',
    ];
    for (const redirect_uri of tricks) {
      const page = await browser.visit(hosted.authorizeUrl({ redirect_uri }));
      expect(page, redirect_uri).to.include({ kind: 'page', status: 400 });
      expect(textOf(page)).to.include('Nothing was sent there.');
    }
    const local = await TestClient.registered(bed);
    for (const redirect_uri of [
      'http://127.0.0.1.evil.example/callback',
      'http://[::1]/callback',
    ]) {
      const page = await browser.visit(local.authorizeUrl({ redirect_uri }));
      expect(page, redirect_uri).to.include({ kind: 'page', status: 400 });
    }
    const otherPort = await browser.visit(
      local.authorizeUrl({ redirect_uri: 'http://127.0.0.1:4711/callback' }),
    );
    expect(textOf(otherPort), 'RFC 8252 §7.3').to.include('Test client');
  });

  it('clients it does not know', async () => {
    const client = new TestClient(bed, 'unknown', CALLBACK);
    const page = await browser.visit(client.authorizeUrl());
    expect(page).to.include({ kind: 'page', status: 400 });
    expect(textOf(page)).to.include('Unknown client').and.not.include('googleapis');
    expect(await client.refresh('x')).to.deep.include({ status: 401 });
  });

  it('to speak for another host than its own', async () => {
    const asked = [
      { host: 'evil.example' },
      { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
      { forwarded: 'host=evil.example;proto=https' },
    ];
    for (const headers of asked) {
      const text = await raw(bed.url, '/.well-known/oauth-authorization-server', headers);
      expect(text).to.include(`${bed.url}/oauth/token`).and.not.include('evil.example');
    }
    const target = 'http://evil.example/.well-known/oauth-authorization-server';
    const absolute = await raw(bed.url, target, {});
    expect(absolute).not.to.include('evil.example');
    const client = await TestClient.registered(bed);
    const { pathname, search } = new URL(client.authorizeUrl());
    const location = await raw(bed.url, pathname + search, { host: 'evil.example' }, 'location');
    expect(location).to.match(/^\/oauth\/interaction\//);
  });

  it('redirect addresses at registration that nobody may have', async () => {
    const refused = [
      'http://example.org/callback',
      'http://192.168.1.5/callback',
      'https://localhost/callback',
      'https://user:password@example.org/callback',
      'https://example.org/callback#fragment',
      'https://example.org/call back',
      'javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      'unknown-app://callback',
      `${bed.url}/callback`,
      'callback',
      `https://example.org/${'x'.repeat(2000)}`,
    ];
    for (const uri of refused) {
      const { status, body } = await register(bed, { redirect_uris: [uri] });
      expect(status, uri).to.equal(400);
      expect(body['error'], uri).to.equal('invalid_redirect_uri');
    }
    const many = Array.from({ length: 6 }, (_, index) => `${HOSTED}/${String(index)}`);
    for (const redirect_uris of [many, [], undefined, 'https://example.org', [7]]) {
      expect((await register(bed, { redirect_uris })).status).to.equal(400);
    }
    expect(await bed.store.oidcArtifacts.count('Client')).to.equal(0);
  });

  it('what it does not offer, by leaving it out of a registration', async () => {
    const { status, body } = await register(bed, {
      redirect_uris: ['http://localhost/callback', 'cursor://callback', 'http://[::1]:99/callback'],
      client_name: `Nice\u202e client\u0007\n${'y'.repeat(100)}`,
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials', 'implicit'],
      response_types: ['code', 'token'],
      scope: 'notes:read unheard-of',
      logo_uri: 'https://evil.example/logo.png',
      sector_identifier_uri: 'https://evil.example/sector',
      contacts: ['not an address'],
      application_type: 'web',
      id_token_signed_response_alg: 'none',
      token_endpoint_auth_method: 'none',
    });
    expect(status, JSON.stringify(body)).to.equal(201);
    expect(body).to.deep.include({
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      application_type: 'native',
      token_endpoint_auth_method: 'none',
    });
    expect(body).not.to.have.any.keys('scope', 'logo_uri', 'sector_identifier_uri', 'contacts');
    expect(body['client_name'])
      .to.match(/^Nice client y+$/)
      .and.have.length(60);
    expect(body).not.to.have.any.keys('registration_access_token', 'client_secret');
  });

  it('a client without its secret, unless it said that it has none', async () => {
    const { body } = await register(bed, { redirect_uris: [HOSTED] });
    expect(body).to.include({ token_endpoint_auth_method: 'client_secret_basic' });
    const client = new TestClient(bed, String(body['client_id']), HOSTED);
    const code = await client.code(browser);
    expect((await client.redeem(code)).status).to.equal(401);
    const secret = `${client.id}:${String(body['client_secret'])}`;
    const authorization = `Basic ${Buffer.from(secret).toString('base64')}`;
    expect((await client.redeem(code, {}, { authorization })).status).to.equal(200);
  });

  it('more clients than it can remember, but forgets those nobody used', async () => {
    const used = await TestClient.registered(bed);
    await used.connect(browser);
    for (let count = 1; count < 6; count++) await TestClient.registered(bed);
    const full = await register(bed, { redirect_uris: [CALLBACK] });
    expect([full.status, full.body['error']]).to.deep.equal([503, 'temporarily_unavailable']);
    bed.advance(3601);
    await TestClient.registered(bed);
    expect(await bed.store.oidcArtifacts.count('Client')).to.equal(2);
    expect(await bed.server.describe(used.id)).to.deep.include({ name: 'Test client' });
  });

  it('a flood of registrations from one address', async () => {
    const flooded = await startSignIn({ registrationBurst: 3 });
    try {
      const statuses: number[] = [];
      for (let count = 0; count < 5; count++) {
        const response = await fetch(`${flooded.url}/oauth/register`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ redirect_uris: [CALLBACK] }),
        });
        statuses.push(response.status);
        if (response.status === 429) expect(response.headers.get('retry-after')).to.match(/^\d+$/);
      }
      expect(statuses).to.deep.equal([201, 201, 201, 429, 429]);
      expect(await flooded.store.oidcArtifacts.count('Client')).to.equal(3);
    } finally {
      await flooded.close();
    }
  });

  it('nothing to browser clients of any origin that want to register', async () => {
    const preflight = await fetch(`${bed.url}/oauth/register`, {
      method: 'OPTIONS',
      headers: { origin: 'https://inspector.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).to.equal(204);
    expect(preflight.headers.get('access-control-allow-origin')).to.equal('*');
    const response = await fetch(`${bed.url}/oauth/register`, {
      method: 'POST',
      headers: { origin: 'https://inspector.example', 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: [CALLBACK] }),
    });
    expect(response.status).to.equal(201);
    expect(response.headers.get('access-control-allow-origin')).to.equal('*');
  });

  it('endpoints it does not have', () => {
    for (const path of [
      '/oauth/introspect',
      '/oauth/par',
      '/me',
      '/session/end',
      '/oauth/authorize/a/b',
    ])
      expect(bed.server.owns(path), path).to.equal(false);
  });

  it('clients an administrator did not list', async () => {
    const listed = await startSignIn({ allowedClients: new Set(['assistant.example.net']) });
    try {
      const its = new TestBrowser(listed.url);
      const local = await TestClient.registered(listed);
      const { url } = left(await its.visit(local.authorizeUrl()));
      expect(url.searchParams.get('error')).to.equal('access_denied');
      const hosted = await TestClient.registered(listed, HOSTED);
      expect((await hosted.connect(its)).token_type).to.equal('Bearer');
    } finally {
      await listed.close();
    }
  });

  it('marks its cookies, and signs them', async () => {
    const client = await TestClient.registered(bed);
    const response = await fetch(client.authorizeUrl(), { redirect: 'manual' });
    const cookies = response.headers.getSetCookie();
    expect(cookies.some((cookie) => cookie.startsWith('interaction.sig='))).to.equal(true);
    for (const cookie of cookies) {
      expect(cookie.toLowerCase()).to.include('httponly').and.include('samesite=lax');
    }
  });
});

describe('the embedded authorization server behind HTTPS', () => {
  it('sets cookies for HTTPS only, whatever the proxy says', async () => {
    const bed = await startSignIn({ issuer: 'https://gateway.example.org' });
    try {
      const client = await TestClient.registered(bed);
      const response = await fetch(client.authorizeUrl(), { redirect: 'manual' });
      const cookies = response.headers.getSetCookie();
      expect(cookies).not.to.be.empty;
      for (const cookie of cookies) {
        expect(cookie).to.match(/^__Secure-/);
        expect(cookie.toLowerCase()).to.include('; secure');
      }
    } finally {
      await bed.close();
    }
  });
});

function textOf(visit: Visit): string {
  return visit.kind === 'page' ? visit.text : `left for ${visit.url.href}`;
}

function left(visit: Visit): { readonly url: URL } {
  if (visit.kind === 'left') return visit;
  throw new Error(`${String(visit.status)} ${visit.path}: ${visit.text}`);
}

/** A request as no `fetch` sends it. Gives the body, or one header of the answer. */
function raw(
  origin: string,
  path: string,
  headers: Record<string, string>,
  wanted?: 'location',
): Promise<string> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        resolve(
          wanted === undefined ? Buffer.concat(parts).toString() : String(response.headers[wanted]),
        );
      });
    });
    sent.on('error', reject).end();
  });
}
