import { auditWords } from '../audit-words.ts';
import { form } from '../form.ts';
import { foreign, markup } from '../markup.ts';
import type { Html } from '../markup.ts';
import { moment } from '../moment.ts';
import type { Page } from '../page.ts';
import { groupedByApp } from '../scope-words.ts';
import type { AccountView, AuditEntryView, ConnectedClientView, KeptAccessView } from '../views.ts';

const REVOKE_CLIENT = '/user/revoke-client';
const REVOKE_ALL = '/user/revoke-all';
const SIGN_OUT = '/oauth/logout';

/** What one sees is kept within the page's weight; the JSON twin has everything. */
const CLIENTS_SHOWN = 12;

const KEPT: Readonly<Record<KeptAccessView['kind'], { title: string; text: string }>> = {
  'app-password': {
    title: 'App password',
    text: 'Nextcloud made it for this gateway when you logged in. It is stored encrypted, and you find it in Nextcloud under Settings, Security.',
  },
  'nextcloud-oauth2': {
    title: 'Access by Nextcloud’s own sign-in',
    text: 'Nextcloud gave this gateway a token that is renewed while you use it. It is stored encrypted.',
  },
  'offline-access': {
    title: 'Background access',
    text: 'You allowed work to be done while you are not there. The token for it is stored encrypted.',
  },
  environment: {
    title: 'App password from the settings',
    text: 'Whoever runs this gateway gave it. To take it back, delete the app password in Nextcloud under Settings, Security.',
  },
};

/** Who has access, what is kept, what happened, and the buttons to end it. Without `csrf` nothing can be changed. */
export function accountPage(
  view: AccountView,
  csrf: string | undefined,
  { notice }: { readonly notice?: string | undefined } = {},
): Page {
  const body = markup`${notice === undefined ? markup`` : markup`<div class="notice good" role="status"><p>${notice}</p></div>`}
${person(view, csrf)}
${view.readOnly ? markup`<div class="notice"><p><strong>Read only.</strong> Nothing in Nextcloud can be changed through this gateway${view.mode === 'single-user' ? '' : ' with your account'}.</p></div>` : markup``}
${view.mode === 'single-user' ? markup`` : clients(view, csrf)}
${kept(view)}
${view.mode === 'single-user' ? markup`` : activity(view)}
${csrf === undefined || view.mode === 'single-user' ? markup`` : everything(view, csrf)}
<p class="soft">The same as data: <a href="/user">/user</a></p>`;
  return { title: 'Your account', body, width: 'middle', section: 'account' };
}

function person({ mode, account, nextcloud }: AccountView, csrf: string | undefined): Html {
  const { userId, displayName, issuer } = account;
  const name =
    displayName === undefined || displayName === userId
      ? markup`<strong>${foreign(userId)}</strong>`
      : markup`<strong>${foreign(displayName)}</strong> (${foreign(userId)})`;
  const through =
    mode === 'provider' && issuer !== undefined ? markup`, signed in by ${issuer}` : markup``;
  const out =
    csrf === undefined
      ? markup``
      : form({ action: SIGN_OUT, csrf }, markup`<button class="small">Sign out</button>`);
  const alone =
    mode === 'single-user'
      ? markup`<p class="soft">This gateway works for one account, named in its settings. Nobody signs in here.</p>`
      : markup``;
  return markup`<section class="card" aria-label="Account"><div class="person"><p>${name}<br><span class="soft">at ${nextcloud}${through}</span></p>${out}</div>${alone}</section>`;
}

function clients({ mode, clients: all }: AccountView, csrf: string | undefined): Html {
  const shown = all.slice(0, CLIENTS_SHOWN).map((one) => clientEntry(one, mode, csrf));
  const empty =
    mode === 'embedded'
      ? markup`<p>No app is connected. <a href="/">How to connect one</a></p>`
      : markup`<p>No app has called lately. <a href="/">How to connect one</a></p>`;
  const more =
    all.length > CLIENTS_SHOWN
      ? markup`<p class="soft">${String(all.length - CLIENTS_SHOWN)} more, longer unchanged, are listed under <a href="/user">/user</a>; they come up here as others go.</p>`
      : markup``;
  const note =
    mode === 'provider' && all.length > 0
      ? markup`<p class="soft">Apps get their access from your identity provider; single ones are ended there.</p>`
      : markup``;
  return markup`<section class="card" aria-labelledby="apps"><h2 id="apps">Connected apps</h2>${all.length === 0 ? empty : shown}${more}${note}</section>`;
}

