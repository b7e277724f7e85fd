import type { BrowserContext, Page } from 'playwright-core';
import { logInAtNextcloud } from './nextcloud-login.ts';
import type { NextcloudAccount } from './nextcloud-login.ts';

/** What a person does on the page that asks whether a client may. */
export interface Choice {
  /** Scopes to untick. */
  readonly without?: readonly string[];
  /** Scopes to tick. */
  readonly with?: readonly string[];
}

/** A person at a browser: the gateway's pages by what is written on them, and their own Nextcloud. */
export class Person {
  readonly page: Page;
  readonly account: NextcloudAccount;

  constructor(page: Page, account: NextcloudAccount) {
    this.page = page;
    this.account = account;
  }

  /** The same person in a new browser window of the context. */
  static async in(context: BrowserContext, account: NextcloudAccount): Promise<Person> {
    return new Person(await context.newPage(), account);
  }

  /** Another tab of the same browser. */
  async secondTab(): Promise<Person> {
    return new Person(await this.page.context().newPage(), this.account);
  }

  async open(url: string | URL): Promise<void> {
    await this.page.goto(url.toString());
  }

  async back(): Promise<void> {
    await this.page.goBack();
  }

  heading(): Promise<string> {
    return this.page.getByRole('heading', { level: 1 }).innerText();
  }

  async text(): Promise<string> {
    const text = await this.page.locator('body').innerText();
    return text.replaceAll(/\s+/g, ' ').trim();
  }

  /** Waits for a page whose heading says this. */
  async sees(heading: RegExp): Promise<void> {
    try {
      await this.page.getByRole('heading', { level: 1, name: heading }).waitFor();
    } catch (cause) {
      const seen = await this.text().catch(() => 'nothing');
      throw new Error(`not ${String(heading)} but at ${this.page.url()}: ${seen}`, { cause });
    }
  }

  /** The code on the sign-in page, to compare with what Nextcloud shows. */
  async code(): Promise<string> {
    return (await this.page.locator('.code').innerText()).trim();
  }

  /** On the sign-in page: opens Nextcloud beside it. */
  async openNextcloud(): Promise<Page> {
    const opened = this.page.context().waitForEvent('page');
    await this.page.getByRole('link', { name: /Open Nextcloud/ }).click();
    return opened;
  }

  /**
   * The whole sign-in: compares the code, logs in and grants in Nextcloud's window, and comes back to a page that is not
   * the sign-in page any more.
   */
  async signIn(account: NextcloudAccount = this.account): Promise<void> {
    await this.sees(SIGN_IN);
    const code = await this.code();
    const window = await this.openNextcloud();
    const accept = (text: string): boolean => {
      if (!text.includes(code)) throw new Error(`Nextcloud shows another code: ${text}`);
      return true;
    };
    await logInAtNextcloud(window, account, accept);
    await this.page
      .getByRole('heading', { level: 1, name: SIGN_IN })
      .waitFor({ state: 'detached' });
    await this.page.waitForLoadState('domcontentloaded');
    if (!window.isClosed()) await window.close();
  }

  /** Nextcloud remembers who logged in there, whatever happens here. */
  async logOutAtNextcloud(nextcloudUrl: string): Promise<void> {
    const tab = await this.page.context().newPage();
    await tab.goto(`${nextcloudUrl}/index.php/logout`);
    await tab.close();
  }

  /** Same-tab form of the sign-in (Nextcloud's `oauth2` app). */
  async signInHere(account: NextcloudAccount = this.account): Promise<void> {
    await this.sees(SIGN_IN);
    await this.#leaveBy(/Go on to/);
    await logInAtNextcloud(this.page, account);
  }

  /** Scopes the consent page offers, and whether each is ticked. */
  async offered(): Promise<Map<string, boolean>> {
    const boxes = await this.page.locator('input[name=scope]').all();
    const pairs = boxes.map(async (box): Promise<[string, boolean]> => [
      (await box.getAttribute('value')) ?? '',
      await box.isChecked(),
    ]);
    return new Map(await Promise.all(pairs));
  }

  async allow(choice: Choice = {}): Promise<void> {
    await this.sees(CONSENT);
    if ((choice.with ?? []).length > 0) await this.#letDoMore();
    for (const scope of choice.without ?? []) await this.#box(scope).uncheck();
    for (const scope of choice.with ?? []) await this.#box(scope).check();
    await this.#leaveBy(/^Allow$/);
  }

  /** On the sign-in page or the consent page. */
  async cancel(): Promise<void> {
    await this.#leaveBy(/^Cancel$/);
  }

  /** On the account page: takes back what one client may do. */
  async disconnect(client: string): Promise<void> {
    const entry = this.page.locator('.entry', { has: this.page.getByText(client) });
    await entry.getByText('Disconnect…').click();
    await this.#leaveBy(/^Disconnect now$/);
  }

  /** On the account page. */
  async takeBackEverything(): Promise<void> {
    await this.page.locator('summary', { hasText: 'Take back everything' }).click();
    await this.#leaveBy(/^Take back everything now$/);
  }

  /** On the account page. */
  async signOut(): Promise<void> {
    await this.#leaveBy(/^Sign out$/);
  }

  async useAnotherAccount(): Promise<void> {
    await this.sees(CONSENT);
    await this.#leaveBy(/another account/);
  }

  /** What is not ticked to begin with is folded away. */
  async #letDoMore(): Promise<void> {
    const more = this.page.locator('summary', { hasText: /^Let it do more/ });
    if ((await more.count()) > 0) await more.click();
  }

  #box(scope: string): ReturnType<Page['locator']> {
    return this.page.locator(`input[name=scope][value="${scope}"]`);
  }

  async #leaveBy(button: RegExp): Promise<void> {
    const next = this.page.waitForEvent('domcontentloaded');
    await this.page.getByRole('button', { name: button }).click();
    await next;
    // the page that sends the browser on to the client is passed by
    await this.page.getByRole('heading', { level: 1, name: /^(?!Back to )/ }).waitFor();
  }
}

const SIGN_IN = /Sign in with your Nextcloud/;
const CONSENT = /^Allow “/;
