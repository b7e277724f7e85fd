import { Router } from 'express';
import type { CallbackRefusal, OfflineAccess } from '../../signin/offline-access.ts';
import { flowCookie } from './oauth-cookie.ts';
import { markup, sendDeadLink, sendPage } from './oauth-page.ts';

const SAID: Readonly<Record<Exclude<CallbackRefusal, 'unknown_state'>, string>> = {
  wrong_issuer: 'The answer did not come from the identity provider that was asked.',
  denied: 'The identity provider did not grant the access. Nothing was kept.',
  another_user: 'Somebody else signed in than the person who asked. Nothing was kept.',
  unusable_tokens:
    'The identity provider’s answer is not fit for use. An administrator finds the reason in the log.',
};

/** Flow 2: `/oauth/authorize-nextcloud` starts it, `/oauth/callback` ends it (the second path is its older name). */
export function oauthOffline(offline: OfflineAccess, publicUrl: string): Router {
  const router = Router();
  const cookie = flowCookie('offline', publicUrl);

  router.get('/oauth/authorize-nextcloud', async (request, response) => {
    const state = new URL(request.originalUrl, publicUrl).searchParams.get('state');
    const begun = state === null ? undefined : await offline.begin(state);
    if (begun === undefined) {
      sendDeadLink(response);
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
      sendDeadLink(response);
      return;
    }
    const { maxAge: _life, ...same } = cookie.options;
    response.clearCookie(cookie.name, same);
    if (outcome.kind === 'granted') {
      sendPage(response, {
        title: 'Access is allowed',
        body: markup`<p>You can close this page and go on in your assistant.</p>`,
      });
      return;
    }
    const said = outcome.reason === 'unknown_state' ? '' : SAID[outcome.reason];
    sendPage(response, {
      status: 403,
      title: 'Access was not allowed',
      body: markup`<p>${said}</p>`,
    });
  });
  return router;
}
