import { mkdirSync } from 'node:fs';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { startGateway } from '../gateway.ts';
import type { RunningGateway } from '../gateway.ts';
import { readRecordings } from '../recording.ts';
import { startRecordedNextcloud } from '../replay/recorded-nextcloud.ts';
import type { RecordedNextcloud } from '../replay/recorded-nextcloud.ts';
import { launchBrowser } from './browser.ts';

const LOOKS = [
  { name: 'light', colorScheme: 'light', width: 1200 },
  { name: 'dark', colorScheme: 'dark', width: 1200 },
  { name: 'phone', colorScheme: 'light', width: 375 },
] as const;

describe('start page in Chromium', () => {
  let browser: Browser;
  let nextcloud: RecordedNextcloud;
  let gateway: RunningGateway;

  before(async () => {
    mkdirSync('test-artefacts', { recursive: true });
    browser = await launchBrowser();
    nextcloud = await startRecordedNextcloud(readRecordings('32').slice(0, 1), { mode: 'lenient' });
    gateway = await startGateway(nextcloud.url, { username: 'alice', password: 'not-a-secret' });
  });
  after(async () => {
    await browser.close();
    await gateway.close();
    await nextcloud.close();
  });

  for (const { name, colorScheme, width } of LOOKS) {
    it(`tells how to connect and fits the screen: ${name}`, async () => {
      const context = await browser.newContext({
        colorScheme,
        viewport: { width, height: 900 },
        javaScriptEnabled: false,
      });
      const page = await context.newPage();
      const answer = await page.goto(gateway.url);
      expect(answer?.status()).to.equal(200);
      expect(answer?.headers()['content-security-policy']).to.include("default-src 'none'");
      expect((await page.content()).length).to.be.lessThan(50_000);
      const text = await page.innerText('body');
      expect(text)
        .to.include(`${gateway.url}/mcp`)
        .and.to.include('Claude Code')
        .and.to.include('Cursor');
      expect(await page.locator('h1').count()).to.equal(1);
      // what is wider than the screen hides from people on a phone
      const box = await page.locator('main').boundingBox();
      expect((box?.x ?? 0) + (box?.width ?? 0)).to.be.at.most(width);
      await page.screenshot({ path: `test-artefacts/start-page-${name}.png`, fullPage: true });
      await context.close();
    });
  }
});
