import { mkdirSync } from 'node:fs';
import { expect } from 'chai';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { startBed } from './bed.ts';
import type { SignInBed } from './bed.ts';
import { wantsPerson } from './stories.ts';

const FOLDER = 'test-artefacts/sign-in';
const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light', viewport: { width: 1200, height: 900 } },
  dark: { colorScheme: 'dark', viewport: { width: 1200, height: 900 } },
  phone: { colorScheme: 'light', viewport: { width: 375, height: 740 }, isMobile: true },
};
/** Bytes a page may have. */
const HEAVIEST = 50_000;

describe('pages of a sign-in as people see them', () => {
  let bed: SignInBed;
  let redirecting: SignInBed;

  before(async () => {
    mkdirSync(FOLDER, { recursive: true });
    bed = await startBed();
    redirecting = await startBed({ oauth2App: true });
  });
  after(async () => {
    await bed.close();
    await redirecting.close();
  });

  for (const [look, options] of Object.entries(LOOKS)) {
    it(`light, fitting and kept as pictures: ${look}`, async () => {
      const shot = (page: Page, name: string): Promise<void> => picture(page, `${name}-${look}`);
      const client = await bed.client('2.x, 2025-11-25', { name: 'Claude Code' });
      const alice = await bed.person('alice', options);
      await alice.open(bed.gateway.url);
      await shot(alice.page, 'start');
      await alice.open(await wantsPerson(client.connect()));
      await shot(alice.page, 'sign-in');
      const stranger = await bed.person('bob', options);
      await stranger.open(alice.page.url());
      await shot(stranger.page, 'another-browser');
      await alice.signIn();
      await shot(alice.page, 'consent');
      const consent = alice.page.url();
      await alice.allow({ without: ['notes:write'] });
      await client.finish();
      await alice.open(consent);
      await shot(alice.page, 'over');
      const write = { title: 'A note', content: '', category: '' };
      await alice.open(await wantsPerson(client.callTool('nc_notes_create_note', write)));
      await shot(alice.page, 'step-up');
      await alice.open(`${bed.gateway.url}/user/page`);
      await shot(alice.page, 'account');
      await alice.open(`${bed.gateway.url}/tools`);
      await shot(alice.page, 'tools');
      await alice.open(`${bed.gateway.url}/user/page`);
      await alice.takeBackEverything();
      await shot(alice.page, 'taken-back');
      await alice.open(`${bed.gateway.url}/user/page`);
      await shot(alice.page, 'sign-in-of-ones-own');

      const same = await redirecting.client('2.x, 2025-11-25', { name: 'Claude Code' });
      const carol = await redirecting.person('carol', options);
      await carol.open(await wantsPerson(same.connect()));
      await shot(carol.page, 'sign-in-same-tab');
    });
  }
});

async function picture(page: Page, name: string): Promise<void> {
  const html = await page.content();
  expect(Buffer.byteLength(html), `weight of ${name}`).to.be.lessThan(HEAVIEST);
  expect(await page.getByRole('heading', { level: 1 }).count(), `headings of ${name}`).to.equal(1);
  const { scrollWidth, clientWidth } = await page.locator('html').evaluate((root) => ({
    scrollWidth: (root as { scrollWidth: number }).scrollWidth,
    clientWidth: (root as { clientWidth: number }).clientWidth,
  }));
  expect(scrollWidth, `width of ${name}`).to.be.at.most(clientWidth);
  await page.screenshot({ path: `${FOLDER}/${name}.png`, fullPage: true });
}
