import { webAddress } from './form.ts';
import { markup } from './markup.ts';
import type { Html } from './markup.ts';

/** A login at Nextcloud beside our page (Login Flow v2). */
export interface LoginWindow {
  readonly loginUrl: string;
  readonly code: string;
  /** Asked by the script for `{ "done": boolean }`. */
  readonly statusPath: string;
}

/** Without script the page asks for itself again after so many seconds. */
export const LOOKS_AGAIN_SECONDS = 3;

/**
 * The code to compare and the way to Nextcloud's own login; for pages with `script` and `refresh`.
 * @param nextcloud host that will open
 * @param wayOut what to do when something is wrong, e.g. `close that window`
 */
export function loginWindow(
  { loginUrl, code, statusPath }: LoginWindow,
  nextcloud: string,
  wayOut: string,
): Html {
  return markup`<div class="card">
<p class="step">Compare this code</p>
<p class="code" aria-hidden="true">${code}</p>
<p class="unseen">The code is ${Array.from(code).join(' ')}.</p>
<p>${nextcloud} shows the same code before you grant access. If it shows another one, or if you did not start this yourself, ${wayOut}.</p>
<a class="button primary whole" href="${webAddress(loginUrl)}" target="_blank" rel="noopener noreferrer" data-popup>Open Nextcloud and log in<span class="unseen"> (opens a new window)</span></a>
<p class="status waiting" role="status" data-status-path="${statusPath}"><span class="dot"></span><span data-words>Waiting for your login. This page goes on by itself.</span></p>
<p class="soft">It does not? <a href="">I have granted access: go on.</a></p>
</div>
<p class="soft">Your password is asked by ${nextcloud} alone; this gateway never sees it.</p>`;
}
