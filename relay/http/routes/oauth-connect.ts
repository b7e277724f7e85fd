import { Router, urlencoded } from 'express';
import type { Request } from 'express';
import type { Logger } from '../../log.ts';
import type { ConnectProgress, NextcloudConnection } from '../../signin/nextcloud-connection.ts';
import type { Page } from '../../web/page.ts';
import {
  ANOTHER_ACCOUNT,
  CONNECTED,
  connectOfferPage,
  connectWindowPage,
} from '../../web/pages/connect.ts';
import { DEAD_LINK, sendPage } from '../send-page.ts';
import { linkFailed } from './link-failed.ts';
import { flowCookie } from './oauth-cookie.ts';

const STATUS = '/oauth/connect/status';

/**
 * `/oauth/connect`: offers the login (GET with a state changes nothing, because chat programs fetch links), starts it
 * (POST, uses the state up), then shows how it stands. The browser that started it is known by a cookie.
 */
export function oauthConnect(
  connection: NextcloudConnection,
  publicUrl: string,
  log: Logger,
): Router {
  const router = Router();
  const cookie = flowCookie('connect', publicUrl);

  async function progressOf(request: Request): Promise<ConnectProgress> {
    const ticket = cookie.of(request);
    return ticket === undefined ? { kind: 'gone' } : await connection.progress(ticket);
  }

  router.get('/oauth/connect', async (request, response) => {
    const state = new URL(request.originalUrl, publicUrl).searchParams.get('state');
    if (state === null) {
      sendPage(response, progressPage(await progressOf(request)));
      return;
    }
    const offer = await connection.offer(state);
    sendPage(response, offer === undefined ? DEAD_LINK : connectOfferPage({ ...offer, state }));
  });

  router.get(STATUS, async (request, response) => {
    response.set('Cache-Control', 'no-store');
    response.json({ done: (await progressOf(request)).kind !== 'waiting' });
  });

  router.post(
    '/oauth/connect',
    urlencoded({ extended: false, limit: '2kb', parameterLimit: 4 }),
    async (request, response) => {
      const { state } = (request.body ?? {}) as { state?: unknown };
      const ticket = typeof state === 'string' ? await connection.begin(state) : undefined;
      if (ticket === undefined) {
        sendPage(response, DEAD_LINK);
        return;
      }
      response.cookie(cookie.name, ticket, cookie.options);
      response.redirect(303, `${publicUrl}/oauth/connect`);
    },
  );
  router.use('/oauth/connect', linkFailed(log));
  return router;
}

function progressPage(progress: ConnectProgress): Page {
  switch (progress.kind) {
    case 'waiting':
      return connectWindowPage({ ...progress, statusPath: STATUS });
    case 'connected':
      return CONNECTED;
    case 'another_user':
      return ANOTHER_ACCOUNT;
    case 'gone':
      return DEAD_LINK;
  }
}
