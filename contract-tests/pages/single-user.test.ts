import { request as send } from 'node:http';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../browser/browser.ts';
import { startGateway } from '../gateway.ts';
import type { RunningGateway } from '../gateway.ts';
import { startStandInNextcloud } from '../sign-in/stand-in/nextcloud.ts';
import type { StandInNextcloud } from '../sign-in/stand-in/nextcloud.ts';

const READS = '/tools/nc_notes_search_notes';
const WRITES = '/tools/nc_notes_create_note';
const BEARER = 'a-token-that-clients-of-this-test-carry';

describe('the pages of a gateway for one user, in Chromium', () => {
  let browser: Browser;
  let nextcloud: StandInNextcloud;
  let gateway: RunningGateway;
  let page: Page;
  const account = { username: 'alice', password: 'alice-password' };

  before(async () => {
    browser = await launchBrowser();
    nextcloud = await startStandInNextcloud();
    nextcloud.addNote('alice', 'Alice’s diary');
    gateway = await startGateway(nextcloud.url, account);
  });
  after(async () => {
    await gateway.close();
    await nextcloud.close();
    await browser.close();
  });
  beforeEach(async () => {
    page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  });
  afterEach(() => page.context().close());

  const textAt = async (path: string, { url } = gateway): Promise<string> => {
    await page.goto(url + path);
    return page.locator('body').innerText();
  };

  it('shows how to connect, whose account it is, and that nobody signs in', async () => {
    expect(await textAt('/'))
      .to.include(`${gateway.url}/mcp`)
      .and.to.include('Nextcloud answers');
    await page.getByRole('link', { name: 'Your account' }).click();
    const text = await page.locator('body').innerText();
    expect(text)
      .to.include('alice')
      .and.to.include('This gateway works for one account')
      .and.to.include('App password from the settings');
    expect(await page.getByRole('button').count()).to.equal(0);
    const data: unknown = await (await fetch(`${gateway.url}/user`)).json();
    expect(data).to.deep.include({ mode: 'single-user', account: { userId: 'alice' } });
    expect((await fetch(`${gateway.url}/oauth/login`)).status).to.equal(404);
  });

  it('tries a reading tool and shows its answer', async () => {
    await page.goto(gateway.url + READS);
    await page.getByLabel('query').fill('diary');
    await page.getByRole('button', { name: 'Call it' }).click();
    expect(await page.locator('#result').innerText()).to.include('Alice’s diary');
    expect(await textAt(WRITES)).to.include('It changes data');
    expect(await page.getByRole('button', { name: 'Call it' }).count()).to.equal(0);
  });

  it('calls no writing tool, whatever is posted', async () => {
    const body = new URLSearchParams({ 'arg.title': 'Written', 'arg.content': '' });
    const answer = await fetch(gateway.url + WRITES, { method: 'POST', body });
    expect(answer.status).to.equal(403);
    expect(nextcloud.asked.filter((one) => one.startsWith('POST'))).to.eql([]);
  });

  it('refuses a form of another site, in a page that says so', async () => {
    const before = nextcloud.asked.length;
    // a name of its own, so that it is another origin for the browser
    const foreign = 'http://elsewhere.test/';
    await page.route(foreign, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<form method="post" action="${gateway.url}${READS}"><button>Win</button></form>`,
      }),
    );
    await page.goto(foreign);
    const answer = page.waitForResponse((response) => response.url().startsWith(gateway.url));
    await page.getByRole('button', { name: 'Win' }).click();
    const response = await answer;
    expect(response.status()).to.equal(403);
    expect(await page.getByRole('heading', { level: 1 }).innerText()).to.not.equal('');
    expect(await page.locator('#result').count()).to.equal(0);
    expect(nextcloud.asked.length).to.equal(before);
  });

  it('shows a foreign name nothing, in a page that says so', async () => {
    const answer = await under('evil.example.org', '/user/page', gateway);
    expect(answer.status).to.equal(403);
    expect(answer.text).to.include('<h1>').and.not.to.include('alice');
    const tried = await under('evil.example.org', READS, gateway, 'POST');
    expect(tried.status).to.equal(403);
    expect(tried.text).not.to.include('diary');
  });

  for (const [what, environment] of [
    ['clients need a token', { MCP_BEARER_TOKEN: BEARER }],
    ['others can reach it', { HOST: '0.0.0.0', MCP_BEARER_TOKEN: BEARER }],
  ] as const) {
    it(`does not offer to try tools where ${what}, and tells strangers no name`, async () => {
      const other = await startGateway(nextcloud.url, account, environment);
      try {
        const before = nextcloud.asked.length;
        expect(await textAt(READS, other)).to.include('Tools cannot be tried on this page');
        expect((await fetch(other.url + READS, { method: 'POST' })).status).to.equal(403);
        expect(await textAt('/user/page', other)).not.to.include('alice');
        expect(await textAt('/user', other)).not.to.include('alice');
        expect(nextcloud.asked.length).to.equal(before);
        expect(await textAt('/', other))
          .to.include('YOUR_TOKEN')
          .and.not.to.include(BEARER);
      } finally {
        await other.close();
      }
    });
  }
});

/** As a browser asks whose name server says that the name is here. */
function under(
  host: string,
  path: string,
  { url }: RunningGateway,
  method = 'GET',
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { Host: host, Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const outgoing = send(url + path, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
