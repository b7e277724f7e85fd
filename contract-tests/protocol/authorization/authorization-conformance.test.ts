import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../browser/browser.ts';
import { describeClientScenarios } from './client-scenarios.ts';
import { startEmbeddedBed } from './embedded-bed.ts';
import type { EmbeddedBed } from './embedded-bed.ts';
import { describeServerScenarios } from './server-scenarios.ts';

describe('the official MCP conformance suite, our authorization server', () => {
  let browser: Browser;
  let bed: EmbeddedBed;
  before(async () => {
    browser = await launchBrowser();
    bed = await startEmbeddedBed(browser);
  });
  after(async () => {
    await bed.close();
    await browser.close();
  });

  describeServerScenarios(() => bed);
  describeClientScenarios(() => bed);
});
