import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { Answer, Sent } from '../auth/gateway.ts';
import { CALLBACK, ROOT, startAttackBed } from './bed.ts';
import type { AttackBed } from './bed.ts';
import { register } from './oauth-client.ts';

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const JSON_TYPE = { 'Content-Type': 'application/json' };

/** Everything that takes a body. */
const POST_ROUTES = [
  '/oauth/register',
  '/oauth/token',
  '/oauth/revoke',
  '/oauth/authorize',
  '/oauth/interaction/x/allow',
  '/oauth/interaction/x/cancel',
  '/oauth/interaction/x/other-account',
  '/oauth/login?flow=x',
  '/oauth/logout',
  '/user/revoke-client',
  '/user/revoke-all',
  '/tools/nc_notes_get_note',
];

/** What only our own machine should know. */
const INNARDS =
  /node_modules|\.ts\b|\bat [\w.<>]+ \(|\/relay\/|file:\/\/|SQLITE|oidc-provider|stack/i;

describe('what strangers send', () => {
  function expectRefused({ status, text, headers }: Answer, what: string): void {
    expect(status, `${what}: ${text}`).to.be.within(400, 499);
    expect(text, what).not.to.match(INNARDS);
    expect(headers['x-powered-by'], what).to.equal(undefined);
    if (/html/.test(headers['content-type'] ?? ''))
      expect(headers['content-security-policy'], what).to.contain("default-src 'none'");
  }

  function expectQuietLog({ log }: AttackBed): void {
    const loud = log.filter((line) => /"level":"error"/.test(line));
    expect(loud, 'a stranger fills no log with failures').to.eql([]);
  }

  const bodies: Readonly<Record<string, Omit<Sent, 'path' | 'method'>>> = {
    'too long a form': { headers: FORM, body: `csrf=${'x'.repeat(2_000_000)}` },
    'too long a JSON text': { headers: JSON_TYPE, body: `{"a":"${'x'.repeat(2_000_000)}"}` },
    'too many fields': {
      headers: FORM,
      body: Array.from({ length: 5000 }, (_, at) => `f${String(at)}=1`).join('&'),
    },
    'broken percent signs': { headers: FORM, body: 'csrf=%zz&scope=%&a=%E0%A4%A' },
    'broken JSON': { headers: JSON_TYPE, body: '{"redirect_uris":[' },
    'JSON that is no object': { headers: JSON_TYPE, body: '"text"' },
    'a list': { headers: JSON_TYPE, body: '[[]]' },
    nothing: { headers: JSON_TYPE, body: '' },
    'JSON with prototypes in it': {
      headers: JSON_TYPE,
      body: '{"__proto__":{"redirect_uris":["https://evil.example/"]},"constructor":{"prototype":{"admin":true}}}',
    },
    'deeply nested JSON': { headers: JSON_TYPE, body: '['.repeat(50_000) + ']'.repeat(50_000) },
    'prototypes as fields': { headers: FORM, body: '__proto__[csrf]=x&constructor=y&toString=z' },
    'another alphabet': {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-32' },
      body: 'csrf=x',
    },
    'another type': { headers: { 'Content-Type': 'application/xml' }, body: '<a/>' },
    'several parts': {
      headers: { 'Content-Type': 'multipart/form-data; boundary=x' },
      body: '--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\nx\r\n--x--',
    },
    'control characters': { headers: FORM, body: 'csrf=%00%0d%0a&client=%00&grant_type=%00' },
    'a packed form': {
      headers: { ...FORM, 'Content-Encoding': 'gzip' },
      body: gzipSync(`csrf=${'x'.repeat(5_000_000)}`).toString('latin1'),
    },
    'an unknown packing': { headers: { ...FORM, 'Content-Encoding': 'x-unknown' }, body: 'a=b' },
  };

  describe('in bodies', () => {
    let one: AttackBed;

    before(async () => {
      one = await startAttackBed();
    });
    after(() => one.close());

    for (const [what, sent] of Object.entries(bodies)) {
      it(`${what}, to every address that takes a body, is refused in a few words`, async () => {
        for (const path of POST_ROUTES)
          expectRefused(await one.send({ method: 'POST', path, ...sent }), `${path} with ${what}`);
        expectQuietLog(one);
        expect(await one.store.oidcArtifacts.count('Client')).to.equal(0);
        expect((await one.send({ method: 'GET', path: '/health/live' })).status).to.equal(200);
      });
    }
  });

  describe('otherwise', () => {
    let bed: AttackBed;

    beforeEach(async () => {
      bed = await startAttackBed();
    });
    afterEach(() => bed.close());

    it('odd methods and addresses are refused in a few words', async () => {
      const paths = [
        ...POST_ROUTES,
        '/oauth/authorize?client_id=%00&client_id[]=x',
        '/oauth/authorize?client_id[a]=x&scope[]=y',
        '/oauth/authorize/..%2f..%2fetc%2fpasswd',
        '/oauth/interaction/%00',
        '/oauth/interaction/..%2f..',
        '/oauth/interaction/%E0%A4%A',
        `/oauth/interaction/${'x'.repeat(4000)}`,
        '/oauth/login?flow[]=x&flow=y',
        `/oauth/login?flow=${'x'.repeat(4000)}`,
        '/oauth/login/callback?state=x&code=y&state=z',
        '/oauth/introspect',
        '/oauth/device',
        '/oauth/par',
        '/oauth/userinfo',
        '/.well-known/oauth-authorization-server/../../etc/passwd',
        '/tools/%2e%2e%2f',
        '/tools/__proto__',
        '/assets/../relay/app.ts',
        '/assets/%2e%2e/app.ts',
      ];
      for (const path of paths) {
        for (const method of ['PUT', 'DELETE', 'PATCH', 'PROPFIND', 'GET', 'POST']) {
          const answer = await bed.send({ method, path, headers: FORM });
          // an address without its query is a page to look at, or an answer to a browser in a page
          if (method === 'GET' && answer.status < 400) expect(answer.text).not.to.match(INNARDS);
          else expectRefused(answer, `${method} ${path}`);
        }
      }
      expectQuietLog(bed);
    });

    it('a Host of somebody else gets nothing, and no answer repeats it', async () => {
      const client = await bed.client();
      const { pathname, search } = new URL(client.authorizeUrl());
      for (const path of [
        '/',
        '/.well-known/oauth-authorization-server',
        '/.well-known/openid-configuration',
        '/.well-known/oauth-protected-resource/mcp',
        pathname + search,
        '/oauth/login',
        '/user/page',
        '/mcp',
      ]) {
        const answer = await bed.send({ method: 'GET', path, headers: { Host: 'evil.example' } });
        expect(answer.status, path).to.equal(403);
        const trusting = { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'http' };
        for (const headers of [
          trusting,
          { Forwarded: 'host=evil.example;proto=http' },
          { 'X-Original-Host': 'evil.example', 'X-Host': 'evil.example' },
          { 'X-Original-URL': '//evil.example/', 'X-Rewrite-URL': '//evil.example/' },
        ]) {
          const forwarded = await bed.send({ method: 'GET', path, headers });
          const all = JSON.stringify(forwarded.headers) + forwarded.text;
          expect(all, path).not.to.contain('evil.example');
        }
      }
    });

    it('metadata names this gateway only, though a trusted proxy says otherwise', async () => {
      const own = await startAttackBed({ FORWARDED_ALLOW_IPS: '127.0.0.1' });
      try {
        for (const document of ['oauth-authorization-server', 'openid-configuration']) {
          const headers = { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'http' };
          const { text } = await own.send({
            method: 'GET',
            path: `/.well-known/${document}`,
            headers,
          });
          expect(text).to.contain(`${ROOT}/oauth/token`).and.not.contain('evil.example');
          expect(text).not.to.contain('http://');
        }
      } finally {
        await own.close();
      }
    });

    describe('a flood', () => {
      it('of registrations from one address is stopped, whatever it claims to be', async () => {
        const statuses = new Map<number, number>();
        for (let count = 0; count < 90; count += 1) {
          const headers = {
            'X-Forwarded-For': `198.51.100.${String(count)}`,
            'X-Real-IP': '1.2.3.4',
          };
          const { status, headers: said } = await bed.send({
            path: '/oauth/register',
            headers,
            body: { redirect_uris: [CALLBACK] },
          });
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          if (status === 429) expect(said['retry-after']).to.match(/^\d+$/);
        }
        expect([...statuses.keys()]).to.eql([201, 429]);
        expect(await bed.store.oidcArtifacts.count('Client')).to.be.within(60, 66);
      });

      it('of broken registrations counts as well', async () => {
        let last = 0;
        for (let count = 0; count < 90; count += 1)
          last = (await register(bed, { redirect_uris: ['javascript:alert(1)'] })).status;
        expect(last).to.equal(429);
      });

      it('does not keep out whoever is connected already', async () => {
        const client = await bed.client();
        const tokens = await bed.connect(client, bed.browser());
        for (let count = 0; count < 90; count += 1)
          await register(bed, { redirect_uris: [CALLBACK] });
        expect((await client.refresh(tokens.refresh_token)).status).to.equal(200);
      });

      it('of logins is not passed on to Nextcloud, and a person from elsewhere still gets in', async () => {
        const own = await startAttackBed({ FORWARDED_ALLOW_IPS: '127.0.0.1' });
        try {
          const from = (address: string) => ({ 'X-Forwarded-For': address });
          let last;
          for (let count = 0; count < 70; count += 1)
            last = await own.browser().follow('/oauth/login', undefined, from('198.51.100.1'));
          expect(last?.status).to.equal(429);
          const opened = own.nextcloud.seen.filter(({ url }) => url === '/index.php/login/v2');
          expect(opened.length).to.be.within(60, 65);
          const person = await own
            .browser()
            .follow('/oauth/login', undefined, from('198.51.100.2'));
          expect(person.text).to.contain('Open Nextcloud and log in');
        } finally {
          await own.close();
        }
      });

      it('of anything else meets the limit of its address', async () => {
        const own = await startAttackBed({ MCP_RATE_LIMIT_ADDRESS: '5' });
        try {
          for (const path of ['/oauth/login', '/user/page', '/oauth/authorize', '/oauth/token'])
            for (let count = 0; count < 8; count += 1) await own.send({ method: 'GET', path });
          const started = own.nextcloud.seen.length;
          for (const path of ['/oauth/login', '/oauth/authorize?client_id=x', '/user', '/mcp']) {
            const { status } = await own.send({ method: 'GET', path });
            expect(status, path).to.equal(429);
          }
          expect(own.nextcloud.seen.length, 'Nextcloud sees nothing of it').to.equal(started);
        } finally {
          await own.close();
        }
      });
    });

    it('registrations that would lead codes astray are refused, and leave nothing', async () => {
      for (const uri of [
        'javascript:alert(1)',
        'data:text/html,x',
        'vbscript:x',
        'file:///etc/passwd',
        'http://evil.example/callback',
        'https://user:password@evil.example/callback',
        'https://localhost/callback',
        `${ROOT}/oauth/login/callback`,
        `${ROOT}/mcp`,
        'https://evil.example/#fragment',
        'intent://evil#Intent;scheme=http;end',
        'mailto:mallory@evil.example',
        'ws://evil.example/',
      ]) {
        const { status, body } = await register(bed, { redirect_uris: [uri] });
        expect([status, body['error']], uri).to.eql([400, 'invalid_redirect_uri']);
      }
      expect(await bed.store.oidcArtifacts.count('Client')).to.equal(0);
    });

    it('a registration fetches nothing, though it names addresses', async () => {
      const target = `${bed.nextcloud.url}/secret`;
      for (const name of [
        'jwks_uri',
        'logo_uri',
        'sector_identifier_uri',
        'policy_uri',
        'client_uri',
      ])
        await register(bed, { redirect_uris: [CALLBACK], [name]: target });
      expect(bed.nextcloud.seen).to.eql([]);
    });
  });
});
