import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../browser/browser.ts';
import { startGateway } from '../gateway.ts';
import { startBed } from '../sign-in/bed.ts';
import { logInAtNextcloud } from '../sign-in/nextcloud-login.ts';
import type { Person } from '../sign-in/person.ts';
import { startStandInNextcloud } from '../sign-in/stand-in/nextcloud.ts';
import { wantsPerson } from '../sign-in/stories.ts';
import { startProviderBed } from './bed.ts';
import { logInAtProvider } from './identity-provider.ts';
import { linkIn, press } from './on-the-page.ts';
import { inspector } from './looked-at.ts';
import type { Inspector } from './looked-at.ts';

const READS = '/tools/nc_notes_search_notes';

/** The running gateway, page by page: axe, weight, widths, policy, and pictures of each. */
describe('every kind of page of a running gateway', () => {
  let browser: Browser;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  it('with Login Flow v2', async () => {
    const bed = await startBed();
    try {
      const alice = await bed.person('alice');
      const { page } = alice;
      const inspect = inspector(page.context(), () => bed.gateway.url);
      const visit = visitor(alice, bed.gateway.url, inspect);
      await visit('/', 'embedded-start');
      await visit('/tools', 'embedded-tools');
      await visit('/tools?q=notes', 'embedded-tools-found');
      await visit(READS, 'embedded-tool-signed-out');
      await visit('/nowhere', 'embedded-not-found');
      await visit('/oauth/login?flow=over', 'embedded-login-over');
      await visit('/oauth/interaction/over', 'embedded-sign-in-over');
      await visit('/oauth/authorize?client_id=nobody', 'embedded-authorization-refused');
      const client = await bed.client('2.x, 2026-07-28', { name: 'Assistant' });
      await alice.open(await wantsPerson(client.connect()));
      await inspect.look(page, 'embedded-sign-in');
      await alice.signIn();
      await inspect.look(page, 'embedded-consent');
      await alice.allow();
      await client.finish();
      await client.callTool('nc_notes_search_notes', { query: '' });
      await visit('/user/page', 'embedded-account');
      await alice.open(bed.gateway.url + READS);
      await press(alice, /^Call it$/);
      await inspect.look(page, 'embedded-tool-answered');
      await alice.open(`${bed.gateway.url}/user/page`);
      await alice.takeBackEverything();
      await inspect.look(page, 'embedded-taken-back');
      expect(inspect.faults).to.deep.equal([]);
    } finally {
      await bed.close();
    }
  });

  it('with Nextcloud’s oauth2 app', async () => {
    const bed = await startBed({ oauth2App: true });
    try {
      const alice = await bed.person('alice');
      const inspect = inspector(alice.page.context(), () => bed.gateway.url);
      const client = await bed.client('2.x, 2026-07-28', { name: 'Assistant' });
      await alice.open(await wantsPerson(client.connect()));
      await inspect.look(alice.page, 'oauth2-sign-in');
      const visit = visitor(alice, bed.gateway.url, inspect);
      await alice.open(`${bed.gateway.url}/user/page`);
      await alice.signInHere();
      await inspect.look(alice.page, 'oauth2-account');
      await visit('/oauth/login/callback?state=over', 'oauth2-login-over');
      expect(inspect.faults).to.deep.equal([]);
    } finally {
      await bed.close();
    }
  });

  it('with an identity provider', async () => {
    const bed = await startProviderBed(browser, 'app passwords');
    try {
      const alice = await bed.person('alice');
      const { page } = alice;
      const inspect = inspector(page.context(), () => bed.gateway.url);
      const visit = visitor(alice, bed.gateway.url, inspect);
      await visit('/', 'provider-start');
      await visit('/user/page', 'provider-sign-in');
      await press(alice, /^Go on to /);
      await press(alice, /^Refuse$/);
      await inspect.look(page, 'provider-login-refused');
      const client = await bed.client();
      await alice.open(await wantsPerson(client.connect()));
      await logInAtProvider(page, alice.account);
      await client.finish();
      const asked = await client.callTool('nc_notes_search_notes', { query: '' });
      await alice.open(linkIn(asked.text));
      await inspect.look(page, 'provider-connect');
      await press(alice, /^Connect Nextcloud$/);
      await inspect.look(page, 'provider-connect-window');
      await logInAtNextcloud(await alice.openNextcloud(), alice.account);
      await alice.sees(/^Nextcloud is connected$/);
      await inspect.look(page, 'provider-connected');
      await visit(linkIn(asked.text).replace(bed.gateway.url, ''), 'provider-dead-link');
      await alice.open(`${bed.gateway.url}/user/page`);
      await press(alice, /^Go on to /);
      await inspect.look(page, 'provider-account');
      expect(inspect.faults).to.deep.equal([]);
    } finally {
      await bed.close();
    }
  });

  it('with an identity provider and token exchange', async () => {
    const bed = await startProviderBed(browser, 'token exchange');
    try {
      const alice = await bed.person('alice');
      const { page } = alice;
      const inspect = inspector(page.context(), () => bed.gateway.url);
      const visit = visitor(alice, bed.gateway.url, inspect);
      const client = await bed.client();
      await alice.open(await wantsPerson(client.connect()));
      await logInAtProvider(page, alice.account);
      await client.finish();
      const link = linkIn((await client.callTool('provision_nextcloud_access')).text);
      await alice.open(link);
      await inspect.look(page, 'offline-allowed');
      await visit(link.replace(bed.gateway.url, ''), 'offline-dead-link');
      await visit(READS, 'exchange-tool');
      await visit('/oauth/authorize?client_id=nobody', 'exchange-authorization-refused');
      expect(inspect.faults).to.deep.equal([]);
    } finally {
      await bed.close();
    }
  });

  it('for one user', async () => {
    const nextcloud = await startStandInNextcloud();
    const account = { username: 'alice', password: 'alice-password' };
    const gateway = await startGateway(nextcloud.url, account);
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      const inspect = inspector(context, () => gateway.url);
      for (const [path, name] of [
        ['/', 'single-user-start'],
        ['/user/page', 'single-user-account'],
        [READS, 'single-user-tool'],
      ] as const) {
        await page.goto(gateway.url + path);
        await inspect.look(page, name);
      }
      await nextcloud.close();
      await page.getByLabel('query').fill('milk');
      await page.getByRole('button', { name: 'Call it' }).click();
      await page.locator('#result').waitFor();
      await inspect.look(page, 'single-user-tool-failed');
      expect(inspect.faults).to.deep.equal([]);
    } finally {
      await context.close();
      await gateway.close();
      await nextcloud.close(); // twice is fine
    }
  });
});

function visitor(
  { page }: Person,
  root: string,
  inspect: Inspector,
): (path: string, name: string) => Promise<void> {
  return async (path, name) => {
    await page.goto(root + path);
    await inspect.look(page, name);
  };
}
