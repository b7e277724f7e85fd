import type { Browser, BrowserContext } from 'playwright-core';
import type { NextcloudAccount } from './nextcloud-login.ts';
import { plainForms } from './plain-forms.ts';

/** The list "Devices & sessions" in a person's security settings, read and changed with a browser of their own. */
export interface NextcloudDevices {
  names(): Promise<string[]>;
  /** The person removes those whose name contains this. */
  remove(part: string): Promise<void>;
  close(): Promise<void>;
}

interface Device {
  readonly id: number;
  readonly name: string;
}

/** For a real server on a machine that has more to do. */
export const PATIENCE_MS = 120_000;

const SETTINGS = '/index.php/settings/user/security';
const LIST = /id="initial-state-settings-app_tokens" value="([^"]+)"/;
const TOKEN = /data-requesttoken="([^"]+)"/;

export async function openDevices(
  browser: Browser,
  nextcloudUrl: string,
  account: NextcloudAccount,
): Promise<NextcloudDevices> {
  const context = await browser.newContext();
  context.setDefaultTimeout(PATIENCE_MS);
  await plainForms(context, nextcloudUrl);
  await logIn(context, nextcloudUrl, account);

  async function settings(): Promise<{ devices: Device[]; requestToken: string }> {
    const headers = { Accept: 'text/html' };
    const answer = await context.request.get(`${nextcloudUrl}${SETTINGS}`, { headers });
    const html = await answer.text();
    const list = LIST.exec(html)?.[1];
    if (list === undefined) throw new Error('Nextcloud shows no list of devices');
    const devices = JSON.parse(Buffer.from(list, 'base64').toString('utf8')) as Device[];
    return { devices, requestToken: TOKEN.exec(html)?.[1] ?? '' };
  }

  return {
    names: async () => (await settings()).devices.map(({ name }) => name),
    async remove(part) {
      const { devices, requestToken } = await settings();
      for (const { id, name } of devices) {
        if (!name.includes(part)) continue;
        const url = `${nextcloudUrl}/index.php/settings/personal/authtokens/${String(id)}`;
        const answer = await context.request.delete(url, {
          headers: { requesttoken: requestToken },
        });
        if (!answer.ok()) throw new Error(`Nextcloud keeps a device: ${String(answer.status())}`);
      }
    },
    close: () => context.close(),
  };
}

async function logIn(
  context: BrowserContext,
  nextcloudUrl: string,
  account: NextcloudAccount,
): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${nextcloudUrl}/index.php/login`);
  await page.locator('[name=user]').fill(account.loginName);
  await page.locator('[name=password]').fill(account.password);
  const next = page.waitForEvent('domcontentloaded');
  await page.locator('form[name=login] [type=submit]').click();
  await next;
  if (account.oneTimeCode !== undefined) {
    await page.locator('[name=challenge]').fill(await account.oneTimeCode());
    const last = page.waitForEvent('domcontentloaded');
    await page.locator('.totp-form [type=submit]').click();
    await last;
  }
  await page.close();
}
