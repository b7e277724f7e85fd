import { form } from '../form.ts';
import { LOOKS_AGAIN_SECONDS, loginWindow } from '../login-window.ts';
import { foreign, markup } from '../markup.ts';
import type { Html } from '../markup.ts';
import type { Page } from '../page.ts';
import type { SignInView } from '../views.ts';

type Redirect = Extract<SignInView['way'], { kind: 'redirect' }>;

/** Before Nextcloud's own login: who asks, which Nextcloud will open, and the code to compare. */
export function signInPage(view: SignInView): Page {
  const { way, nextcloud, notice } = view;
  const body = markup`${whoAsks(view)}
${notice === undefined ? markup`` : markup`<div class="notice care" role="alert"><p>${notice}</p></div>`}
${way.kind === 'window' ? loginWindow(way, nextcloud, wayOut(view)) : inThisTab(way, nextcloud)}
${cancelButton(view)}`;
  const provider = way.kind === 'redirect' ? way.provider : undefined;
  const title = provider === undefined ? 'Sign in with your Nextcloud' : 'Sign in';
  return way.kind === 'window'
    ? { title, body, script: true, refresh: LOOKS_AGAIN_SECONDS }
    : // the login may lead over other servers (single sign-on), and each of them is a redirect after the form
      { title, body, formTargets: ['https:', way.target] };
}

function whoAsks({ client, nextcloud, way }: SignInView): Html {
  const where = markup`<strong>${nextcloud}</strong>`;
  if (client === undefined) {
    const door = way.kind === 'redirect' ? way.provider : undefined;
    return markup`<p class="lead">To see and change what is connected${door === undefined ? markup`, log in at ${where}` : markup` to ${where}, log in at <strong>${door}</strong>`}.</p>`;
  }
  return markup`<p class="lead">An app that calls itself <strong>“${foreign(client.name)}”</strong> wants to work in your Nextcloud ${where}. The answer goes to <strong>${client.host}</strong>.</p>`;
}

function inThisTab({ form: post, provider }: Redirect, nextcloud: string): Html {
  const door = provider ?? nextcloud;
  const button = markup`<button class="primary whole">Go on to ${door}</button>`;
  return markup`<div class="card">
<p>${door} asks for your name and password and sends you back here.${provider === undefined ? '' : ` You will then work in the Nextcloud at ${nextcloud}.`}</p>
${form(post, button)}
</div>
<p class="soft">Your password is asked by ${door} alone; this gateway never sees it.</p>`;
}

function cancelButton({ cancel }: SignInView): Html {
  if (cancel === undefined) return markup``;
  return form(cancel, markup`<button>Cancel</button>`);
}

function wayOut({ cancel }: SignInView): string {
  return cancel === undefined
    ? 'close that window and this page'
    : 'close that window and cancel here';
}
