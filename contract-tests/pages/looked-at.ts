import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContext, Page, Response } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FOLDER = 'test-artefacts/running';
const MOST_BYTES = 50_000;

const LOOKS = [
  { name: 'light', colorScheme: 'light', width: 1200 },
  { name: 'dark', colorScheme: 'dark', width: 1200 },
  { name: 'phone', colorScheme: 'light', width: 375 },
] as const;

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly target: readonly string[] }[];
}

/** Looks at pages of a running gateway as they stand in the browser, and collects what is wrong with them. */
export interface Inspector {
  /** Checked in light, dark and on a phone, and kept as pictures under this name. */
  look(page: Page, name: string): Promise<void>;
  /** In words, with the page's name. */
  readonly faults: readonly string[];
}

/** @param root of the gateway: every page of it that the context loads is weighed */
export function inspector(context: BrowserContext, root: () => string): Inspector {
  mkdirSync(FOLDER, { recursive: true });
  const faults: string[] = [];
  const weighing: Promise<void>[] = [];
  context.on('response', (response) => {
    if (response.url().startsWith(root())) weighing.push(weigh(response, faults));
  });
  context.on('console', (message) => {
    const policy = /Content.Security.Policy/i.test(message.text());
    if (policy && message.page()?.url().startsWith(root()) === true) faults.push(message.text());
  });
  return {
    faults,
    async look(page, name) {
      for (const { name: how, colorScheme, width } of LOOKS) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        await page.screenshot({ path: `${FOLDER}/${name}-${how}.png`, fullPage: true });
        const wider = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        if (wider !== 0) faults.push(`${name}, ${how}: wider than the screen`);
        if (how === 'phone') continue; // the same elements and colours
        for (const fault of await heldAgainst(page)) faults.push(`${name}, ${how}: ${fault}`);
      }
      await Promise.all(weighing);
    },
  };
}

async function weigh(response: Response, faults: string[]): Promise<void> {
  const isPage = (response.headers()['content-type'] ?? '').startsWith('text/html');
  if (!isPage || response.status() === 303) return;
  const { length } = await response.body().catch(() => Buffer.alloc(0)); // gone on already
  if (length > MOST_BYTES) faults.push(`${response.url()} weighs ${String(length)} bytes`);
}

/** Serious and critical ones of axe. */
async function heldAgainst(page: Page): Promise<readonly string[]> {
  // not as a script of the page: its policy allows none
  const violations = await page.evaluate<readonly Violation[]>(
    `(() => { ${AXE}; return axe.run(document).then((result) => result.violations); })()`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}
