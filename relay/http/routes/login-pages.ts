import { RelayError } from '../../errors.ts';
import { TransportFailure } from '../../nextcloud/transport-failure.ts';
import type { LoginRefusal } from '../../signin/login/logged-in.ts';
import { messagePage } from '../../web/pages/message.ts';
import type { Page } from '../../web/page.ts';
import type { MessageView } from '../../web/views.ts';

const ANEW = { href: '/oauth/login', text: 'Log in' };

/** Which of expired, used and never ours it is, is nobody's business. */
export const GONE: Page = messagePage({
  status: 400,
  title: 'This login is over',
  text: 'A login lasts ten minutes and works once.',
  advice:
    'Start again from your assistant. To see what is connected to your Nextcloud, log in here.',
  link: ANEW,
});

export const ANOTHER_BROWSER: Page = messagePage({
  status: 403,
  title: 'This login belongs to another browser',
  text: 'A login ends in the browser that began it. If this is that browser, it has not kept our cookie.',
  advice: 'Allow cookies for this site, then start again from your assistant.',
  link: ANEW,
});

export const FOREIGN_FORM: Page = messagePage({
  status: 403,
  title: 'This page was too old',
  text: 'The form did not come from a page that is open in this browser now. Nothing was done.',
  advice: 'Go back, load the page again and press the button once more.',
});

/** For the moment in which another tab opens the login at Nextcloud. */
export const OPENING: Page = {
  ...messagePage({ status: 200, title: 'One moment', text: 'The login is being opened.' }),
  refresh: 1,
};

const REFUSALS: Readonly<Record<LoginRefusal, Omit<MessageView, 'status'>>> = {
  not_permitted: {
    title: 'You may not use this gateway',
    text: 'Your login is right, but an administrator has not opened this gateway to your account. Nothing was kept.',
    advice: 'Ask an administrator for access, or log in with another account.',
  },
  denied: {
    title: 'The login was not granted',
    text: 'You, or the server that asks for your password, ended the login. Nothing was kept.',
    advice: 'Log in again and grant access if you want to go on.',
  },
  provider_error: {
    title: 'The login cannot begin',
    text: 'The identity provider did not take the gateway’s request. Nothing was kept.',
    advice: 'Tell an administrator; the gateway’s log has the reason.',
  },
  wrong_issuer: {
    title: 'The answer came from somewhere else',
    text: 'Another identity provider answered than the one that was asked. Nothing was kept.',
    advice: 'Log in again. If it happens twice, tell an administrator.',
  },
  unusable_answer: {
    title: 'The answer cannot be trusted',
    text: 'The identity provider’s answer is not fit for use. Nothing was kept.',
    advice: 'Tell an administrator; the gateway’s log has the reason.',
  },
};

export function refusalPage(reason: LoginRefusal, again: string): Page {
  const link = { href: again, text: 'Log in again' };
  return messagePage({ status: 403, ...REFUSALS[reason], link });
}

/** Nothing of the error itself is shown but what is written for people. Without `again` a new link is needed. */
export function failurePage(error: unknown, again?: string): Page {
  const link = again === undefined ? undefined : { href: again, text: 'Try again' };
  const anew =
    again === undefined
      ? 'Wait a moment and ask your assistant for a new link.'
      : 'Wait a moment and try again.';
  if (error instanceof RelayError && error.code === 'configuration') {
    return messagePage({
      status: 500,
      title: 'The gateway is not set up for this login',
      text: error.message,
      advice: error.hint ?? 'Tell an administrator; the gateway’s log has the reason.',
      link,
    });
  }
  const silent =
    error instanceof TransportFailure || (error instanceof RelayError && error.code !== 'internal');
  return messagePage({
    status: silent ? 503 : 500,
    title: silent ? 'The login server does not answer' : 'Something went wrong',
    text: silent
      ? 'The server that asks for your password could not be reached, or gave an answer of no use.'
      : 'The gateway failed on this login.',
    advice: `${anew} If it goes on, tell an administrator.`,
    link,
  });
}