function clientEntry(
  { client, scopes, since, lastUsed }: ConnectedClientView,
  mode: AccountView['mode'],
  csrf: string | undefined,
): Html {
  const { id, name, host, vouched } = client;
  const claim = vouched ? '' : ' (name not checked)';
  return markup`<div class="entry"><h3>${foreign(name)}${claim === '' ? markup`` : markup`<span class="soft">${claim}</span>`}</h3>
<dl class="facts">${host === '' ? markup`` : markup`<dt>Answers go to</dt><dd>${host}</dd>`}${name === id ? markup`` : markup`<dt>Client id</dt><dd><code>${id}</code></dd>`}<dt>${mode === 'embedded' ? 'Allowed' : 'Seen since'}</dt><dd>${moment(since)}</dd><dt>Last used</dt><dd>${lastUsed === undefined ? 'not yet' : moment(lastUsed)}</dd></dl>
${scopes.length === 0 ? markup`` : rights(scopes)}
${csrf === undefined || mode !== 'embedded' ? markup`` : disconnect(id, name, csrf)}</div>
`;
}

/** In short: the consent page had the sentences, and there may be many apps. */
function rights(scopes: readonly string[]): Html {
  const groups = groupedByApp(scopes.map((scope) => ({ scope }))).map(
    ({ title, entries }) =>
      markup`<li>${title}: ${[...new Set(entries.map(({ writes }) => (writes ? 'changes' : 'reads')))].join(' and ')}</li>`,
  );
  return markup`<details><summary>What it may do</summary><ul>${groups}</ul></details>`;
}

/** The second click is the confirmation; it needs no script. */
function disconnect(id: string, name: string, csrf: string): Html {
  const button = markup`<input type="hidden" name="client" value="${id}"><button class="danger">Disconnect now</button>`;
  return markup`<details class="ask"><summary class="button danger small">Disconnect…<span class="unseen"> ${foreign(name)}</span></summary><p>${foreign(name)} loses its access at once. It can ask you again.</p>${form({ action: REVOKE_CLIENT, csrf }, button)}</details>`;
}

function kept({ kept: all }: AccountView): Html {
  const entries = all.map((one) => {
    const { title, text } = KEPT[one.kind];
    return markup`<div class="entry"><h3>${title}${one.dead === true ? markup` <span class="tag removes">refused</span>` : markup``}</h3><p class="soft">${text}</p>${one.dead === true ? markup`<div class="notice care"><p>It is not accepted any more. Sign in again when an app asks you to.</p></div>` : markup``}${times(one)}</div>`;
  });
  const nothing = markup`<p>Nothing is kept for you.</p>`;
  return markup`<section class="card" aria-labelledby="kept"><h2 id="kept">What the gateway keeps</h2>${all.length === 0 ? nothing : entries}</section>`;
}

function times({ since, lastUsed }: KeptAccessView): Html {
  if (since === undefined) return markup``;
  return markup`<dl class="facts"><dt>Since</dt><dd>${moment(since)}</dd>${lastUsed === undefined ? markup`` : markup`<dt>Last used</dt><dd>${moment(lastUsed)}</dd>`}</dl>`;
}

function activity({ audit, clients: known }: AccountView): Html {
  const names = new Map(known.map(({ client }) => [client.id, client.name]));
  const entries = audit.map((entry) => {
    const { what, how } = auditWords(entry);
    const target =
      entry.target === undefined ? markup`` : markup`: <strong>${foreign(entry.target)}</strong>`;
    const app = appName(entry, names);
    return markup`<li class="event"><span>${what}${target}<br><span class="soft">${moment(entry.at)}${app === '' ? '' : markup`, ${foreign(app)}`}</span></span><span class="tag ${LOOKS[entry.outcome] ?? 'removes'}">${how}</span></li>\n`;
  });
  const list =
    entries.length === 0 ? markup`<p>Nothing yet.</p>` : markup`<ul class="plain">${entries}</ul>`;
  return markup`<section class="card" aria-labelledby="activity"><h2 id="activity">Recent activity</h2>${list}</section>`;
}

const LOOKS: Readonly<Record<string, string>> = { ok: 'reads', refused: 'writes' };

function appName({ client }: AuditEntryView, names: ReadonlyMap<string, string>): string {
  return client === undefined ? '' : (names.get(client) ?? client);
}

function everything({ mode }: AccountView, csrf: string): Html {
  const what =
    mode === 'embedded'
      ? 'Every app loses its access at once, what the gateway keeps is deleted, also in Nextcloud, and you are signed out in all browsers.'
      : 'What the gateway keeps is forgotten and withdrawn at Nextcloud or your identity provider, and you are signed out in all browsers.';
  const button = markup`<button class="danger">Take back everything now</button>`;
  return markup`<section class="card" aria-labelledby="end"><h2 id="end">Take back everything</h2><p>${what} Your files, notes and events stay as they are.</p><details class="ask"><summary class="button danger small">Take back everything…</summary>${form({ action: REVOKE_ALL, csrf }, button)}</details></section>`;
}
