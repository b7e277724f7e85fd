import { markup } from '../../../relay/web/markup.ts';
import type { Html } from '../../../relay/web/markup.ts';

/*
 * The pages of a login at Nextcloud 32: headings, buttons, field names and actions are those of the real ones, so that
 * one robot person finds their way through both. What differs: everything is a plain form and needs no script.
 */

function page(content: Html): string {
  return markup`<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Nextcloud</title></head>
<body id="body-login">
<h1>Nextcloud</h1>
${content}
</body>
</html>`.text;
}

function hidden(fields: Readonly<Record<string, string>>): Html[] {
  return Object.entries(fields).map(
    ([name, value]) => markup`<input type="hidden" name="${name}" value="${value}">`,
  );
}

/** First page of both flows: who asks. */
export function pickerPage(
  client: string,
  action: string,
  fields: Readonly<Record<string, string>>,
): string {
  return page(markup`<div class="picker-window">
<h2>Connect to your account</h2>
<p class="info">Please log in before granting <strong>${client}</strong> access to your Nextcloud account.</p>
<form id="login-form" action="${action}" method="get">${hidden(fields)}
<input type="submit" class="login primary" value="Log in"></form>
</div>`);
}

export function loginPage(login: {
  readonly requestToken: string;
  readonly redirectUrl: string;
  readonly user: string;
  readonly failed: boolean;
}): string {
  const { requestToken: requesttoken, redirectUrl, user, failed } = login;
  return page(markup`<h2>Log in to Nextcloud</h2>
${failed ? markup`<p class="warning">Wrong login or password.</p>` : markup``}
<form method="post" name="login" action="/index.php/login">${hidden({ requesttoken, redirect_url: redirectUrl })}
<label for="user">Account name or email</label> <input id="user" name="user" value="${user}" autocomplete="username">
<label for="password">Password</label> <input id="password" name="password" type="password" autocomplete="current-password">
<button type="submit">Log in</button></form>`);
}

export function challengePage(requesttoken: string, failed: boolean): string {
  return page(markup`<div class="two-factor">
<h2 class="two-factor-header">TOTP (Authenticator app)</h2>
${failed ? markup`<p><strong>Error while validating your second factor</strong></p>` : markup``}
<form method="POST" class="totp-form">${hidden({ requesttoken })}
<input type="text" minlength="6" maxlength="10" name="challenge" required autocomplete="one-time-code" placeholder="Authentication code">
<button class="primary two-factor-submit" type="submit">Submit</button></form>
</div>`);
}

export function grantPage(grant: {
  readonly client: string;
  readonly userId: string;
  readonly displayName: string;
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}): string {
  return page(markup`<div class="picker-window small">
<h2>Account access</h2>
<p class="info">Currently logged in as ${grant.displayName} (${grant.userId}).</p>
<p class="info">You are about to grant <strong>${grant.client}</strong> access to your Nextcloud account.</p>
<form method="POST" action="${grant.action}">${hidden(grant.fields)}
<input type="submit" class="login primary" value="Grant access"></form>
</div>`);
}

export function donePage(): string {
  return page(markup`<div class="picker-window">
<h2>Account connected</h2>
<p class="info">Your client should now be connected!<br>You can close this window.</p>
</div>`);
}

export function forbiddenPage(message: string): string {
  return page(markup`<h2>Access forbidden</h2>
<p class="hint">${message}</p>
<p><a class="button primary" href="/">Back to Nextcloud</a></p>`);
}
