import { expect } from 'chai';
import { refused, toolCall } from '../auth/gateway.ts';
import { CALLBACK, HOSTED, RESOURCE, ROOT, startAttackBed } from './bed.ts';
import type { AttackBed } from './bed.ts';
import { offeredOn } from './http-browser.ts';
import type { HttpBrowser, Visit } from './http-browser.ts';
import { claimsOf, post } from './oauth-client.ts';
import type { OAuthClient } from './oauth-client.ts';

const NOTE = toolCall('nc_notes_get_note', { note_id: 1 });

describe('attacks on an authorization', () => {
  let bed: AttackBed;
  let browser: HttpBrowser;
  let client: OAuthClient;
  let hosted: OAuthClient;

  before(async () => {
    bed = await startAttackBed();
    browser = bed.browser();
    client = await bed.client();
    hosted = await bed.client(HOSTED);
    await bed.connect(client, browser); // signed in from here on: the prey of most attacks
  });
  after(() => bed.close());

  /** Back at the client's own address, with this error and no code. */
  function expectTold(visit: Visit, error: string, at = CALLBACK): void {
    expect(visit.url.origin + visit.url.pathname).to.equal(at);
    expect(visit.url.searchParams.get('error')).to.equal(error);
    expect(visit.url.searchParams.get('iss')).to.equal(ROOT);
    expect(visit.url.searchParams.get('state')).to.equal('the-state');
    expect(visit.url.searchParams.has('code')).to.equal(false);
  }

  function expectKept(visit: Visit): void {
    expect(visit.url.origin, visit.url.href).to.equal(ROOT);
    expect(visit.status).to.equal(400);
  }

  describe('redirect addresses', () => {
    const tricks: Readonly<Record<string, string>> = {
      'another host': 'https://evil.example/callback',
      'the host as a prefix': 'https://assistant.example.net.evil.example/callback',
      'the host as a user name': 'https://assistant.example.net@evil.example/callback',
      'the host before a backslash': 'https://assistant.example.net\\@evil.example/callback',
      'a path below': 'https://assistant.example.net/callback/more',
      'a path beside': 'https://assistant.example.net/callback/../evil',
      'an encoded path beside': 'https://assistant.example.net/callback/%2e%2e/evil',
      'a query added': 'https://assistant.example.net/callback?next=https://evil.example',
      'a fragment added': 'https://assistant.example.net/callback#',
      'another scheme': 'http://assistant.example.net/callback',
      'another port': 'https://assistant.example.net:8443/callback',
      'the case of the path': 'https://assistant.example.net/Callback',
      'a tab inside': 'https://assistant.example.net/call\tback',
      'a line break behind': 'https://assistant.example.net/callback\r\nSet-Cookie: a=b',
      'a script': 'javascript:alert(document.domain)//assistant.example.net/callback',
      data: 'data:text/html,<script>alert(1)</script>',
      'no scheme': '//evil.example/callback',
    };
    for (const [what, redirect_uri] of Object.entries(tricks)) {
      it(`sends nothing to ${what}`, async () => {
        const visit = await browser.follow(hosted.authorizeUrl({ redirect_uri }));
        expectKept(visit);
        expect(visit.text).not.to.contain('evil.example');
        expect(visit.headers['content-security-policy']).to.contain("default-src 'none'");
      });
    }

    it('sends no code anywhere when two addresses are given, in either order', async () => {
      for (const both of [
        [HOSTED, 'https://evil.example/callback'],
        ['https://evil.example/callback', HOSTED],
      ]) {
        const url = new URL(hosted.authorizeUrl({ redirect_uri: undefined }));
        for (const one of both) url.searchParams.append('redirect_uri', one);
        const { url: end } = await browser.follow(url);
        expect([ROOT, new URL(HOSTED).origin]).to.include(end.origin);
        expect(end.searchParams.has('code')).to.equal(false);
      }
    });

    it('stays with the registered address when none is given', async () => {
      const page = await browser.follow(hosted.authorizeUrl({ redirect_uri: undefined }));
      const { url } = await browser.submit(page, '/allow');
      expect(url.origin + url.pathname).to.equal(HOSTED);
    });

    it('sends no error to an address that is not the client’s', async () => {
      const wrong = { redirect_uri: 'https://evil.example/callback', response_type: 'token' };
      expectKept(await browser.follow(hosted.authorizeUrl(wrong)));
      expectKept(await browser.follow(hosted.authorizeUrl({ ...wrong, prompt: 'none' })));
    });

    it('lets a client on the computer change its port and nothing else', async () => {
      for (const redirect_uri of [
        'http://127.0.0.1.evil.example:3999/callback',
        'http://127.0.0.1@evil.example/callback',
        'http://localhost:3999/callback',
        'http://127.0.0.1:3999/other',
        'http://2130706433:3999/callback/',
        'https://127.0.0.1:3999/callback',
      ])
        expectKept(await browser.follow(client.authorizeUrl({ redirect_uri })));
    });

    it('takes the code for the address only that it was asked for', async () => {
      const code = await bed.code(client, browser);
      const { status, body } = await client.redeem(code, {
        redirect_uri: 'http://127.0.0.1:4000/callback',
      });
      expect([status, body['error']]).to.eql([400, 'invalid_grant']);
    });
  });

  describe('what is asked for', () => {
    it('needs PKCE with S256, for every kind of client', async () => {
      const secretive = await bed.client(HOSTED, {
        token_endpoint_auth_method: 'client_secret_basic',
      });
      for (const [one, at] of [
        [client, CALLBACK],
        [secretive, HOSTED],
      ] as const) {
        for (const changes of [
          { code_challenge: undefined, code_challenge_method: undefined },
          { code_challenge_method: 'plain', code_challenge: one.verifier },
          { code_challenge_method: undefined },
          { code_challenge_method: 's256' },
          { code_challenge: '' },
          { code_challenge: 'short' },
        ])
          expectTold(await browser.follow(one.authorizeUrl(changes)), 'invalid_request', at);
      }
    });

    it('needs the verifier, and that of this very authorization', async () => {
      for (const code_verifier of [undefined, '', client.challenge, 'a'.repeat(43)]) {
        const code = await bed.code(client, browser);
        const { status, answer } = await client.redeem(code, { code_verifier });
        expect(status, answer.text).to.equal(400);
      }
    });

    it('takes no request object and no reference to one: none is fetched, none believed', async () => {
      const none = Buffer.from('{"alg":"none"}').toString('base64url');
      const claims = { client_id: client.id, redirect_uri: 'https://evil.example/callback' };
      const request = `${none}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`;
      for (const changes of [
        { request },
        { request_uri: `${bed.nextcloud.url}/request.jwt` },
        { request_uri: 'urn:ietf:params:oauth:request_uri:x' },
        { registration: '{"redirect_uris":["https://evil.example/callback"]}' },
      ]) {
        const seen = bed.nextcloud.seen.length;
        const visit = await browser.follow(client.authorizeUrl(changes));
        expect(visit.url.href).not.to.contain('evil.example');
        expect(visit.url.searchParams.has('code')).to.equal(false);
        expect(visit.url.searchParams.get('error')).to.match(
          /^(?:request|registration)\w*_not_supported$/,
        );
        expect(bed.nextcloud.seen.length).to.equal(seen);
      }
    });

    it('answers in the query only: fragments and forms of other pages get no code', async () => {
      for (const response_mode of ['fragment', 'form_post', 'web_message', 'query.jwt', 'x'])
        expectKept(await browser.follow(client.authorizeUrl({ response_mode })));
    });

    it('gives out codes only, never a token in an address', async () => {
      for (const response_type of [
        'token',
        'id_token',
        'code token',
        'code id_token',
        'none',
        '',
      ]) {
        const { url } = await browser.follow(client.authorizeUrl({ response_type }));
        expect(url.href).to.contain('error=').and.not.contain('token=').and.not.contain('code=');
      }
    });

    it('gives out tokens for this gateway only, whatever resource is named', async () => {
      for (const resource of [
        'https://other.example.org/mcp',
        'https://cloud.example.org',
        bed.nextcloud.url,
        `${ROOT}/mcp/other`,
        `${ROOT}/MCP`,
        `${RESOURCE}?a=b`,
        'http://gateway.example.org/mcp',
        'mcp',
      ])
        expectTold(await browser.follow(client.authorizeUrl({ resource })), 'invalid_target');
      const two = new URL(client.authorizeUrl());
      two.searchParams.append('resource', 'https://other.example.org/mcp');
      expectTold(await browser.follow(two), 'invalid_target');
      const code = await bed.code(client, browser);
      const other = await client.redeem(code, { resource: 'https://other.example.org/mcp' });
      expect([other.status, other.body['error']]).to.eql([400, 'invalid_target']);
    });

    it('gives no scope that is not offered or was not ticked', async () => {
      bed.atNextcloud('bob');
      const its = bed.browser();
      const page = await its.follow(client.authorizeUrl({ scope: 'notes:read root admin:all *' }));
      expect(offeredOn(page)).to.eql(['notes:read']);
      const end = await its.submit(page, '/allow', ['notes:read', 'notes:write', 'root', 'openid']);
      const tokens = await client.tokens(end.url.searchParams.get('code') ?? '');
      expect(claimsOf(tokens.access_token)['scope']).to.equal('notes:read');
      const more = await client.refresh(tokens.refresh_token, { scope: 'notes:read notes:write' });
      expect([more.status, more.body['error']]).to.eql([400, 'invalid_scope']);
      const write = toolCall('nc_notes_create_note', { title: 'a', content: 'b', category: '' });
      const answer = await refused(bed, { ...write, token: tokens.access_token });
      expect(answer.status).to.equal(403);
      expect(answer.challenge).to.contain('insufficient_scope');
    });

    it('asks the person again however often they allowed it: no client on a computer is silent', async () => {
      expectTold(
        await browser.follow(client.authorizeUrl({ prompt: 'none' })),
        'interaction_required',
      );
    });
  });

  describe('codes and tokens', () => {
    it('a code that comes a second time ends what the first one brought, at once', async () => {
      const code = await bed.code(client, browser);
      const tokens = await client.tokens(code);
      expect((await bed.send({ ...NOTE, token: tokens.access_token })).status).to.equal(200);
      expect((await client.redeem(code)).body['error']).to.equal('invalid_grant');
      expect((await refused(bed, { ...NOTE, token: tokens.access_token })).status).to.equal(401);
      expect((await client.refresh(tokens.refresh_token)).body['error']).to.equal('invalid_grant');
    });

    it('a code that two redeem at the same moment is in two hands, and worth nothing', async () => {
      const code = await bed.code(client, browser);
      const all = await Promise.all([
        client.redeem(code),
        client.redeem(code),
        client.redeem(code),
      ]);
      const won = all.filter(({ status }) => status === 200);
      expect(won.length).to.be.at.most(1);
      for (const { body } of won) {
        const token = String(body['access_token']);
        expect((await refused(bed, { ...NOTE, token })).status).to.equal(401);
      }
    });

    it('a stolen code is worth nothing to another client, even a registered one', async () => {
      const thief = await bed.client();
      const code = await bed.code(client, browser);
      for (const changes of [{}, { code_verifier: client.verifier }]) {
        const { status, body } = await thief.redeem(code, changes);
        expect([status, body['error']]).to.eql([400, 'invalid_grant']);
      }
    });

    it('a code is no refresh token, a refresh token no code, an access token neither', async () => {
      const code = await bed.code(client, browser);
      expect((await client.refresh(code)).status).to.equal(400);
      const tokens = await client.tokens(code);
      expect((await client.redeem(tokens.refresh_token)).status).to.equal(400);
      expect((await client.refresh(tokens.access_token)).status).to.equal(400);
      for (const token of [code, tokens.refresh_token])
        expect((await refused(bed, { ...NOTE, token })).status).to.equal(401);
    });

    it('answers name their issuer, and it is the one of the metadata (mix-up)', async () => {
      const { text } = await bed.send({
        method: 'GET',
        path: '/.well-known/oauth-authorization-server',
      });
      const metadata = JSON.parse(text) as Readonly<Record<string, unknown>>;
      expect(metadata['authorization_response_iss_parameter_supported']).to.equal(true);
      bed.atNextcloud('alice');
      const page = await browser.follow(client.authorizeUrl());
      const { url } = await browser.submit(page, '/allow');
      expect(url.searchParams.get('iss')).to.equal(metadata['issuer']).and.to.equal(ROOT);
      const kept = await browser.follow(client.authorizeUrl());
      expect((await browser.submit(kept, '/cancel')).url.searchParams.get('iss')).to.equal(ROOT);
    });

    it('no other grant type exists, whoever asks', async () => {
      for (const grant_type of [
        'password',
        'client_credentials',
        'urn:ietf:params:oauth:grant-type:token-exchange',
        'urn:ietf:params:oauth:grant-type:jwt-bearer',
        'urn:ietf:params:oauth:grant-type:device_code',
        '',
      ]) {
        const fields = { grant_type, client_id: client.id, username: 'alice', password: 'x' };
        const { status, answer } = await post(bed, '/oauth/token', fields);
        expect(status, grant_type).to.equal(400);
        expect(answer.text).not.to.contain('access_token');
      }
    });
  });
});
