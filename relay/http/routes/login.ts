import { createHash } from 'node:crypto';
import { Router, urlencoded } from 'express';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { TokenBuckets } from '../../access/token-bucket.ts';
import type { BucketOptions } from '../../access/token-bucket.ts';
import { RelayError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { OWN_LOGIN } from '../../signin/login/login-service.ts';
import type { LoginService, LoginState } from '../../signin/login/login-service.ts';
import type { BrowserSession } from '../../store/sessions.ts';
import { statusPage } from '../../web/pages/message.ts';
import { signInPage } from '../../web/pages/sign-in.ts';
import type { SignInView } from '../../web/views.ts';
import type { BrowserSessions } from '../browser-session.ts';
import { networkOf } from '../middleware/rate-limit-address.ts';
import { sendPage } from '../send-page.ts';
import {
  failurePage,
  FOREIGN_FORM,
  GONE,
  OPENING,
  ANOTHER_BROWSER,
  refusalPage,
} from './login-pages.ts';

export interface LoginRouteOptions {
  readonly login: LoginService;
  readonly sessions: BrowserSessions;
  /** Root of the gateway as browsers reach it. */
  readonly publicUrl: string;
  /** Root of the Nextcloud as browsers reach it. */
  readonly nextcloudUrl: string;
  /** Epoch seconds. */
  readonly now: () => number;
  readonly log: Logger;
  /** Logins that one address may have opened at Nextcloud. Default: any number. */
  readonly openings?: BucketOptions;
}

/**
 * One login for all modes. `GET /oauth/login` shows how a login stands and finishes it; a redirect sets off by POST and
 * comes back at `/oauth/login/callback`. Every step asks which browser session it belongs to.
 */
export function loginRoutes(options: LoginRouteOptions): Router {
  const { login, sessions, publicUrl } = options;
  const router = Router();
  const openings = options.openings && new TokenBuckets(options.openings);
  const form = urlencoded({ extended: false, limit: '2kb', parameterLimit: 4 });
  const queryOf = (request: Request): URLSearchParams =>
    new URL(request.originalUrl, publicUrl).searchParams;

  async function answer(
    request: Request,
    response: Response,
    state: LoginState,
    session: BrowserSession | undefined,
  ): Promise<void> {
    switch (state.kind) {
      case 'person': {
        const { principal, userId, displayName } = state.person;
        const before = session && browserOf(session);
        const data = {
          userId,
          displayName,
          signedInAt: options.now(),
          before,
          cameFor: state.returnTo,
        };
        const fresh = await sessions.signIn(request, response, principal, data);
        await login.signedIn(state.flow, browserOf(fresh));
        response.redirect(303, state.returnTo);
        return;
      }
      case 'done':
        response.redirect(303, state.returnTo);
        return;
      case 'window':
      case 'redirect': {
        const flow = queryOf(request).get('flow') ?? '';
        sendPage(response, signInPage(viewOf(state, flow, session?.csrfToken ?? '', options)));
        return;
      }
      case 'too_many':
        sendPage(response, statusPage(429));
        return;
      case 'opening':
        sendPage(response, OPENING);
        return;
      case 'refused':
        sendPage(response, refusalPage(state.reason, loginPath(state.flow)));
        return;
      case 'another_browser':
        sendPage(response, ANOTHER_BROWSER);
        return;
      case 'gone':
        sendPage(response, GONE);
    }
  }

  router.get('/oauth/login', async (request, response) => {
    const flow = queryOf(request).get('flow');
    if (flow === null) {
      response.redirect(303, await login.url(OWN_LOGIN));
      return;
    }
    const session = await sessions.ensure(request, response);
    const mayOpen = (): boolean => openings?.take(networkOf(request.ip ?? '')).ok ?? true;
    const state = await login.look(flow, browsersOf(session), mayOpen);
    await answer(request, response, state, session);
  });

  router.get('/oauth/login/status', async (request, response) => {
    response.set('Cache-Control', 'no-store');
    const session = await sessions.of(request);
    const flow = queryOf(request).get('flow');
    const done =
      session !== undefined && flow !== null && (await login.hasNews(flow, browsersOf(session)));
    response.json({ done });
  });

  router.post('/oauth/login', form, async (request, response) => {
    const session = await sessions.ofForm(request);
    if (session === undefined) {
      sendPage(response, FOREIGN_FORM);
      return;
    }
    const begun = await login.begin(queryOf(request).get('flow') ?? '', browsersOf(session));
    if ('url' in begun) response.redirect(303, begun.url);
    else await answer(request, response, begun, session);
  });

  router.get('/oauth/login/callback', async (request, response) => {
    const session = await sessions.of(request);
    const browsers = session === undefined ? [] : browsersOf(session);
    await answer(request, response, await login.callback(queryOf(request), browsers), session);
  });

  router.post('/oauth/logout', form, async (request, response) => {
    if ((await sessions.ofForm(request)) === undefined) {
      sendPage(response, FOREIGN_FORM);
      return;
    }
    await sessions.signOut(request, response);
    response.redirect(303, '/');
  });

  router.use('/oauth/login', failed(options.log, publicUrl));
  return router;
}

/** Names a session to the login without opening it; changes when somebody signs in. */
function browserOf({ csrfToken }: BrowserSession): string {
  return createHash('sha256').update(csrfToken).digest('base64url');
}

/** What the session is called now, and what it was called before somebody signed in: other tabs began as that. */
function browsersOf(session: BrowserSession): readonly string[] {
  const { before } = session.data;
  return [browserOf(session), ...(typeof before === 'string' ? [before] : [])];
}

function loginPath(flow: string): string {
  return `/oauth/login?${new URLSearchParams({ flow }).toString()}`;
}

function viewOf(
  state: Extract<LoginState, { kind: 'window' | 'redirect' }>,
  flow: string,
  csrf: string,
  { nextcloudUrl }: LoginRouteOptions,
): SignInView {
  const { another = false, client, cancelTo } = state.request;
  const about = {
    nextcloud: new URL(nextcloudUrl).host,
    ...(client === undefined ? {} : { client }),
    ...(another ? { notice: ANOTHER_ACCOUNT } : {}),
    ...(cancelTo === undefined ? {} : { cancel: { action: cancelTo, csrf } }),
  };
  if (state.kind === 'redirect') {
    const { provider, target } = state;
    const form = { action: loginPath(flow), csrf };
    return { ...about, way: { kind: 'redirect', form, target, provider } };
  }
  const { loginUrl, code } = state;
  const statusPath = `/oauth/login/status?${new URLSearchParams({ flow }).toString()}`;
  return { ...about, way: { kind: 'window', loginUrl, code, statusPath } };
}

/** Nextcloud remembers its own login, and would grant as the same person without asking. */
const ANOTHER_ACCOUNT =
  'To use another account, log out where you log in first, or open this page in a private window: otherwise the same account is taken again.';

/** What went wrong on the other side, as a page: people look at it, not programs. */
function failed(log: Logger, publicUrl: string): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent || isBodyError(error)) {
      next(error);
      return;
    }
    log.warn('a login failed', {
      cause: error,
      reason: error instanceof RelayError ? error.code : 'unexpected',
    });
    const flow = new URL(request.originalUrl, publicUrl).searchParams.get('flow');
    sendPage(response, failurePage(error, flow === null ? '/oauth/login' : loginPath(flow)));
  };
}

/** The parser's own errors carry a status below 500. */
function isBodyError(error: unknown): boolean {
  const { status } = (error ?? {}) as { status?: unknown };
  return !(error instanceof RelayError) && typeof status === 'number' && status < 500;
}
