import type { Page } from 'playwright-core';

/** What a person types at Nextcloud's login. */
export interface NextcloudAccount {
  /** Account name or mail address. */
  readonly loginName: string;
  readonly password: string;
  /** The code of the second step, when it is asked for. */
  readonly oneTimeCode?: () => string | Promise<string>;
}

/** Pages of Nextcloud that a login leads over, told by what is on them. */
type Step = 'picker' | 'login' | 'second step' | 'grant' | 'done' | 'elsewhere';

const MOST_STEPS = 8;

/**
 * Goes through Nextcloud's own pages as a person does: who asks, log in, second step, grant. Ends on the page that says
 * it is done, where the login leads back to the gateway, or when the gateway's page closed the window.
 * @param accept sees the text of the grant page and may refuse (the window is then left as it is)
 * @throws when a page is none of these, e.g. for a wrong password
 */
export async function logInAtNextcloud(
  window: Page,
  account: NextcloudAccount,
  accept: (grantText: string) => boolean = () => true,
): Promise<void> {
  await window.waitForLoadState('domcontentloaded');
  let before: Step | undefined;
  for (let count = 0; count < MOST_STEPS && !window.isClosed(); count += 1) {
    const step = await stepOf(window);
    if (step === 'done' || step === 'elsewhere') return;
    if (step === before) throw new Error(`Nextcloud asks again: ${await textOf(window)}`);
    before = step;
    if (step === 'picker') {
      await goOn(window, () => leavePicker(window));
    } else if (step === 'login') {
      await window.locator('[name=user]').fill(account.loginName);
      await window.locator('[name=password]').fill(account.password);
      await goOn(window, () => window.locator('form[name=login] [type=submit]').click());
    } else if (step === 'second step') {
      await window.locator('[name=challenge]').fill((await account.oneTimeCode?.()) ?? '');
      await goOn(window, () => window.locator('.totp-form [type=submit]').click());
    } else {
      if (!accept(await textOf(window))) return;
      await goOn(window, () => window.getByRole('button', { name: 'Grant access' }).click());
      // the gateway's page may close the window at any time now
      await stepOf(window).catch((error: unknown) => {
        if (!window.isClosed()) throw error;
      });
      return;
    }
  }
}

/** The real page's button is brought to life by a script, which follows the form's address like a link. */
async function leavePicker(window: Page): Promise<void> {
  const button = window.locator('#login-form [type=submit]');
  if (await button.isEnabled()) await button.click();
  else {
    const action = await window.locator('#login-form').getAttribute('action');
    await window.goto(new URL(action ?? '', window.url()).href);
  }
}

async function stepOf(window: Page): Promise<Step> {
  const has = async (selector: string): Promise<boolean> =>
    (await window.locator(selector).count()) > 0;
  if (await has('#login-form')) return 'picker';
  if (await has('form[name=login]')) return 'login';
  if (await has('.totp-form')) return 'second step';
  if (!(await has('#body-login'))) return 'elsewhere';
  const heading = await window.getByRole('heading', { level: 2 }).first().innerText();
  if (heading === 'Account access') return 'grant';
  if (heading === 'Account connected') return 'done';
  throw new Error(`Nextcloud says: ${await textOf(window)}`);
}

async function textOf(window: Page): Promise<string> {
  return (await window.locator('body').innerText()).replaceAll(/\s+/g, ' ').trim();
}

/** Until the next page is there, or the window is gone: the gateway closes it once the login is granted. */
async function goOn(window: Page, act: () => Promise<void>): Promise<void> {
  const closed = window.waitForEvent('close').catch(() => undefined);
  const next = window.waitForEvent('domcontentloaded').catch(() => undefined);
  await act();
  await Promise.race([next, closed]);
}
