import { markup } from '../markup.ts';
import type { Html } from '../markup.ts';
import type { Page } from '../page.ts';
import { connections } from '../connections.ts';
import type { Connection } from '../connections.ts';

export interface StartView {
  /** Where MCP clients connect. */
  readonly endpoint: string;
  /** `people`: everybody signs in, by themselves, when their client connects. */
  readonly mode: 'demo' | 'single-user' | 'people';
  /** Clients need the token that the gateway was started with; it is never shown, only its place. */
  readonly bearer: boolean;
  /** Host of the Nextcloud; absent where a page for everybody should not name it. */
  readonly nextcloud?: string | undefined;
  /** `unknown`: it did not answer while the page was made. */
  readonly health: 'ready' | 'not_ready' | 'unknown';
}

/** What this is, whether it works, and how to connect each client. */
export function startPageOf(view: StartView): Page {
  const { endpoint, nextcloud } = view;
  const clients = connections(endpoint, view.bearer);
  const body = markup`<p class="lead">Assistants, editors and agents work in ${nextcloud === undefined ? 'your Nextcloud' : markup`<strong>${nextcloud}</strong>`} through this server: notes, files, calendars, tasks, contacts, boards and more.</p>
<section class="card" aria-labelledby="address"><h2 id="address">The address</h2>
${snippet(endpoint, 'the address')}
<p>${howToSignIn(view)}</p>
<p class="status">${healthOf(view)}</p></section>
${demoNote(view)}
<h2>Connect your client</h2>
<ul class="tags chips">${clients.map(({ id, title }) => markup`<li><a class="button small" href="#${id}">${title}</a></li>`)}</ul>
<div class="pair">${clients.map(connectionCard)}</div>`;
  return { title: 'Nextcloud MCP gateway', body, script: true, width: 'wide', section: 'start' };
}

function demoNote({ mode }: StartView): Html {
  if (mode !== 'demo') return markup``;
  return markup`<div class="notice care"><p>This is a <strong>demo</strong>: answers come from recordings, no Nextcloud is connected. Set <code>NEXTCLOUD_HOST</code>, <code>NEXTCLOUD_USERNAME</code> and <code>NEXTCLOUD_PASSWORD</code> to connect yours.</p></div>`;
}

function howToSignIn({ mode, bearer }: StartView): Html {
  if (bearer) {
    return markup`Clients need the token that this gateway was started with. Put it where <code>YOUR_TOKEN</code> stands.`;
  }
  return mode === 'people'
    ? markup`That is all a client needs. The sign-in opens by itself in your browser, with your own Nextcloud account.`
    : markup`That is all a client needs. It works for one account, named in the settings.`;
}

function healthOf({ health, mode }: StartView): Html {
  const what = mode === 'demo' ? 'the recordings answer' : 'Nextcloud answers';
  switch (health) {
    case 'ready':
      return markup`<span class="dot good"></span><span>Everything works: ${what}.</span>`;
    case 'not_ready':
      return markup`<span class="dot bad"></span><span><strong>Nextcloud does not answer.</strong> Clients can connect, but tools will fail. <a href="/health/ready">Details</a></span>`;
    case 'unknown':
      return markup`<span class="dot"></span><span>Nextcloud is slow to answer. <a href="/health/ready">Look again</a></span>`;
  }
}

function connectionCard({ id, title, steps, text, place }: Connection): Html {
  const where = place === undefined ? markup`` : markup`<p class="soft">${place}</p>`;
  const list =
    steps.length === 0
      ? markup``
      : markup`<ol>${steps.map((step) => markup`<li>${step}</li>`)}</ol>`;
  return markup`<section class="card" aria-labelledby="${id}"><h3 id="${id}">${title}</h3>${list}${where}${text === undefined ? markup`` : snippet(text, `the set-up for ${title}`)}</section>
`;
}

/** Can be reached with the keyboard, because it may have to be scrolled. */
function snippet(text: string, what: string): Html {
  return markup`<div class="copyable" data-copy="${what}"><pre tabindex="0" role="region" aria-label="${what}"><code>${text}</code></pre></div>`;
}
