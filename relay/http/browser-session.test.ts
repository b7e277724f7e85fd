import { expect } from 'chai';
import express, { urlencoded } from 'express';
import { onEveryStore } from '../store/testing/every-store.ts';
import { alice } from '../store/testing/people.ts';
import { browserSessions } from './browser-session.ts';
import { listen } from './listen.ts';
import type { Listening } from './listen.ts';

onEveryStore('browser sessions', (bed) => {
  let gateway: Listening;

  async function start(publicUrl: string): Promise<void> {
    const sessions = browserSessions({
      sessions: bed().store.sessions,
      publicUrl,
      idleSeconds: 600,
      lifeSeconds: 3600,
    });
    const app = express();
    app.use(urlencoded({ extended: false }));
    app.get('/who', async (request, response) => {
      response.json((await sessions.of(request)) ?? {});
    });
    app.get('/page', async (request, response) => {
      response.json(await sessions.ensure(request, response));
    });
    app.get('/sign-in', async (request, response) => {
      response.json(await sessions.signIn(request, response, alice, { userId: 'alice' }));
    });
    app.get('/sign-out', async (request, response) => {
      await sessions.signOut(request, response);
      response.json({});
    });
    app.post('/form', async (request, response) => {
      response.json({ known: (await sessions.ofForm(request)) !== undefined });
    });
    gateway = await listen(app, '127.0.0.1', 0);
  }

  beforeEach(() => start('https://gateway.example.org'));
  afterEach(() => gateway.stop(0, () => Promise.resolve()));

  interface Visit {
    readonly body: Readonly<Record<string, unknown>>;
    readonly cookie: string;
    readonly line: string;
  }

  async function visit(path: string, cookie = '', form?: Record<string, string>): Promise<Visit> {
    const body = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) };
    const answer = await fetch(gateway.url + path, { ...body, headers: { cookie } });
    const line = answer.headers.getSetCookie()[0] ?? '';
    return {
      body: (await answer.json()) as Visit['body'],
      cookie: line.split(';')[0] ?? '',
      line,
    };
  }

  it('live in a cookie that scripts, other hosts and foreign forms cannot use', async () => {
    const { line } = await visit('/page');
    expect(line).to.match(/^__Host-session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    await gateway.stop(0, () => Promise.resolve());
    await start('http://127.0.0.1:8000');
    expect((await visit('/page')).line).to.match(
      /^session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/,
    );
  });

  it('are kept from page to page', async () => {
    const first = await visit('/page');
    const second = await visit('/page', first.cookie);
    expect(second.line).to.equal('');
    expect(second.body.csrfToken).to.equal(first.body.csrfToken);
  });

  it('get another id and form token when somebody signs in; the old id is worth nothing', async () => {
    const before = await visit('/page');
    const after = await visit('/sign-in', before.cookie);
    expect(after.cookie).not.to.equal(before.cookie);
    expect(after.body.csrfToken).not.to.equal(before.body.csrfToken);
    expect((await visit('/who', after.cookie)).body.principal).to.deep.equal(alice);
    expect((await visit('/who', before.cookie)).body).to.deep.equal({});
    const again = await visit('/sign-in', after.cookie);
    expect((await visit('/who', after.cookie)).body).to.deep.equal({});
    expect((await visit('/who', again.cookie)).body.data).to.deep.equal({ userId: 'alice' });
  });

  it('do not take over an id that somebody planted', async () => {
    const planted = `__Host-session=${'A'.repeat(43)}`;
    const after = await visit('/sign-in', planted);
    expect(after.cookie)
      .to.match(/^__Host-session=/)
      .and.not.to.equal(planted);
    expect((await visit('/who', planted)).body).to.deep.equal({});
    const twice = `${after.cookie}; ${planted}`;
    expect((await visit('/who', twice)).body, 'one of two is not ours').to.deep.equal({});
  });

  it('know their own forms only', async () => {
    const one = await visit('/page');
    const other = await visit('/page');
    const csrf = String(one.body.csrfToken);
    const sent = async (cookie: string, form: Record<string, string>) =>
      (await visit('/form', cookie, form)).body.known;
    expect(await sent(one.cookie, { csrf })).to.equal(true);
    expect(await sent(other.cookie, { csrf })).to.equal(false);
    expect(await sent('', { csrf })).to.equal(false);
    expect(await sent(one.cookie, {})).to.equal(false);
    expect(await sent(one.cookie, { csrf: `${csrf}x` })).to.equal(false);
  });

  it('end when signed out, unvisited for long, or old', async () => {
    const out = await visit('/sign-in');
    expect((await visit('/sign-out', out.cookie)).line).to.contain('__Host-session=;');
    expect((await visit('/who', out.cookie)).body).to.deep.equal({});
    const idle = await visit('/sign-in');
    bed().advance(600);
    expect((await visit('/who', idle.cookie)).body).to.deep.equal({});
    const busy = await visit('/sign-in');
    for (let minutes = 0; minutes < 54; minutes += 9) {
      bed().advance(540);
      expect((await visit('/who', busy.cookie)).body).to.have.property('principal');
    }
    bed().advance(360);
    expect((await visit('/who', busy.cookie)).body).to.deep.equal({});
  });
});
