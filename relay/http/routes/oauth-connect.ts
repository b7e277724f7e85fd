import { Router, urlencoded } from 'express';
import type { Response } from 'express';
import type { ConnectProgress, NextcloudConnection } from '../../signin/nextcloud-connection.ts';
import { flowCookie } from './oauth-cookie.ts';
import { markup, sendDeadLink, sendPage } from './oauth-page.ts';

const REFRESH_SECONDS = 3;

/**
 * `/oauth/connect`: offers the login (GET with a state changes nothing, because chat programs fetch links), starts it
 * (POST, uses the state up), then shows how it stands. The browser that started it is known by a cookie.
 */
export function oauthConnect(connection: NextcloudConnection, publicUrl: string): Router {
  const router = Router();
  const cookie = flowCookie('connect', publicUrl);

  router.get('/oauth/connect', async (request, response) => {
    const state = new URL(request.originalUrl, publicUrl).searchParams.get('state');
    if (state !== null) {
      const offer = await connection.offer(state);
      if (offer === undefined) sendDeadLink(response);
      else sendOffer(response, state, offer.userId, offer.client);
      return;
    }
    const ticket = cookie.of(request);
    sendProgress(
      response,
      ticket === undefined ? { kind: 'gone' } : await connection.progress(ticket),
    );
  });

  router.post(
    '/oauth/connect',
    urlencoded({ extended: false, limit: '2kb', parameterLimit: 4 }),
    async (request, response) => {
      const { state } = (request.body ?? {}) as { state?: unknown };
      const ticket = typeof state === 'string' ? await connection.begin(state) : undefined;
      if (ticket === undefined) {
        sendDeadLink(response);
        return;
      }
      response.cookie(cookie.name, ticket, cookie.options);
      response.redirect(303, `${publicUrl}/oauth/connect`);
    },
  );
  return router;
}

function sendOffer(response: Response, state: string, userId: string, client: string): void {
  sendPage(response, {
    title: 'Connect your Nextcloud',
    body: markup`<p>
        An MCP client that calls itself <strong>${client}</strong> asks to work in your Nextcloud as
        <strong>${userId}</strong>. Go on only if you asked for this just now.
      </p>
      <form method="post" action="/oauth/connect">
        <input type="hidden" name="state" value="${state}" /><button>Connect Nextcloud</button>
      </form>`,
  });
}

function sendProgress(response: Response, progress: ConnectProgress): void {
  switch (progress.kind) {
    case 'waiting':
      sendPage(response, {
        title: 'Connect your Nextcloud',
        refresh: REFRESH_SECONDS,
        body: markup`<p>Nextcloud will show this code; grant access only if it is the same:</p>
          <p class="code">${progress.code}</p>
          <p>
            <a class="button" href="${progress.loginUrl}" target="_blank" rel="noopener noreferrer">Log in to Nextcloud</a>
          </p>
          <p>Come back to this page afterwards. It looks every few seconds.</p>`,
      });
      return;
    case 'connected':
      sendPage(response, {
        title: 'Nextcloud is connected',
        body: markup`<p>You can close this page and go on in your assistant.</p>`,
      });
      return;
    case 'another_user':
      sendPage(response, {
        status: 403,
        title: 'That was another account',
        body: markup`<p>
          The account that logged in to Nextcloud is not the one that asked. Nothing was kept.
        </p>`,
      });
      return;
    case 'gone':
      sendDeadLink(response);
  }
}
