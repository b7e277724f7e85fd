import { expect } from 'chai';
import { embeddedAccount, providerAccount, singleUserAccount } from '../../signin/account.ts';
import type { EmbeddedAccountOptions } from '../../signin/account.ts';
import { accountRoutes } from './account.ts';
import { pagesBed, post } from './pages-bed.fixture.ts';
import type { Browser, PagesBed } from './pages-bed.fixture.ts';

const alice = { issuer: 'https://mcp.example.org', subject: 'alice-subject' };
const bob = { issuer: 'https://mcp.example.org', subject: 'bob-subject' };
const EVIL = 'Evil"><script>alert(1)</script>';

describe('the account page', () => {
  let bed: PagesBed;
  let url: string;
  let browser: Browser;
  let calls: string[];
  let everywhere: boolean;

  const options = (): EmbeddedAccountOptions => ({
    store: bed.store,
    nextcloud: 'cloud.example.org',
    readOnly: false,
    revokeKept: async ({ subject }) => {
      calls.push(`kept ${subject}`);
      const removed = (await bed.store.appPasswords.remove(alice)) !== undefined;
      return { removed, everywhere };
    },
    revokeClient: (subject, clientId) => {
      calls.push(`client ${subject} ${clientId}`);
      return bed.store.consents.revoke({ ...alice, subject }, clientId);
    },
    revokeAccount: (subject) => {
      calls.push(`account ${subject}`);
      return bed.store.consents.revokeAllOf({ ...alice, subject });
    },
    clientOf: (id) =>
      Promise.resolve(
        id === 'c-2'
          ? { id, name: 'By now another', host: 'editor.example', vouched: true }
          : undefined,
      ),
  });
  const logins = {
    url: ({ returnTo }: { returnTo: string }) => Promise.resolve(`/oauth/login?to=${returnTo}`),
  };
  const get = (path: string, cookie?: string): Promise<Response> =>
    fetch(`${url}${path}`, {
      redirect: 'manual',
      headers: cookie === undefined ? {} : { cookie },
    });

  beforeEach(async () => {
    calls = [];
    everywhere = true;
    bed = await pagesBed();
    const { appPasswords, consents, audit } = bed.store;
    await consents.save(alice, { clientId: 'c-1', clientName: EVIL, scopes: ['notes:read'] });
    await consents.save(alice, { clientId: 'c-2', clientName: 'Editor', scopes: ['deck:write'] });
    await consents.save(bob, { clientId: 'c-1', clientName: 'Bob’s', scopes: ['files:read'] });
    await appPasswords.save(alice, {
      appPassword: 'very-secret',
      loginName: 'alice@example.org',
      userId: 'alice',
      server: 'https://cloud.example.org',
      scopes: null,
    });
    await audit.record({
      event: 'tool.called',
      outcome: 'ok',
      principal: alice,
      clientId: 'c-1',
      target: 'nc_notes_get_note',
    });
    browser = await bed.signedIn(alice, { userId: 'alice', displayName: 'Alice' });
    url = await bed.serve(accountRoutes(embeddedAccount(options()), bed.sessions, logins));
  });
  afterEach(() => bed.close());

  it('sends strangers to the sign-in, and tells programs', async () => {
    const page = await get('/user/page');
    expect(page.status).to.equal(303);
    expect(page.headers.get('location')).to.equal('/oauth/login?to=/user/page');
    const data = await get('/user');
    expect(data.status).to.equal(401);
    expect(data.headers.get('content-type')).to.contain('application/json');
  });

  it('shows whoever is signed in what is theirs, with nothing secret and nothing unescaped', async () => {
    const html = await (await get('/user/page', browser.cookie)).text();
    expect(html).to.contain('Alice').and.to.contain('Editor').and.to.contain('Tool called');
    expect(html).to.contain('Notes: reads').and.to.contain('Deck: changes');
    expect(html).not.to.contain('<script').and.not.to.contain('very-secret');
    expect(html).to.contain('editor.example').and.not.to.contain('By now another');
    expect(html).not.to.contain('Bob’s');
  });

  it('shows tokens of Nextcloud’s own sign-in, and that they are refused by now', async () => {
    const tokens = bed.store.nextcloudTokens;
    await tokens.save(alice, {
      accessToken: 'secret-access',
      refreshToken: 'secret-refresh',
      expiresAt: 1,
      userId: 'alice',
      server: 'https://cloud.example.org',
    });
    await tokens.markDead(alice, (await tokens.find(alice))?.version ?? '');
    const html = await (await get('/user/page', browser.cookie)).text();
    expect(html).to.contain('Access by Nextcloud’s own sign-in').and.to.contain('not accepted');
    expect(html).not.to.contain('secret-');
  });

  it('gives the same as data', async () => {
    const answer = await get('/user', browser.cookie);
    expect(answer.headers.get('cache-control')).to.equal('no-store');
    const data = (await answer.json()) as {
      account: unknown;
      clients: { client: { id: string } }[];
      kept: { kind: string; dead: boolean }[];
      audit: unknown[];
    };
    expect(data.account).to.include({ userId: 'alice', displayName: 'Alice' });
    expect(data.clients.map(({ client }) => client.id)).to.have.members(['c-1', 'c-2']);
    expect(data.kept).to.have.length(1);
    expect(data.kept[0]).to.include({ kind: 'app-password', dead: false });
    expect(data.audit).to.have.length(1);
    expect(JSON.stringify(data)).not.to.contain('very-secret');
  });

  it('ends one client at the authorization server', async () => {
    const fields = { csrf: browser.csrf, client: 'c-1' };
    const answer = await post(`${url}/user/revoke-client`, fields, browser.cookie);
    expect(answer.headers.get('location')).to.equal('/user/page?done=client');
    expect(calls).to.deep.equal(['client alice-subject c-1']);
    const left = await bed.store.consents.listOf(alice);
    expect(left.map(({ clientId }) => clientId)).to.deep.equal(['c-2']);
    expect(await bed.store.consents.listOf(bob)).to.have.length(1);
    const html = await (await get('/user/page?done=client', browser.cookie)).text();
    expect(html).to.contain('The app is disconnected');
  });

  it('ends everything: clients, what is kept, every browser', async () => {
    const other = await bed.signedIn(alice);
    const answer = await post(`${url}/user/revoke-all`, { csrf: browser.csrf }, browser.cookie);
    expect(answer.status).to.equal(200);
    const html = await answer.text();
    expect(html).to.contain('Everything is taken back').and.not.to.contain('could not be told');
    expect(calls).to.deep.equal(['account alice-subject', 'kept alice-subject']);
    expect(await bed.store.consents.listOf(alice)).to.deep.equal([]);
    const { entries } = await bed.store.audit.list({ principal: alice }, { limit: 1 });
    expect(entries[0]?.event).to.equal('account.revoked');
    for (const { cookie } of [browser, other])
      expect((await get('/user/page', cookie)).status).to.equal(303);
    expect(await bed.store.consents.listOf(bob)).to.have.length(1);
  });

  it('says what to do when Nextcloud could not be told', async () => {
    everywhere = false;
    const answer = await post(`${url}/user/revoke-all`, { csrf: browser.csrf }, browser.cookie);
    expect(await answer.text())
      .to.contain('could not be told')
      .and.to.contain('security settings');
  });

  it('changes nothing for a form without the session’s token, or of somebody else', async () => {
    const eve = await bed.signedIn(bob);
    const attempts: [Record<string, string>, string | undefined][] = [
      [{ client: 'c-1' }, browser.cookie],
      [{ client: 'c-1', csrf: 'guessed' }, browser.cookie],
      [{ client: 'c-1', csrf: eve.csrf }, browser.cookie],
      [{ client: 'c-1', csrf: browser.csrf }, undefined],
      [{ client: 'c-1', csrf: browser.csrf }, eve.cookie],
    ];
    for (const path of ['/user/revoke-client', '/user/revoke-all']) {
      for (const [fields, cookie] of attempts) {
        expect((await post(`${url}${path}`, fields, cookie)).status).to.equal(403);
      }
    }
    expect(calls).to.deep.equal([]);
    expect(await bed.store.consents.listOf(alice)).to.have.length(2);
    expect((await get('/user/page', browser.cookie)).status).to.equal(200);
  });

  it('does not take somebody for signed in who only has a session', async () => {
    const id = await bed.store.sessions.create({ idleSeconds: 60, lifeSeconds: 60 });
    const csrf = (await bed.store.sessions.find(id))?.csrfToken ?? '';
    expect((await get('/user/page', `session=${id}`)).status).to.equal(303);
    const answer = await post(`${url}/user/revoke-all`, { csrf }, `session=${id}`);
    expect(answer.status).to.equal(403);
    expect(calls).to.deep.equal([]);
  });

  it('lists with an identity provider who called lately, and leaves single clients to it', async () => {
    const root = await bed.serve(accountRoutes(providerAccount(options()), bed.sessions, logins));
    const { cookie, csrf } = browser;
    const html = await (await fetch(`${root}/user/page`, { headers: { cookie } })).text();
    expect(html).to.contain('c-1').and.to.contain('single ones are ended there');
    expect(html).not.to.contain('/user/revoke-client');
    await post(`${root}/user/revoke-client`, { csrf, client: 'c-1' }, cookie);
    expect(await bed.store.consents.listOf(alice)).to.have.length(2);
    await post(`${root}/user/revoke-all`, { csrf }, cookie);
    expect(calls).to.deep.equal(['kept alice-subject']);
    expect(await bed.store.sessions.destroyAllOf(alice)).to.equal(0);
  });

  it('shows the one user of a single-user gateway, with nothing to press', async () => {
    const desk = singleUserAccount({
      userId: 'alice',
      nextcloud: 'cloud.example.org',
      readOnly: true,
    });
    const root = await bed.serve(accountRoutes(desk, undefined, undefined));
    const html = await (await fetch(`${root}/user/page`)).text();
    expect(html).to.contain('alice').and.to.contain('Read only');
    expect(html).not.to.contain('<form');
    expect(await (await fetch(`${root}/user`)).json()).to.include({ mode: 'single-user' });
    expect((await post(`${root}/user/revoke-all`, {})).status).to.equal(404);
  });
});
