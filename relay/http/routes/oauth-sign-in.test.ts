import { expect } from 'chai';
import { decodeProtectedHeader } from 'jose';
import {
  CALLBACK,
  HOSTED,
  OFFERED,
  SCOPES,
  TestBrowser,
  TestClient,
  checkedScopes,
  claimsOf,
  offeredScopes,
  startSignIn,
} from './embedded-sign-in.fixture.ts';
import type { SignInBed, Visit } from './embedded-sign-in.fixture.ts';

describe('signing in at the embedded authorization server', () => {
  let bed: SignInBed;
  let browser: TestBrowser;

  beforeEach(async () => {
    bed = await startSignIn();
    browser = new TestBrowser(bed.url);
  });
  afterEach(() => bed.close());

  it('starts without a word of the library on the console', async () => {
    const said: unknown[] = [];
    const { info, warn } = console;
    Object.assign(console, {
      info: (text: unknown) => said.push(text),
      warn: (text: unknown) => said.push(text),
    });
    try {
      const other = await startSignIn();
      const client = await TestClient.registered(other);
      const tokens = await client.connect(new TestBrowser(other.url));
      await client.refresh(tokens.refresh_token);
      await other.close();
    } finally {
      Object.assign(console, { info, warn });
    }
    expect(said).to.deep.equal([]);
  });

  it('describes itself at both well-known addresses', async () => {
    for (const name of ['oauth-authorization-server', 'openid-configuration']) {
      const response = await fetch(`${bed.url}/.well-known/${name}`);
      const document = (await response.json()) as Record<string, unknown>;
      expect(document).to.include({
        issuer: bed.url,
        authorization_endpoint: `${bed.url}/oauth/authorize`,
        token_endpoint: `${bed.url}/oauth/token`,
        registration_endpoint: `${bed.url}/oauth/register`,
        revocation_endpoint: `${bed.url}/oauth/revoke`,
        jwks_uri: `${bed.url}/oauth/jwks`,
        authorization_response_iss_parameter_supported: true,
        client_id_metadata_document_supported: true,
      });
      expect(document['code_challenge_methods_supported']).to.deep.equal(['S256']);
      expect(document['response_modes_supported']).to.deep.equal(['query']);
      expect(document['scopes_supported']).to.include.members(SCOPES);
      expect(document).not.to.have.any.keys(
        'introspection_endpoint',
        'dpop_signing_alg_values_supported',
        'userinfo_endpoint',
      );
    }
  });

  it('publishes the public half of its keys only', async () => {
    const response = await fetch(`${bed.url}/oauth/jwks`);
    const { keys } = (await response.json()) as { keys: Record<string, unknown>[] };
    expect(keys).to.have.length(1);
    expect(keys[0]).to.include({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
    expect(keys[0]).not.to.have.property('d');
  });

  it('leads from the client over login and consent to an access token for the MCP endpoint', async () => {
    const client = await TestClient.registered(bed);
    const page = await browser.visit(client.authorizeUrl());
    expect(bed.logins).to.have.length(1);
    expect(bed.logins[0]?.client).to.deep.equal({ name: 'Test client', host: 'this computer' });
    expect(textOf(page)).to.include('Test client').and.include('cloud.example.org');
    expect(checkedScopes(page)).to.deep.equal(SCOPES);

    const end = await browser.submit(page, 'allow');
    const { url } = left(end);
    expect(url.origin + url.pathname).to.equal(CALLBACK);
    expect(url.searchParams.get('state')).to.equal('the-state');
    expect(url.searchParams.get('iss')).to.equal(bed.url);

    const { status, body } = await client.redeem(url.searchParams.get('code') ?? '');
    expect(status).to.equal(200);
    expect(body).to.include({ token_type: 'Bearer', expires_in: 300, scope: SCOPES.join(' ') });
    const token = String(body['access_token']);
    expect(decodeProtectedHeader(token)).to.include({ alg: 'ES256', typ: 'at+jwt' });
    const claims = claimsOf({ access_token: token });
    expect(claims).to.include({
      iss: bed.url,
      aud: bed.resource,
      sub: 'alice',
      client_id: client.id,
      scope: SCOPES.join(' '),
    });
    expect(claims).to.have.property('jti').that.is.a('string');
    expect(claims['exp']).to.equal(Number(claims['iat']) + 300);
    expect(await bed.store.oidcArtifacts.grantStands(String(claims['gid']))).to.equal(true);
    const { alg = '', kid } = decodeProtectedHeader(token);
    expect((await bed.server.keys.find({ alg, kid })).ok).to.equal(true);
  });

  it('writes down who allowed what', async () => {
    const client = await TestClient.registered(bed);
    await client.connect(browser);
    const { entries } = await bed.store.audit.list({ clientId: client.id }, { limit: 10 });
    const events = entries.map(({ event, outcome }) => `${event} ${outcome}`);
    expect(events).to.include.members([
      'client.registered ok',
      'client.authorized ok',
      'token.issued ok',
    ]);
    const authorized = entries.find(({ event }) => event === 'client.authorized');
    expect(authorized?.principal).to.deep.equal({ issuer: bed.url, subject: 'alice' });
  });

  it('accepts the resource with a slash at its end, and no other one', async () => {
    const client = await TestClient.registered(bed);
    const resource = `${bed.resource}/`;
    const page = await browser.visit(client.authorizeUrl({ resource }));
    const { url } = left(await browser.submit(page, 'allow'));
    const { body } = await client.redeem(url.searchParams.get('code') ?? '', { resource });
    expect(claimsOf({ access_token: String(body['access_token']) })).to.include({
      aud: bed.resource,
      scope: SCOPES.join(' '),
    });

    const foreign = left(
      await browser.visit(client.authorizeUrl({ resource: 'https://cloud.example.org' })),
    );
    expect(foreign.url.searchParams.get('error')).to.equal('invalid_target');
    expect(foreign.url.searchParams.get('iss')).to.equal(bed.url);
  });

  it('takes the MCP endpoint when the client names no resource', async () => {
    const client = await TestClient.registered(bed);
    const page = await browser.visit(client.authorizeUrl({ resource: undefined }));
    const { url } = left(await browser.submit(page, 'allow'));
    const { body } = await client.redeem(url.searchParams.get('code') ?? '');
    expect(claimsOf({ access_token: String(body['access_token']) })['aud']).to.equal(bed.resource);
  });

  it('offers everything, reading ticked and writing not, when the client asks for nothing or for all there is', async () => {
    const client = await TestClient.registered(bed);
    const reading = ['files:read', 'notes:read', 'tables:read'];
    for (const scope of [undefined, 'openid offline_access', OFFERED.join(' ')]) {
      const page = await new TestBrowser(bed.url).visit(client.authorizeUrl({ scope }));
      expect(offeredScopes(page)).to.deep.equal([...reading, 'notes:write']);
      expect(checkedScopes(page)).to.deep.equal(reading);
    }
    const tokens = await client.connect(browser, { scope: undefined });
    expect(tokens.scope).to.equal(reading.join(' '));
  });

  it('gives only what was ticked, and asks at the next step for what is new', async () => {
    const client = await TestClient.registered(bed);
    const first = await client.connect(browser, { allow: ['notes:read'] });
    expect(first.scope).to.equal('notes:read');
    expect(claimsOf(first)['scope']).to.equal('notes:read');

    const page = await browser.visit(client.authorizeUrl({ scope: 'notes:read notes:write' }));
    expect(offeredScopes(page)).to.deep.equal(['notes:write']);
    const { url } = left(await browser.submit(page, 'allow', ['notes:write']));
    const { body } = await client.redeem(url.searchParams.get('code') ?? '');
    expect(body['scope']).to.equal('notes:read notes:write');
    expect(bed.logins).to.have.length(1);

    const refreshed = await client.refresh(String(body['refresh_token']));
    expect(refreshed.body['scope']).to.equal('notes:read notes:write');
  });

  it('ticks of scopes that were not asked for give nothing', async () => {
    const client = await TestClient.registered(bed);
    const tokens = await client.connect(browser, {
      scope: 'notes:read',
      allow: ['notes:read', 'notes:write', 'everything'],
    });
    expect(tokens.scope).to.equal('notes:read');
    const person = { issuer: bed.url, subject: 'alice' };
    const consent = await bed.store.consents.find(person, client.id);
    expect(consent?.scopes).to.deep.equal(['notes:read']);
  });

  it('does not ask hosted clients again for what was allowed, even after the sign-in ended', async () => {
    const client = await TestClient.registered(bed, HOSTED);
    await client.connect(browser);
    const later = new TestBrowser(bed.url);
    const { url } = left(await later.visit(client.authorizeUrl({ scope: 'notes:read' })));
    const { status, body } = await client.redeem(url.searchParams.get('code') ?? '');
    expect(status).to.equal(200);
    expect(body['scope']).to.equal('notes:read');
    expect(bed.logins).to.have.length(2);
  });

  it('shows applications on the computer the page always, with what they have', async () => {
    const client = await TestClient.registered(bed);
    await client.connect(browser);
    const page = await browser.visit(client.authorizeUrl());
    expect(offeredScopes(page)).to.deep.equal([]);
    const { url } = left(await browser.submit(page, 'allow'));
    const { body } = await client.redeem(url.searchParams.get('code') ?? '');
    expect(body['scope']).to.equal(SCOPES.join(' '));
  });

  it('keeps consents of one person from another', async () => {
    const client = await TestClient.registered(bed, HOSTED);
    await client.connect(browser);
    bed.person = 'bob';
    const page = await new TestBrowser(bed.url).visit(client.authorizeUrl());
    expect(offeredScopes(page)).to.deep.equal(SCOPES);
  });

  it('tells the client when the person refuses, ticks nothing, or gives up before the login', async () => {
    const client = await TestClient.registered(bed);
    const ends: Visit[] = [];
    ends.push(await browser.submit(await browser.visit(client.authorizeUrl()), 'cancel'));
    ends.push(await browser.submit(await browser.visit(client.authorizeUrl()), 'allow', []));
    bed.person = undefined;
    const fresh = new TestBrowser(bed.url);
    ends.push(await fresh.submit(await fresh.visit(client.authorizeUrl()), 'cancel'));
    for (const end of ends) {
      const { url } = left(end);
      expect(url.origin + url.pathname).to.equal(CALLBACK);
      expect(url.searchParams.get('error')).to.equal('access_denied');
      expect(url.searchParams.get('state')).to.equal('the-state');
      expect(url.searchParams.get('iss')).to.equal(bed.url);
      expect(url.searchParams.has('code')).to.equal(false);
    }
    expect(await bed.store.consents.listOf({ issuer: bed.url, subject: 'alice' })).to.be.empty;
  });

  it('leaves by a page of its own, so that no form-action stands in the way', async () => {
    const client = await TestClient.registered(bed);
    const page = await browser.visit(client.authorizeUrl());
    const path = page.kind === 'page' ? page.path : '';
    const csrf = /name="csrf" value="([^"]*)"/.exec(textOf(page))?.[1] ?? '';
    const response = await fetch(`${bed.url}${path}/allow`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: browser.cookiesFor(path) },
      body: new URLSearchParams({ csrf, scope: 'notes:read' }),
    });
    expect(response.status).to.equal(200);
    expect(response.headers.get('refresh')).to.match(/^0; url=\/oauth\/authorize\/[\w-]+$/);
    expect(await response.text()).to.include('Back to Test client');
  });

  it('lets another person take over, in the same authorization', async () => {
    const client = await TestClient.registered(bed);
    const page = await browser.visit(client.authorizeUrl());
    bed.person = 'bob';
    const again = await browser.submit(page, 'other-account');
    expect(textOf(again)).to.include('bob');
    const { url } = left(await browser.submit(again, 'allow'));
    const { body } = await client.redeem(url.searchParams.get('code') ?? '');
    expect(claimsOf({ access_token: String(body['access_token']) })['sub']).to.equal('bob');
    expect(await bed.store.consents.listOf({ issuer: bed.url, subject: 'alice' })).to.be.empty;
  });

  it('asks for a login when the browser was signed in as somebody else meanwhile', async () => {
    const client = await TestClient.registered(bed);
    await client.connect(browser);
    bed.person = 'bob';
    await browser.visit('/login-stub?to=/nowhere');
    const page = await browser.visit(client.authorizeUrl());
    expect(textOf(page)).to.include('bob');
    expect(offeredScopes(page)).to.deep.equal(SCOPES);
  });

  it('asks for a login when the credential of the person signed in is gone', async () => {
    const client = await TestClient.registered(bed);
    await client.connect(browser);
    bed.dead.add('alice');
    bed.person = undefined;
    await browser.visit(client.authorizeUrl());
    expect(bed.logins).to.have.length(2);
  });

  it('does not send who has just logged in to the login again, when that gave no access', async () => {
    const client = await TestClient.registered(bed);
    bed.dead.add('alice');
    const page = await browser.visit(client.authorizeUrl());
    expect(page).to.include({ kind: 'page', status: 403 });
    expect(bed.logins.length).to.be.lessThan(3);
    expect(textOf(page)).to.include('No access with this account').and.include('/login-stub');
  });

  it('asks for a login when the client insists on a new one', async () => {
    const client = await TestClient.registered(bed);
    bed.advance(-60);
    await client.connect(browser);
    bed.advance(60);
    const page = await browser.visit(client.authorizeUrl({ prompt: 'login' }));
    expect(bed.logins).to.have.length(2);
    expect((await browser.submit(page, 'allow')).kind).to.equal('left');
  });

  it('keeps the forms from foreign pages, other people and other browsers', async () => {
    const client = await TestClient.registered(bed);
    const page = await browser.visit(client.authorizeUrl());
    const path = page.kind === 'page' ? page.path : '';
    for (const action of ['allow', 'cancel', 'other-account']) {
      const forged = await browser.visit(
        `${path}/${action}`,
        new URLSearchParams({ csrf: 'forged', scope: 'notes:read' }),
      );
      expect(forged).to.include({ kind: 'page', status: 400 });
      const none = await browser.visit(`${path}/${action}`, new URLSearchParams());
      expect(none).to.include({ kind: 'page', status: 400 });
    }
    const other = new TestBrowser(bed.url);
    expect(await other.visit(path)).to.include({ kind: 'page', status: 400 });
    bed.person = 'mallory';
    await browser.visit('/login-stub?to=/nowhere');
    expect(await browser.submit(page, 'allow')).to.include({ kind: 'page', status: 400 });
    const own = await browser.visit(client.authorizeUrl());
    const csrf = /name="csrf" value="([^"]*)"/.exec(textOf(own))?.[1] ?? '';
    const body = new URLSearchParams({ csrf, scope: 'notes:read' });
    const foreign = await browser.visit(`${path}/allow`, body);
    expect(foreign, 'own form, another person’s authorization').to.include({ status: 400 });
    expect(await bed.store.consents.listOf({ issuer: bed.url, subject: 'alice' })).to.be.empty;
    expect(await bed.store.consents.listOf({ issuer: bed.url, subject: 'mallory' })).to.be.empty;
  });

  it('says where to start again when the authorization is over, or never was', async () => {
    const client = await TestClient.registered(bed);
    const page = await browser.visit(client.authorizeUrl());
    const path = page.kind === 'page' ? page.path : '';
    await browser.submit(page, 'allow');
    for (const gone of [
      path,
      '/oauth/interaction/never-was',
      path.replace('interaction', 'authorize'),
    ]) {
      const over = await browser.visit(gone);
      expect(over).to.include({ kind: 'page', status: 400 });
      expect(textOf(over)).to.include('Start again from your MCP client.');
    }
  });

  it('keeps two authorizations in one browser apart', async () => {
    const one = await TestClient.registered(bed);
    const two = await TestClient.registered(bed, HOSTED, { client_name: 'Second' });
    const first = await browser.visit(one.authorizeUrl());
    const second = await browser.visit(two.authorizeUrl({ scope: 'files:read' }));
    const endOfSecond = left(await browser.submit(second, 'allow'));
    const endOfFirst = left(await browser.submit(first, 'allow', ['notes:read']));
    expect(endOfSecond.url.origin).to.equal(new URL(HOSTED).origin);
    const { body } = await one.redeem(endOfFirst.url.searchParams.get('code') ?? '');
    expect(body['scope']).to.equal('notes:read');
  });

  it('warns of a name that looks like that of a client allowed before, and of a well-known one', async () => {
    const known = await TestClient.registered(bed, CALLBACK, { client_name: 'Notebook' });
    await known.connect(browser);
    const alike = await TestClient.registered(bed, HOSTED, { client_name: 'Nоtebооk' }); // Cyrillic
    expect(textOf(await browser.visit(alike.authorizeUrl()))).to.include('Take care.');
    const elsewhere = await TestClient.registered(bed, HOSTED, { client_name: 'Notebook' });
    expect(textOf(await browser.visit(elsewhere.authorizeUrl()))).to.include('Take care.');
    const again = await TestClient.registered(bed, CALLBACK, { client_name: 'Notebook' });
    expect(textOf(await browser.visit(again.authorizeUrl()))).not.to.include('Take care.');
    const famous = await TestClient.registered(bed, HOSTED, { client_name: 'Claude' });
    expect(textOf(await browser.visit(famous.authorizeUrl()))).to.include('Take care.');
    const honest = await TestClient.registered(bed, HOSTED, { client_name: 'Assistant' });
    expect(textOf(await browser.visit(honest.authorizeUrl()))).not.to.include('Take care.');
  });

  it('does not let an administrator’s unwanted clients in', async () => {
    const client = await TestClient.registered(bed, HOSTED);
    const tokens = await client.connect(browser);
    await bed.store.accessRules.set('client', 'assistant.example.net', 'deny');
    const { url } = left(await browser.visit(client.authorizeUrl()));
    expect(url.searchParams.get('error')).to.equal('access_denied');
    const refreshed = await client.refresh(tokens.refresh_token);
    expect(refreshed).to.deep.include({ status: 400 });
    expect(refreshed.body['error']).to.equal('invalid_grant');
  });
});

function textOf(visit: Visit): string {
  return visit.kind === 'page' ? visit.text : `left for ${visit.url.href}`;
}

function left(visit: Visit): { readonly url: URL } {
  if (visit.kind === 'left') return visit;
  throw new Error(`${String(visit.status)} ${visit.path}: ${visit.text}`);
}
