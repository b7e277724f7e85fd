import { createHash } from 'node:crypto';

/**
 * The one script of the pages, as browsers get it. No page needs it: it saves a look at another window, a selection, a
 * round trip. Written for any browser of the last years.
 */
export const SCRIPT = `'use strict';
(() => {
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const say = (place, text) => { if (place && place.textContent !== text) place.textContent = text; };

  // Sign-in: Nextcloud's login in a window of its own; this page goes on when it is done.
  const status = document.querySelector('[data-status-path]');
  if (status) {
    const words = status.querySelector('[data-words]');
    let opened;
    for (const link of all('a[data-popup]')) {
      link.addEventListener('click', (event) => {
        const fresh = window.open(link.href, 'nextcloud-login', 'popup,width=540,height=780');
        if (!fresh) return; // blocked: the link opens a tab
        event.preventDefault();
        opened = fresh;
        say(words, 'Waiting for you to grant access in the other window…');
        status.classList.add('waiting');
      });
    }
    const ask = async () => {
      try {
        const answer = await fetch(status.dataset.statusPath, { headers: { Accept: 'application/json' }, cache: 'no-store' });
        const { done } = answer.ok ? await answer.json() : { done: answer.status < 500 && answer.status !== 429 };
        if (done) {
          say(words, 'Done. Going on…');
          if (opened) opened.close();
          location.reload();
          return;
        }
      } catch { /* asked again */ }
      setTimeout(ask, 1500);
    };
    setTimeout(ask, 1500);
  }

  // Snippets to copy.
  for (const box of all('[data-copy]')) {
    const code = box.querySelector('code');
    if (!code || !navigator.clipboard) continue;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'small';
    button.textContent = 'Copy';
    button.setAttribute('aria-label', 'Copy ' + box.dataset.copy);
    const told = document.createElement('span');
    told.className = 'unseen';
    told.setAttribute('role', 'status');
    button.addEventListener('click', async () => {
      try { await navigator.clipboard.writeText(code.textContent); } catch { return; }
      button.textContent = 'Copied';
      told.textContent = 'Copied';
      setTimeout(() => { button.textContent = 'Copy'; told.textContent = ''; }, 2000);
    });
    box.append(button, told);
  }

  // Catalogue: narrows what is on the page while typing.
  const search = document.querySelector('input[data-filter]');
  if (search) {
    const entries = all('[data-words]').filter((entry) => entry.closest('[data-entries]'));
    const count = document.querySelector('[data-count]');
    search.addEventListener('input', () => {
      const wanted = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
      let shown = 0;
      for (const entry of entries) {
        const fits = wanted.every((word) => entry.dataset.words.includes(word));
        entry.hidden = !fits;
        if (fits) shown += 1;
      }
      say(count, shown + (shown === 1 ? ' tool' : ' tools') + ' on this page');
    });
  }
})();
`;

/** Named by its content, so that it may be kept for ever. */
export const SCRIPT_PATH = `/assets/page.${createHash('sha256').update(SCRIPT).digest('hex').slice(0, 12)}.js`;
