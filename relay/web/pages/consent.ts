import { form } from '../form.ts';
import { foreign, markup } from '../markup.ts';
import type { Html } from '../markup.ts';
import type { Page } from '../page.ts';
import { groupedByApp } from '../scope-words.ts';
import type { ScopeGroup } from '../scope-words.ts';
import type { ClientView, ConsentView, ScopeView } from '../views.ts';
import { rightTag } from './tags.ts';

/** What a client may do in the person's name: everything can be left out, nothing is decided by leaving the page. */
export function consentPage(view: ConsentView): Page {
  const { client, nextcloud, asked, looksLike } = view;
  const body = markup`<p class="lead">It wants to work in your Nextcloud <strong>${nextcloud}</strong> in your name.</p>
${looksLike === undefined ? markup`` : lookAlike(client, looksLike)}
${whoAsks(client)}
${accountOf(view)}
${form(view.allow, markup`${asked.length === 0 ? nothingNew() : choices(asked)}${earlier(view.already)}${decision()}`)}
${form(view.cancel, markup``, 'cancel')}`;
  const heading = markup`Allow “${foreign(client.name)}”?`;
  return { title: `Allow “${client.name}”?`, heading, body };
}

function lookAlike(client: ClientView, known: string): Html {
  return markup`<div class="notice bad" role="alert"><p><strong>Take care.</strong> “${foreign(client.name)}” looks like <strong>“${foreign(known)}”</strong>, which is known here, but it is another app. If you meant that one, cancel.</p></div>`;
}

function whoAsks({ name, host, id, vouched }: ClientView): Html {
  const claim = vouched
    ? markup`<p class="soft">The name comes from ${host} itself.</p>`
    : markup`<p class="soft">Nobody has checked the name: it is what the app says about itself. Go on only if you have just started this in an app that you trust.</p>`;
  return markup`<section class="card" aria-labelledby="app"><h2 id="app">The app</h2>
<dl class="facts"><dt>Calls itself</dt><dd><strong>${foreign(name)}</strong></dd><dt>Answer goes to</dt><dd><strong>${host}</strong></dd><dt>Client id</dt><dd><code>${id}</code></dd></dl>
${claim}</section>`;
}

function accountOf({ account, nextcloud, otherAccount }: ConsentView): Html {
  const { userId, displayName } = account;
  const who =
    displayName === undefined || displayName === userId
      ? markup`<strong>${foreign(userId)}</strong>`
      : markup`<strong>${foreign(displayName)}</strong> (${foreign(userId)})`;
  return markup`<section class="card person" aria-label="Your account"><p>You are ${who}<br><span class="soft">at ${nextcloud}</span></p>
${form(otherAccount, markup`<button class="small">Use another account</button>`)}</section>`;
}

/** What is ticked is always seen; the rest would only push the decision off the screen. */
function choices(asked: readonly ScopeView[]): Html {
  const ticked = asked.filter(({ checked }) => checked);
  const further = asked.filter(({ checked }) => !checked);
  const isLong = ticked.length > 0 && further.length > 0;
  const more = markup`<details class="more"><summary>Let it do more (${String(further.length)})</summary>${groupedByApp(further).map(group)}</details>`;
  return markup`<section class="card" aria-labelledby="scopes"><h2 id="scopes">What it may do</h2>
<p class="soft">Tick what it may do, and nothing else. You can take everything back later on your account page.</p>
${groupedByApp(isLong ? ticked : asked).map(group)}${isLong ? more : markup``}</section>`;
}

function group({ title, entries }: ScopeGroup<ScopeView>): Html {
  const boxes = entries.map(
    ({ scope, checked, sentence, writes }) =>
      markup`<label class="scope"><input type="checkbox" name="scope" value="${scope}"${checked ? markup` checked` : markup``}><span>${rightTag(writes)}${sentence}</span></label>`,
  );
  return markup`<fieldset><legend>${title}</legend>${boxes}</fieldset>\n`;
}

function nothingNew(): Html {
  return markup`<section class="card"><p>It asks for nothing new. What you allowed before stays as it is.</p></section>`;
}

function earlier(already: readonly string[]): Html {
  if (already.length === 0) return markup``;
  const groups = groupedByApp(already.map((scope) => ({ scope }))).map(
    ({ title, entries }) =>
      markup`<li><strong>${title}</strong><ul class="plain">${entries.map(({ sentence, writes }) => markup`<li>${sentence} ${rightTag(writes)}</li>`)}</ul></li>`,
  );
  return markup`<section class="card"><details><summary>Already allowed (${String(already.length)})</summary><ul class="plain">${groups}</ul></details></section>`;
}

function decision(): Html {
  return markup`<div class="actions"><button class="primary">Allow</button><button form="cancel">Cancel</button></div>`;
}
