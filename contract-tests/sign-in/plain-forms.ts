import type { APIResponse, BrowserContext, Route } from 'playwright-core';
import { escape } from '../../relay/web/escape.ts';

/**
 * Lets a person log in at a Nextcloud whose front-end bundle is not at hand: its own pages, endpoints, cookies and
 * tokens, with a plain form where the bundle would draw one. A complete Nextcloud does not need it.
 */
export async function plainForms(context: BrowserContext, nextcloudUrl: string): Promise<void> {
  const { origin } = new URL(nextcloudUrl);
  await context.route(
    (url) => url.origin === origin,
    (route) => withForms(route, context),
  );
}

async function withForms(route: Route, context: BrowserContext): Promise<void> {
  // what is missing of the bundle is answered by a page, and that ends a session opened for a grant
  if (route.request().resourceType() !== 'document') return route.abort();
  let response = await route.fetch({ maxRedirects: 0 });
  let url = route.request().url();
  // the browser asks nobody here about the target of a redirect, so this follows those within Nextcloud
  for (let next = redirectOf(response, url); next !== undefined; next = redirectOf(response, url)) {
    url = next;
    response = await context.request.get(url, {
      maxRedirects: 0,
      headers: { Accept: 'text/html' },
    });
  }
  const type = response.headers()['content-type'] ?? '';
  if (response.status() >= 300 || !type.startsWith('text/html')) return route.fulfill({ response });
  await route.fulfill({ response, body: drawn(await response.text(), url) });
}

/** Where the answer redirects to, if that is at the same server. */
function redirectOf(response: APIResponse, from: string): string | undefined {
  const location = response.headers()['location'];
  if (response.status() < 300 || location === undefined) return undefined;
  const target = new URL(location, from);
  return target.origin === new URL(from).origin ? target.href : undefined;
}

function drawn(html: string, url: string): string {
  const requestToken = /data-requesttoken="([^"]+)"/.exec(html)?.[1] ?? '';
  const hidden = `<input type="hidden" name="requesttoken" value="${requestToken}">`;
  return (
    html
      .replace('<div id="login"></div>', `<div id="login">${loginForm(html, hidden)}</div>`)
      // the token is added by script; the address bar may hold the page before a redirect
      .replace(
        '<form method="POST" class="totp-form">',
        `<form method="POST" class="totp-form" action="${escape(url)}">${hidden}`,
      )
  );
}

function loginForm(html: string, hidden: string): string {
  const redirectUrl = initialState(html, 'loginRedirectUrl');
  return `<h2>Log in to Nextcloud</h2>
<form name="login" method="post" action="/index.php/login">${hidden}
<input type="hidden" name="redirect_url" value="${escape(redirectUrl)}">
<input name="user" aria-label="Account name or email"> <input name="password" type="password" aria-label="Password">
<button type="submit">Log in</button></form>`;
}

/** A string that the page holds for its bundle. */
function initialState(html: string, name: string): string {
  const value = new RegExp(`id="initial-state-core-${name}" value="([^"]+)"`).exec(html)?.[1];
  if (value === undefined) return '';
  const state: unknown = JSON.parse(Buffer.from(value, 'base64').toString('utf8'));
  return typeof state === 'string' ? state : '';
}
