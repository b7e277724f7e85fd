import { LOOKS_AGAIN_SECONDS, loginWindow } from '../login-window.ts';
import type { LoginWindow } from '../login-window.ts';
import { foreign, markup } from '../markup.ts';
import type { Page } from '../page.ts';
import { messagePage } from './message.ts';

/** Where people connect their Nextcloud once, because their identity provider cannot open it. */
export interface ConnectOfferView {
  /** Id of the client that asked, at the identity provider. */
  readonly client: string;
  /** Who has to log in, as Nextcloud knows them. */
  readonly userId: string;
  /** Of the link. */
  readonly state: string;
}

const TITLE = 'Connect your Nextcloud';

/** Before anything starts: looking at it changes nothing. */
export function connectOfferPage({ client, userId, state }: ConnectOfferView): Page {
  const body = markup`<p class="lead">An app asks to work in your Nextcloud as <strong>${foreign(userId)}</strong>. Your identity provider knows it as <strong>${foreign(client)}</strong>.</p>
<div class="card">
<p>You log in to Nextcloud once and grant the access there; this gateway keeps an app password for you, encrypted. Go on only if you asked for this just now.</p>
<form method="post" action="/oauth/connect"><input type="hidden" name="state" value="${state}"><button class="primary whole">Connect Nextcloud</button></form>
</div>
<p class="soft">If you did not, close this page: nothing happens then.</p>`;
  return { title: TITLE, body };
}

/** While Nextcloud's own login is open beside it. */
export function connectWindowPage(login: LoginWindow): Page {
  const { host } = new URL(login.loginUrl);
  const body = loginWindow(login, host, 'close that window and this page');
  return { title: TITLE, body, script: true, refresh: LOOKS_AGAIN_SECONDS };
}

export const CONNECTED: Page = messagePage({
  status: 200,
  title: 'Nextcloud is connected',
  text: 'Your assistant can work in your Nextcloud now, within what you allowed it.',
  advice: 'Close this page and go on in your assistant. To take it back, open your account here.',
  link: { href: '/user/page', text: 'Your account' },
});

export const ANOTHER_ACCOUNT: Page = messagePage({
  status: 403,
  title: 'That was another account',
  text: 'The account that logged in to Nextcloud is not the one that asked. Nothing was kept.',
  advice:
    'Log out of Nextcloud, ask your assistant for a new link, and log in with your own account.',
});
