import { Router, urlencoded } from 'express';
import type { Request, RequestHandler, Response } from 'express';
import type { AccountDesk, SignedIn } from '../../signin/account.ts';
import type { BrowserSession } from '../../store/sessions.ts';
import { accountPage } from '../../web/pages/account.ts';
import { foreignForm, messagePage } from '../../web/pages/message.ts';
import type { BrowserSessions } from '../browser-session.ts';
import { sendPage } from '../send-page.ts';

const PAGE = '/user/page';

/** The part of the login rooms that these pages need: an address to sign in at. */
export interface LoginLinks {
  url(request: { readonly returnTo: string }): Promise<string>;
}

/**
 * `/user/page` with its twin `/user` (JSON) and the buttons on it. Without `sessions` there is one user, whom nobody
 * has to sign in as, and nothing to press.
 */
export function accountRoutes(
  desk: AccountDesk,
  sessions: BrowserSessions | undefined,
  logins: LoginLinks | undefined,
): Router {
  const router = Router();
  if (sessions === undefined) {
    router.get(PAGE, async (_request, response) => {
      sendPage(response, accountPage(await desk.overview(undefined), undefined));
    });
    router.get('/user', async (_request, response) => {
      sendData(response, 200, await desk.overview(undefined));
    });
    return router;
  }

  router.get(PAGE, async (request, response) => {
    const session = signedIn(await sessions.of(request));
    if (session === undefined) {
      await toSignIn(response, logins);
      return;
    }
    const notice =
      request.query.done === 'client'
        ? 'The app is disconnected. It has no access any more.'
        : undefined;
    sendPage(response, accountPage(await desk.overview(session), session.csrfToken, { notice }));
  });
  router.get('/user', async (request, response) => {
    const session = signedIn(await sessions.of(request));
    if (session === undefined) {
      sendData(response, 401, { error: 'unauthorized', message: `Sign in at ${PAGE} first.` });
    } else sendData(response, 200, await desk.overview(session));
  });
  router.post('/user/revoke-client', formBody(), async (request, response) => {
    const session = await formOf(request, response, sessions);
    if (session === undefined) return;
    const { client } = request.body as { client?: unknown };
    const ended =
      typeof client === 'string' && (await desk.revokeClient(session.principal, client));
    response.redirect(303, ended ? `${PAGE}?done=client` : PAGE);
  });
  router.post('/user/revoke-all', formBody(), async (request, response) => {
    const session = await formOf(request, response, sessions);
    if (session === undefined) return;
    const { everywhere } = await desk.revokeAll(session.principal);
    await sessions.signOut(request, response);
    sendPage(response, takenBack(everywhere));
  });
  return router;
}

/** Small: these forms hold a token and a name. */
function formBody(): RequestHandler {
  return urlencoded({ extended: false, limit: '10kb' });
}

/** The session behind a form; a foreign or outdated form is answered here. */
async function formOf(
  request: Request,
  response: Response,
  sessions: BrowserSessions,
): Promise<SignedIn | undefined> {
  const session = signedIn(await sessions.ofForm(request));
  if (session === undefined) sendPage(response, foreignForm(PAGE));
  return session;
}

function signedIn(session: BrowserSession | undefined): SignedIn | undefined {
  return session?.principal === undefined
    ? undefined
    : { ...session, principal: session.principal };
}

async function toSignIn(response: Response, logins: LoginLinks | undefined): Promise<void> {
  if (logins !== undefined) {
    response.redirect(303, await logins.url({ returnTo: PAGE }));
    return;
  }
  sendPage(
    response,
    messagePage({
      status: 403,
      title: 'Nobody can sign in here',
      text: 'This gateway has no sign-in of its own for browsers.',
      advice: 'Use the sign-in tools of your assistant to see and change what is connected.',
      link: { href: '/', text: 'How to connect' },
    }),
  );
}

function takenBack(everywhere: boolean): ReturnType<typeof messagePage> {
  const text =
    'No app has access through this gateway any more, and you are signed out everywhere.';
  return messagePage({
    status: 200,
    title: 'Everything is taken back',
    text,
    ...(everywhere
      ? {}
      : {
          advice:
            'Nextcloud or your identity provider could not be told. Open the security settings of your Nextcloud and remove this gateway from the list of devices and sessions.',
        }),
    link: { href: '/', text: 'To the start page' },
  });
}

/** Personal, so no cache keeps it. */
function sendData(response: Response, status: number, data: unknown): void {
  response
    .status(status)
    .set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
    .json(data);
}
