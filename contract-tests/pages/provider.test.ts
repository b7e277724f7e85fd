import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../browser/browser.ts';
import type { McpClient } from '../sign-in/mcp-client.ts';
import { logInAtNextcloud } from '../sign-in/nextcloud-login.ts';
import type { Person } from '../sign-in/person.ts';
import { notesSeenBy, wantsPerson } from '../sign-in/stories.ts';
import { CREDENTIALS, startProviderBed } from './bed.ts';
import type { ProviderBed } from './bed.ts';
import { logInAtProvider } from './identity-provider.ts';
import { linkIn, press } from './on-the-page.ts';

const READ = 'nc_notes_search_notes';

for (const credential of Object.keys(CREDENTIALS) as (keyof typeof CREDENTIALS)[]) {
  describe(`the pages with an identity provider and ${credential}, in Chromium`, () => {
    let browser: Browser;
    let bed: ProviderBed;
    /** Without script, so that nothing here needs it. */
    let alice: Person;
    let client: McpClient;

    before(async () => {
      browser = await launchBrowser();
      bed = await startProviderBed(browser, credential);
    });
    after(async () => {
      await bed.close();
      await browser.close();
    });
    beforeEach(async () => {
      alice = await bed.person('alice', { javaScriptEnabled: false });
      client = await bed.client();
    });

    const at = (path: string): string => bed.gateway.url + path;

    async function toAccount(person: Person): Promise<void> {
      await person.open(at('/user/page'));
      await press(person, /^Go on to /);
      await logInAtProvider(person.page, person.account);
      await person.sees(/^Your account$/);
    }

    async function asData(person: Person): Promise<{ status: number; data: Data }> {
      const answer = await person.page.request.get(at('/user'));
      return { status: answer.status(), data: (await answer.json()) as Data };
    }

    it('leads from the account page over the provider’s login back to it', async () => {
      expect((await asData(alice)).status).to.equal(401);
      await alice.open(at('/user/page'));
      expect(new URL(alice.page.url()).pathname).to.equal('/oauth/login');
      expect(await alice.text()).to.include(`Go on to ${bed.idp.host}`);
      await toAccount(alice);
      const text = await alice.text();
      expect(text)
        .to.include('Alice Example (alice)')
        .and.to.include(`signed in by http://${bed.idp.host}`)
        .and.to.include('Nothing is kept for you.')
        .and.to.include('No app has called lately.');
      const { status, data } = await asData(alice);
      expect(status).to.equal(200);
      expect(data).to.deep.include({ mode: 'provider', clients: [], kept: [] });
      expect(data.account).to.include({ userId: 'alice', displayName: 'Alice Example' });
    });

    it('says that the provider refused, and lets one log in again', async () => {
      await alice.open(at('/user/page'));
      await press(alice, /^Go on to /);
      await press(alice, /^Refuse$/);
      await alice.sees(/^The login was not granted$/);
      await alice.page.getByRole('link', { name: 'Log in again' }).click();
      await press(alice, /^Go on to /);
      await logInAtProvider(alice.page, alice.account);
      await alice.sees(/^Your account$/);
    });

    it('really ends the session on signing out', async () => {
      await toAccount(alice);
      const cookies = await alice.page.context().cookies(bed.gateway.url);
      const copied = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
      const withCopy = (): Promise<Response> => fetch(at('/user'), { headers: { cookie: copied } });
      expect((await withCopy()).status).to.equal(200);
      expect((await fetch(at('/oauth/logout'), { headers: { cookie: copied } })).status).to.equal(
        404,
      );
      expect((await withCopy()).status, 'a link ends nothing').to.equal(200);
      await alice.signOut();
      await alice.sees(/^Nextcloud MCP gateway$/);
      expect((await withCopy()).status).to.equal(401);
      expect((await asData(alice)).status).to.equal(401);
      await alice.open(at('/user/page'));
      expect(new URL(alice.page.url()).pathname).to.equal('/oauth/login');
    });

    it('shows clients, what is kept and what happened, and takes everything back', async () => {
      await connectClient();
      await keepAccess();
      await toAccountAgain();
      const text = await alice.text();
      const [title, event] =
        credential === 'token exchange'
          ? ['Background access', 'Background access allowed']
          : ['App password', 'Nextcloud connected'];
      expect(text).to.include(title).and.to.include(event).and.to.include(READ);
      const { data } = await asData(alice);
      expect(data.clients).to.have.length(1);
      expect(data.kept).to.have.length(1);
      expect(left()).to.equal(1);
      await alice.takeBackEverything();
      await alice.sees(/^Everything is taken back$/);
      expect(await alice.text()).not.to.include('could not be told');
      expect(left()).to.equal(0);
      expect((await asData(alice)).status).to.equal(401);
      await toAccountAgain();
      expect(await alice.text()).to.include('Nothing is kept for you.');
    });

    it('tries a tool where that needs no client, and says so where it does', async () => {
      await connectClient();
      await keepAccess();
      await alice.open(at(`/tools/${READ}`));
      if (credential === 'token exchange') {
        expect(await alice.text()).to.include('Tools cannot be tried on this page');
        expect(await alice.page.getByRole('button', { name: 'Call it' }).count()).to.equal(0);
        return;
      }
      await alice.page.getByRole('link', { name: 'Sign in' }).click();
      await press(alice, /^Go on to /);
      await alice.sees(/./);
      await press(alice, /^Call it$/);
      expect(await alice.page.locator('#result').innerText()).to.include('Alice’s diary');
    });

    /** Discovery, registration and login at the provider, by the SDK. */
    async function connectClient(): Promise<void> {
      await alice.open(await wantsPerson(client.connect()));
      await logInAtProvider(alice.page, alice.account);
      await client.finish();
    }

    async function keepAccess(): Promise<void> {
      if (credential === 'token exchange') {
        expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
        if (left() > 0) return;
        const link = linkIn((await client.callTool('provision_nextcloud_access')).text);
        await alice.open(link);
        await alice.sees(/^Access is allowed$/);
        return;
      }
      const link = linkIn((await client.callTool(READ, { query: '' })).text);
      await alice.open(link);
      expect(await alice.text()).to.include('alice');
      await press(alice, /^Connect Nextcloud$/);
      const code = await alice.code();
      const opened = alice.page.context().waitForEvent('page');
      await alice.page.getByRole('link', { name: /Open Nextcloud/ }).click();
      const window = await opened;
      await logInAtNextcloud(window, alice.account, (grant) => {
        expect(grant).to.include(code);
        return true;
      });
      await alice.sees(/^Nextcloud is connected$/);
      expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
    }

    const left = (): number =>
      credential === 'token exchange'
        ? bed.idp.heldByGateway('alice')
        : bed.nextcloud.devicesOf('alice').length;

    /** The provider remembers who is there. */
    async function toAccountAgain(): Promise<void> {
      await alice.open(at('/user/page'));
      await press(alice, /^Go on to /);
      await alice.sees(/^Your account$/);
    }
  });
}

interface Data {
  readonly account: object;
  readonly clients: readonly object[];
  readonly kept: readonly object[];
}
