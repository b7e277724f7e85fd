import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { sampleApp, SAMPLES } from './sample-pages.ts';
import type { SampleLogin } from './sample-pages.ts';

const LOOKS = [
  { name: 'light', colorScheme: 'light', width: 1200 },
  { name: 'dark', colorScheme: 'dark', width: 1200 },
  { name: 'phone', colorScheme: 'light', width: 375 },
] as const;

const PATHS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.keys(SAMPLES).map((name) => [name, `/sample/${name}`])),
  tools: '/tools',
  'tools-found': '/tools?q=notes',
  tool: '/tools/nc_notes_search_notes',
};

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const LIMIT = 50_000;

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}

/** What axe holds against the page, in words; serious and critical ones. */
async function faults(page: Page): Promise<readonly string[]> {
  // not as a script of the page: its policy allows none
  const violations = await page.evaluate<readonly Violation[]>(
    `(() => { ${AXE}; return axe.run(document).then((result) => result.violations); })()`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

describe('the pages in Chromium', () => {
  const login: SampleLogin = { done: false };
  let browser: Browser;
  let server: Server;
  let url: string;
  let context: BrowserContext;

  before(async () => {
    mkdirSync('test-artefacts', { recursive: true });
    browser = await launchBrowser();
    server = sampleApp(login).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  });
  after(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    login.done = false;
  });
  afterEach(() => context.close());

  for (const { name, colorScheme, width } of LOOKS) {
    for (const [title, path] of Object.entries(PATHS)) {
      it(`${title} is light, fits and has no serious fault for axe: ${name}`, async () => {
        context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
        const page = await context.newPage();
        const complaints: string[] = [];
        page.on('console', (message) => {
          if (/Content.Security.Policy/i.test(message.text())) complaints.push(message.text());
        });
        const answer = await page.goto(`${url}${path}`);
        expect((await answer?.body())?.length).to.be.lessThan(LIMIT);
        expect(await wider(page), 'wider than the screen').to.equal(0);
        await page.screenshot({ path: `test-artefacts/page-${title}-${name}.png`, fullPage: true });
        await page.evaluate(
          "for (const one of document.querySelectorAll('details')) one.open = true",
        );
        expect(await wider(page), 'wider than the screen when all is open').to.equal(0);
        expect(await faults(page)).to.deep.equal([]);
        expect(complaints).to.deep.equal([]);
      });
    }
  }

  it('every control is reached with the keyboard, in order, and seen to be', async () => {
    context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${url}/sample/consent`);
    const reached: string[] = [];
    for (let presses = 0; presses < 20; presses += 1) {
      await page.keyboard.press('Tab');
      const focused = page.locator(':focus');
      if ((await focused.count()) === 0) break;
      const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
      expect(outline).to.equal('solid');
      reached.push(
        await focused.evaluate((element) => element.getAttribute('value') ?? element.textContent),
      );
      // what is folded away comes next once it is opened
      if (reached.at(-1)?.startsWith('Let it do more') === true) await page.keyboard.press('Enter');
    }
    expect(reached[0]).to.equal('Skip to the content');
    expect(reached).to.include.members(['notes:read', 'notes:write', 'Use another account']);
    expect(reached.slice(-2)).to.deep.equal(['Allow', 'Cancel']);
    await page.locator('input[value="notes:write"]').focus();
    await page.keyboard.press('Space');
    expect(await page.locator('input[value="notes:write"]').isChecked()).to.equal(true);
  });

  it('sends exactly the ticked scopes, and Cancel none, without script', async () => {
    context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    const sent: string[] = [];
    await page.route('**/sample/{allow,cancel}', async (route) => {
      sent.push(`${new URL(route.request().url()).pathname} ${route.request().postData() ?? ''}`);
      await route.fulfill({ status: 204 });
    });
    await page.goto(`${url}/sample/consent`);
    await page.getByLabel('Read and search your notes').uncheck();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    const [allow = '', cancel = ''] = sent;
    const [path, body = ''] = allow.split(' ');
    expect(path).to.equal('/sample/allow');
    expect(new URLSearchParams(body).getAll('scope')).to.have.members([
      'calendar:read',
      'files:read',
      'todo:read',
    ]);
    expect(cancel).to.equal('/sample/cancel csrf=a-token-of-the-session');
  });

  it('opens Nextcloud beside the page, closes it when the login is done, and goes on', async () => {
    context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${url}/sample/sign-in-here`);
    const opening = page.waitForEvent('popup');
    await page.getByRole('link', { name: 'Open Nextcloud' }).click();
    const popup = await opening;
    await page.getByText('Waiting for you to grant access').waitFor();
    const closed = popup.waitForEvent('close');
    const reloaded = page.waitForEvent('framenavigated');
    login.done = true;
    await closed;
    await reloaded;
    await page.getByRole('heading', { name: 'Allow “Claude”?' }).waitFor();
  });

  it('signs in without script: a link to a window of its own, and a page that asks again', async () => {
    context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${url}/sample/sign-in-here`);
    const opening = context.waitForEvent('page');
    await page.getByRole('link', { name: 'Open Nextcloud' }).click();
    expect(new URL((await opening).url()).pathname).to.equal('/login/v2/flow/abc');
    login.done = true;
    await page.getByRole('heading', { name: 'Allow “Claude”?' }).waitFor();
  });

  it('copies a set-up', async () => {
    context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    const page = await context.newPage();
    await page.goto(`${url}/sample/start`);
    await page.getByRole('button', { name: 'Copy the set-up for Claude Code' }).click();
    await page.getByText('Copied').first().waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).to.equal(
      'claude mcp add --transport http nextcloud https://mcp.example.org/mcp',
    );
  });

  it('narrows a list of tools while one types, and finds them without script', async () => {
    context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${url}/tools?toolset=notes`);
    await page.getByLabel('Search').fill('delete');
    await page.getByText('1 tool on this page').waitFor();
    expect(await page.locator('li.tool:visible').count()).to.equal(1);
    await context.close();

    context = await browser.newContext({ javaScriptEnabled: false });
    const still = await context.newPage();
    await still.goto(`${url}/tools`);
    await still.getByLabel('Search').fill('delete note');
    await still.getByRole('button', { name: 'Search' }).click();
    await still.getByRole('link', { name: 'Delete note', exact: true }).click();
    expect(await still.locator('h1').innerText()).to.equal('Delete note');
  });

  it('tries a tool without script, and comes to the answer', async () => {
    context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${url}/tools/nc_notes_search_notes`);
    await page.getByLabel('query').fill('milk');
    await page.getByRole('button', { name: 'Call it' }).click();
    expect(await page.locator('#result').innerText()).to.contain('"query": "milk"');
    expect(await page.getByLabel('query').inputValue()).to.equal('milk');
  });

  it('asks twice before it takes something back, without script', async () => {
    context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${url}/sample/account`);
    const end = page.getByRole('button', { name: 'Take back everything now' });
    expect(await end.isVisible()).to.equal(false);
    await page.getByText('Take back everything…').click();
    expect(await end.isVisible()).to.equal(true);
  });
});

/** Pixels that have to be scrolled to sideways. */
function wider(page: Page): Promise<unknown> {
  return page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
}
