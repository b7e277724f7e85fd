import { Router } from 'express';
import type { Logger } from '../../log.ts';
import type { CallbackRefusal, OfflineAccess } from '../../signin/offline-access.ts';
import { messagePage } from '../../web/pages/message.ts';
import type { Page } from '../../web/page.ts';
import { DEAD_LINK, sendPage } from '../send-page.ts';
import { linkFailed } from './link-failed.ts';
import { flowCookie } from './oauth-cookie.ts';

const SAID: Readonly<Record<Exclude<CallbackRefusal, 'unknown_state'>, string>> = {
  wrong_issuer: 'The answer did not come from the identity provider that was asked.',
  denied: 'The identity provider did not grant the access. Nothing was kept.',
  provider_error:
    'The identity provider did not take the gateway’s request. An administrator finds the reason in the log.',
  another_user: 'Somebody else signed in than the person who asked. Nothing was kept.',
  unusable_tokens:
    'The identity provider’s answer is not fit for use. An administrator finds the reason in the log.',
};

const GRANTED: Page = messagePage({
  status: 200,
  title: 'Access is allowed',
  text: 'The gateway may work in your Nextcloud while you are away.',
  advice: 'Close this page and go on in your assistant. To take it back, open your account here.',
  link: { href: '/user/page', text: 'Your account' },
});

/** Flow 2: `/oauth/authorize-nextcloud` starts it, `/oauth/callback` ends it (the second path is its older name). */
export function oauthOffline(offline: OfflineAccess, publicUrl: string, log: Logger): Router {
  const router = Router();
  const cookie = flowCookie('offline', publicUrl);

  router.get('/oauth/authorize-nextcloud', async (request, response) => {
    const state = new URL(request.originalUrl, publicUrl).searchParams.get('state');
    const begun = state === null ? undefined : await offline.begin(state);
    if (begun === undefined) {
      sendPage(response, DEAD_LINK);
      return;
    }
    response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
    response.cookie(cookie.name, begun.browser, cookie.options);
    response.redirect(302, begun.url);
  });

  router.get(['/oauth/callback', '/oauth/callback-nextcloud'], async (request, response) => {
    const query = new URL(request.originalUrl, publicUrl).searchParams;
    const outcome = await offline.callback(query, cookie.of(request));
    if (outcome.kind === 'refused' && outcome.reason === 'unknown_state') {
      sendPage(response, DEAD_LINK);
      return;
    }
    const { maxAge: _life, ...same } = cookie.options;
    response.clearCookie(cookie.name, same);
    sendPage(response, outcome.kind === 'granted' ? GRANTED : refusedPage(outcome.reason));
  });
  router.use('/oauth', linkFailed(log));
  return router;
}

function refusedPage(reason: CallbackRefusal): Page {
  if (reason === 'unknown_state') return DEAD_LINK;
  return messagePage({
    status: 403,
    title: 'Access was not allowed',
    text: SAID[reason],
    advice: 'Ask your assistant for a new link if you want to allow it after all.',
  });
}
