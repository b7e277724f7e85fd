import { webAddress } from '../form.ts';
import { markup } from '../markup.ts';
import type { Html } from '../markup.ts';
import type { Page } from '../page.ts';
import type { MessageView } from '../views.ts';

/** Says what happened and what to do now. */
export function messagePage({ status, title, heading, text, advice, link }: MessageView): Page {
  const body = markup`<div class="card">
<p${status >= 500 ? markup` role="alert"` : markup``}>${text}</p>
${advice === undefined ? markup`` : markup`<p><strong>What to do:</strong> ${advice}</p>`}
${link === undefined ? markup`` : linkTo(link)}
</div>`;
  return { title, body, status, ...(heading === undefined ? {} : { heading }) };
}

function linkTo({ href, text }: { readonly href: string; readonly text: string }): Html {
  const own = /^\/(?![/\\])/.test(href);
  return markup`<p class="actions"><a class="button primary" href="${own ? href : webAddress(href)}">${text}</a></p>`;
}

/** A form that was open for too long, or was never on a page of ours. */
export function foreignForm(back: string): Page {
  return messagePage({
    status: 403,
    title: 'This form is too old',
    text: 'Nothing was changed: the form does not belong to your present sign-in.',
    advice: 'Open the page again and repeat what you did.',
    link: { href: back, text: 'Open the page again' },
  });
}

interface Words {
  readonly title: string;
  readonly text: string;
  readonly advice: string;
}

const BY_STATUS: Readonly<Record<number, Words>> = {
  400: {
    title: 'This link is not valid any more',
    text: 'It was used, it is over, or it was never one of ours.',
    advice: 'Start again from your app.',
  },
  403: {
    title: 'This is not for you',
    text: 'You are signed in, but this is not allowed for your account.',
    advice: 'Sign in with another account, or ask whoever runs this gateway.',
  },
  404: {
    title: 'There is nothing here',
    text: 'No page of this gateway has this address.',
    advice: 'Check the address, or begin at the start page.',
  },
  410: {
    title: 'This took too long',
    text: 'Nobody finished this sign-in in time, so it was ended.',
    advice: 'Start again from your app.',
  },
  429: {
    title: 'Too many requests',
    text: 'There were too many requests from your address in a short time.',
    advice: 'Wait a minute, then try again.',
  },
  500: {
    title: 'Something went wrong here',
    text: 'The mistake is ours, not yours. It has been written down.',
    advice: 'Try again. If it stays, tell whoever runs this gateway.',
  },
  503: {
    title: 'Not ready at the moment',
    text: 'The gateway, or the Nextcloud behind it, does not answer right now.',
    advice: 'Try again in a minute.',
  },
};

/** The page for a status, where nothing more is known; with `text` where something is. */
export function statusPage(status: number, text?: string): Page {
  const words = BY_STATUS[status] ?? BY_STATUS[status < 500 ? 400 : 500];
  if (words === undefined) throw new Error('A status has no words.');
  const link = { href: '/', text: 'To the start page' };
  return messagePage({ ...words, ...(text === undefined ? {} : { text }), status, link });
}
