import { expect } from 'chai';
import { appPasswordOf, CALLBACK, ROOT, startAttackBed } from './bed.ts';
import type { AttackBed } from './bed.ts';
import { formOf } from './http-browser.ts';
import type { HttpBrowser, Visit } from './http-browser.ts';
import type { OAuthClient } from './oauth-client.ts';

const SESSION = '__Host-session';

describe('attacks on a browser’s session', () => {
  let bed: AttackBed;
  let alice: HttpBrowser;
  let mallory: HttpBrowser;
  let client: OAuthClient;

  beforeEach(async () => {
    bed = await startAttackBed();
    client = await bed.client();
    [alice, mallory] = [bed.browser(), bed.browser()];
    await bed.connect(client, alice, 'alice');
    await bed.connect(client, mallory, 'mallory');
  });
  afterEach(() => bed.close());

  const tokenOn = ({ text }: Visit): string => /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? '';

  /** Who a browser is signed in as. */
  async function whoIs(browser: HttpBrowser): Promise<string | undefined> {
    const { text, status } = await browser.get('/user');
    if (status !== 200) return undefined;
    return (JSON.parse(text) as { account: { userId: string } }).account.userId;
  }

  /** Nothing of alice was changed: signed in, one client, the app password is there. */
  async function expectUntouched(): Promise<void> {
    expect(await whoIs(alice)).to.equal('alice');
    const { text } = await alice.get('/user');
    expect((JSON.parse(text) as { clients: object[] }).clients.length).to.equal(1);
    const kept = await bed.store.appPasswords.find(bed.personOf('alice'));
    expect(kept?.appPassword).to.equal(appPasswordOf('alice'));
    expect(bed.nextcloud.seen.filter(({ method }) => method === 'DELETE')).to.eql([]);
  }

  /** Every form that changes something, with what it would need beside its token. */
  async function everyForm(): Promise<readonly (readonly [string, Record<string, string>])[]> {
    const page = await alice.follow(client.authorizeUrl());
    const { pathname } = page.url;
    const login = (await alice.get('/oauth/login')).headers.location ?? '';
    return [
      [`${pathname}/allow`, { scope: 'notes:read' }],
      [`${pathname}/cancel`, {}],
      [`${pathname}/other-account`, {}],
      ['/oauth/logout', {}],
      [new URL(login, ROOT).href.slice(ROOT.length), {}],
      ['/user/revoke-client', { client: client.id }],
      ['/user/revoke-all', {}],
      ['/tools/nc_notes_get_note', { 'arg.note_id': '1' }],
    ];
  }

  describe('forms of other pages (CSRF)', () => {
    it('every form needs the token of this very session', async () => {
      const foreign = tokenOn(await mallory.follow('/user/page'));
      expect(foreign).to.have.length.greaterThan(20);
      const reading = bed.nextcloud.seen.length;
      for (const [path, fields] of await everyForm()) {
        for (const csrf of [undefined, '', 'x', foreign]) {
          const visit = await alice.follow(path, {
            ...fields,
            ...(csrf === undefined ? {} : { csrf }),
          });
          expect(visit.url.origin, path).to.equal(ROOT);
          expect(visit.status, `${path} with ${String(csrf)}`).to.be.oneOf([400, 403]);
        }
      }
      await expectUntouched();
      expect(bed.nextcloud.seen.length).to.equal(reading);
    });

    it('the token counts in the body only, once, and as a text', async () => {
      const own = tokenOn(await alice.follow('/user/page'));
      const json = { 'Content-Type': 'application/json' };
      const text = { 'Content-Type': 'text/plain' };
      const body = JSON.stringify({ csrf: own });
      for (const path of ['/user/revoke-all', '/oauth/logout']) {
        const tries = [
          await alice.post(`${path}?csrf=${own}`, {}),
          await alice.post(path, [
            ['csrf', own],
            ['csrf', 'x'],
          ]),
          await alice.post(path, { 'csrf[]': own }),
          await alice.post(path, { 'csrf[x]': own }),
          await alice.post(path, {}, { 'X-CSRF-Token': own }),
          await alice.request({ method: 'POST', path, body, headers: json }),
          await alice.request({ method: 'POST', path, body: `csrf=${own}`, headers: text }),
        ];
        for (const { status } of tries) expect(status, path).to.be.within(400, 415);
      }
      await expectUntouched();
    });

    it('reading changes nothing: no form’s address does anything by GET, HEAD, PUT or DELETE', async () => {
      const own = tokenOn(await alice.follow('/user/page'));
      for (const [path, fields] of await everyForm()) {
        const query = new URLSearchParams({ ...fields, csrf: own }).toString();
        const target = path + (path.includes('?') ? '&' : '?') + query;
        for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH']) {
          if (path.startsWith('/tools/') && method === 'GET') continue; // a page to look at
          const { status } = await alice.request({
            method,
            path: target,
            body: query,
            headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
          });
          const isPage = path.startsWith('/oauth/login?') || path.startsWith('/tools/');
          if (!isPage || !['GET', 'HEAD'].includes(method))
            expect(status, `${method} ${path}`).to.be.within(400, 405);
        }
      }
      await expectUntouched();
    });

    it('a POST may not be smuggled into another method', async () => {
      const own = tokenOn(await alice.follow('/user/page'));
      for (const headers of [
        { 'X-HTTP-Method-Override': 'POST' },
        { 'X-HTTP-Method': 'POST' },
        { 'X-Method-Override': 'POST' },
      ])
        expect(
          (await alice.get(`/user/revoke-all?_method=POST&csrf=${own}`, headers)).status,
        ).to.equal(404);
      await expectUntouched();
    });

    it('a page of another origin cannot read an answer: no CORS on what is personal', async () => {
      for (const path of ['/user', '/user/page', '/oauth/login', '/oauth/login/status', '/tools']) {
        const { headers } = await alice.get(path, { Origin: 'https://evil.example' });
        expect(headers['access-control-allow-credentials'], path).to.equal(undefined);
        expect(headers['access-control-allow-origin'], path).to.equal(undefined);
      }
      const { headers } = await alice.request({
        method: 'OPTIONS',
        path: '/user',
        headers: { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' },
      });
      expect(headers['access-control-allow-origin']).to.equal(undefined);
    });
  });

  describe('sessions from elsewhere', () => {
    it('an id that somebody planted is never signed in (fixation)', async () => {
      const attackers = bed.browser();
      await attackers.follow(client.authorizeUrl());
      for (const planted of ['attackers-choice', attackers.session ?? '']) {
        const victim = bed.browser();
        victim.plant(SESSION, planted);
        await bed.connect(client, victim, 'bob');
        expect(victim.session).to.be.a('string').and.not.equal(planted);
        expect(await whoIs(victim)).to.equal('bob');
        const attacker = bed.browser();
        attacker.plant(SESSION, planted);
        expect(await whoIs(attacker)).to.not.equal('bob');
      }
    });

    it('an id from before the login is worth nothing after it', async () => {
      const victim = bed.browser();
      const page = await victim.follow(client.authorizeUrl());
      const before = victim.session ?? '';
      bed.advance(4);
      bed.atNextcloud('bob');
      await victim.follow(page.url);
      expect(await whoIs(victim)).to.equal('bob');
      const thief = bed.browser();
      thief.plant(SESSION, before);
      expect(await whoIs(thief)).to.equal(undefined);
    });

    it('signing out ends the id itself, not only the cookie', async () => {
      const stolen = alice.session ?? '';
      const csrf = tokenOn(await alice.follow('/user/page'));
      const { url } = await alice.follow('/oauth/logout', { csrf });
      expect(url.href).to.equal(`${ROOT}/`);
      const thief = bed.browser();
      thief.plant(SESSION, stolen);
      expect(await whoIs(thief)).to.equal(undefined);
    });

    it('two cookies of one name are nobody’s: one of them was planted by a neighbour', async () => {
      const cookie = `${SESSION}=${mallory.session ?? ''}; ${SESSION}=${alice.session ?? ''}`;
      for (const one of [cookie, cookie.split('; ').reverse().join('; ')])
        expect((await bed.browser().get('/user', { Cookie: one })).status).to.equal(401);
    });

    it('the authorization server does not remember another person than the session does', async () => {
      const thief = bed.browser();
      for (const [key, cookie] of alice.cookies)
        if (!cookie.name.startsWith(SESSION)) thief.cookies.set(key, cookie);
      const page = await thief.follow(client.authorizeUrl());
      expect(page.url.pathname).to.equal('/oauth/login');
      for (const [key, cookie] of mallory.cookies)
        if (cookie.name.startsWith(SESSION)) thief.cookies.set(key, cookie);
      const asked = await thief.follow(client.authorizeUrl());
      expect(asked.text).to.contain('mallory').and.not.contain('alice');
    });
  });

  describe('sign-ins of another browser', () => {
    it('nobody goes on with an authorization that another browser began, signed in or not', async () => {
      const page = await alice.follow(client.authorizeUrl());
      for (const browser of [mallory, bed.browser()]) {
        const seen = await browser.follow(page.url);
        expect(seen.status).to.equal(400);
        expect(seen.text).not.to.contain('alice');
        const csrf = tokenOn(await mallory.follow('/user/page'));
        for (const action of ['allow', 'cancel', 'other-account']) {
          const done = await browser.follow(`${page.url.pathname}/${action}`, {
            csrf,
            scope: 'notes:read',
          });
          expect([done.status, done.url.origin]).to.eql([400, ROOT]);
        }
      }
      const end = await alice.submit(page, '/allow');
      expect(end.url.searchParams.has('code'), 'it is still alice’s').to.equal(true);
    });

    it('nobody takes over a login that another browser began', async () => {
      const victim = bed.browser();
      const page = await victim.follow(client.authorizeUrl());
      bed.advance(4);
      bed.atNextcloud('bob');
      const path = page.url.pathname + page.url.search;
      const thief = bed.browser();
      const seen = await thief.follow(path);
      expect([seen.status, await whoIs(thief)]).to.eql([403, undefined]);
      const status = await thief.get(path.replace('/oauth/login', '/oauth/login/status'));
      expect(status.text).to.equal('{"done":false}');
      await victim.follow(path);
      expect(await whoIs(victim)).to.equal('bob');
      expect((await thief.follow(path)).status, 'nor afterwards').to.equal(403);
    });

    it('a victim who opens an attacker’s login is not signed in as the attacker (login CSRF)', async () => {
      const attacker = bed.browser();
      const page = await attacker.follow(client.authorizeUrl());
      bed.advance(4);
      bed.atNextcloud('mallory');
      const path = page.url.pathname + page.url.search;
      const victim = bed.browser();
      expect((await victim.follow(path)).status).to.equal(403);
      expect(await whoIs(victim)).to.equal(undefined);
      expect((await alice.follow(path)).status).to.equal(403);
      expect(await whoIs(alice)).to.equal('alice');
    });

    it('a victim who is sent to the end of an attacker’s authorization gets no code of it', async () => {
      const page = await mallory.follow(client.authorizeUrl());
      const resume = page.url.pathname.replace('/interaction/', '/authorize/');
      for (const browser of [alice, bed.browser()]) {
        const end = await browser.follow(resume);
        expect([end.status, end.url.origin]).to.eql([400, ROOT]);
      }
    });
  });

  describe('where the browser is led', () => {
    const evil = [
      'https://evil.example/',
      '//evil.example/',
      '/\\evil.example',
      '/%5Cevil.example',
    ];
    const names =
      'next returnTo return_to redirect redirect_uri url continue target cancelTo to'.split(' ');

    it('is never said by an address (open redirect)', async () => {
      const flow = new URL((await alice.get('/oauth/login')).headers.location ?? '', ROOT);
      const paths = [
        '/',
        '/oauth/login',
        flow.pathname + flow.search,
        '/oauth/logout',
        '/tools',
        '/tools?sign-in',
        '/user',
        '/user/page',
        '/oauth/login/callback',
      ];
      for (const path of paths) {
        for (const target of evil) {
          const query = new URLSearchParams(
            Object.fromEntries(names.map((name) => [name, target])),
          ).toString();
          const answer = await bed.browser().get(path + (path.includes('?') ? '&' : '?') + query);
          expect(
            `${answer.headers.location ?? ''} ${String(answer.headers['refresh'] ?? '')}`,
            path,
          ).not.to.contain('evil');
          expect(answer.text, path).not.to.match(/(?:href|action|src|url)=["']?[^"'> ]*evil/i);
        }
      }
    });

    it('is not said by a path either', async () => {
      for (const path of [
        '//evil.example',
        '//evil.example/%2e%2e',
        '/\\evil.example',
        '/https://evil.example',
        '/oauth//evil.example',
        '/oauth/interaction//evil.example',
        '/.//evil.example/..',
        '/tools//evil.example',
        '//evil.example/oauth/authorize',
        '/user/page//evil.example',
      ])
        for (const method of ['GET', 'POST']) {
          const { headers, text } = await alice.request({ method, path });
          expect(headers.location ?? '', path).not.to.contain('evil');
          expect(text, path).not.to.contain('evil.example');
        }
    });

    it('is not said by what a form carries', async () => {
      const csrf = tokenOn(await alice.follow('/user/page'));
      const fields = Object.fromEntries(names.map((name) => [name, 'https://evil.example/']));
      const { url } = await alice.follow('/oauth/logout', { csrf, ...pick(fields, 3) });
      expect(url.href).to.equal(`${ROOT}/`);
    });
  });

  describe('its cookies', () => {
    it('are for HTTPS, this host and no script, as the public address says', () => {
      expect(alice.given.length).to.be.greaterThan(2);
      for (const line of alice.given) {
        expect(line).to.match(/^__(?:Host|Secure)-/);
        expect(line.toLowerCase()).to.include('; secure').and.include('; httponly');
        expect(line.toLowerCase()).to.include('; samesite=lax').and.not.include('domain=');
      }
      const session = alice.given.find((line) => line.startsWith(SESSION));
      expect(session).to.match(/; Path=\/;/);
    });

    it('stay so whatever the connection and its headers claim', async () => {
      for (const headers of [
        { 'X-Forwarded-Proto': 'http' },
        { Forwarded: 'proto=http;host=evil.example' },
        { 'X-Forwarded-Host': 'evil.example', 'X-Forwarded-Proto': 'http' },
        { 'X-Forwarded-Ssl': 'off', 'Front-End-Https': 'off' },
      ]) {
        const browser = bed.browser();
        await browser.follow(client.authorizeUrl(), undefined, headers);
        expect(browser.given.length).to.be.greaterThan(2);
        for (const line of browser.given) {
          expect(line.toLowerCase()).to.match(/^__(?:host|secure)-.*; secure/);
          expect(line).not.to.contain('evil');
        }
      }
    });

    it('are not believed when changed: those of the authorization server are signed', async () => {
      const page = await alice.follow(client.authorizeUrl());
      const other = await mallory.follow(client.authorizeUrl());
      const name = '__Secure-interaction';
      const foreign = mallory.cookies.get(`${name} ${other.url.pathname}`);
      expect(foreign).to.not.equal(undefined);
      alice.plant(name, foreign?.value ?? '', page.url.pathname);
      expect((await alice.follow(page.url)).status).to.equal(400);
    });

    it('never come with an answer that a cache may keep', async () => {
      const authorize = client.authorizeUrl().slice(ROOT.length);
      const login = (await alice.get('/oauth/login')).headers.location?.slice(ROOT.length) ?? '';
      const { url } = await alice.follow(client.authorizeUrl());
      for (const path of [authorize, login, '/user', '/user/page', url.pathname]) {
        const { status, headers } = await alice.get(path);
        if (status === 200 || headers['set-cookie'] !== undefined)
          expect(headers['cache-control'] ?? '', path).to.match(/no-store/);
      }
    });
  });

  it('a consent form says what it is for: one person’s form does not allow in another’s name', async () => {
    const page = await alice.follow(client.authorizeUrl());
    const { action, csrf } = formOf(page, '/allow');
    const csrfOut = tokenOn(await alice.follow('/user/page'));
    await alice.follow('/oauth/logout', { csrf: csrfOut });
    const late = await alice.follow(action, { csrf, scope: 'notes:read' });
    expect([late.status, late.url.origin]).to.eql([400, ROOT]);
    await bed.connect(client, alice, 'bob');
    const again = await alice.follow(action, { csrf, scope: 'notes:read' });
    expect([again.status, again.url.origin]).to.eql([400, ROOT]);
    expect(again.url.href).not.to.contain(CALLBACK);
  });
});

function pick(fields: Readonly<Record<string, string>>, count: number): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).slice(0, count));
}
