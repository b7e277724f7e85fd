import { Router, urlencoded } from 'express';
import type { NextFunction, Request, Response } from 'express';
import type {
  AuthorizationServer,
  PendingAuthorization,
} from '../../signin/embedded/authorization-server.ts';
import type { ClientDescription } from '../../signin/embedded/client-description.ts';
import type { Logins } from '../../signin/login/login-requests.ts';
import type { BrowserSession } from '../../store/sessions.ts';
import { consentPage } from '../../web/pages/consent.ts';
import { foreign, markup } from '../../web/markup.ts';
import { messagePage } from '../../web/pages/message.ts';
import type { ClientView } from '../../web/views.ts';
import type { BrowserSessions } from '../browser-session.ts';
import { sendPage } from '../send-page.ts';

export interface OAuthInteractionOptions {
  readonly server: Pick<AuthorizationServer, 'issuer' | 'pending'>;
  readonly sessions: BrowserSessions;
  readonly logins: Logins;
  /** Whether the gateway can still reach Nextcloud for this person, and may. */
  readonly usable: (subject: string) => Promise<boolean>;
  /** As people know it. */
  readonly nextcloudHost: string;
}

const ROOT = '/oauth/interaction';
const THIS_COMPUTER = 'this computer';

/** Between a client's request and the answer to it: who is there, and what do they allow? */
export function oauthInteraction(options: OAuthInteractionOptions): Router {
  const { server, sessions } = options;
  const router = Router();
  const form = urlencoded({ extended: false, limit: '32kb', parameterLimit: 300 });

  router.get(`${ROOT}/:uid`, async (request, response) => {
    const pending = await pendingOf(server, request, response);
    if (pending === undefined) sendOver(response);
    else if (pending.step === 'login') await login(pending, request, response, options);
    else await consent(pending, request, response, options);
  });

  router.post(`${ROOT}/:uid/allow`, form, ofPerson(options), async (request, response) => {
    const pending = inLocals(response);
    leave(response, pending.client, await pending.allow(tickedScopes(request)));
  });

  router.post(`${ROOT}/:uid/cancel`, form, async (request, response) => {
    // Also before anybody signed in, so the form has to come from this browser, no more.
    const session = await sessions.ofForm(request);
    const pending = await pendingOf(server, request, response);
    if (session === undefined || pending === undefined) sendOver(response);
    else leave(response, pending.client, await pending.refuse());
  });

  router.post(`${ROOT}/:uid/other-account`, form, ofPerson(options), async (request, response) => {
    const pending = inLocals(response);
    await pending.forgetPerson();
    await sessions.signOut(request, response);
    response.redirect(303, await loginUrl(pending, options));
  });
  return router;
}

async function pendingOf(
  server: OAuthInteractionOptions['server'],
  request: Request,
  response: Response,
): Promise<PendingAuthorization | undefined> {
  const { uid } = request.params;
  return typeof uid === 'string' ? server.pending(request, response, uid) : undefined;
}

async function login(
  pending: PendingAuthorization,
  request: Request,
  response: Response,
  options: OAuthInteractionOptions,
): Promise<void> {
  const session = await options.sessions.of(request);
  const subject = subjectOf(session, options);
  const justNow = session !== undefined && session.createdAt >= pending.since;
  if (subject === undefined || (pending.wantsNewLogin && !justNow)) {
    response.redirect(303, await loginUrl(pending, options));
    return;
  }
  if (!(await options.usable(subject))) {
    const again = await loginUrl(pending, options);
    // Another login would not help who has just logged in for this: it would only go round in circles.
    if (session?.data.cameFor === `${ROOT}/${pending.uid}`)
      sendNoAccess(response, options.nextcloudHost, again);
    else response.redirect(303, again);
    return;
  }
  const next = await pending.signedIn(subject);
  // A form at Nextcloud may have led here, and its page says which hosts may follow in the same go.
  if (isFromElsewhere(request)) leave(response, pending.client, next);
  else response.redirect(303, next);
}

function loginUrl(
  { uid, client }: PendingAuthorization,
  { logins }: OAuthInteractionOptions,
  wish: { readonly another?: boolean } = {},
): Promise<string> {
  const { name, host = THIS_COMPUTER } = client;
  const path = `${ROOT}/${uid}`;
  const cancelTo = `${path}/cancel`;
  return logins.url({ returnTo: path, client: { name, host }, cancelTo, ...wish });
}

async function consent(
  pending: PendingAuthorization,
  request: Request,
  response: Response,
  options: OAuthInteractionOptions,
): Promise<void> {
  const session = await options.sessions.of(request);
  if (session === undefined || subjectOf(session, options) !== pending.subject) {
    // Signed out, or somebody else, since this authorization was theirs.
    await pending.forgetPerson();
    response.redirect(303, await loginUrl(pending, options));
    return;
  }
  const path = `${ROOT}/${pending.uid}`;
  const action = (name: string) => ({ action: `${path}/${name}`, csrf: session.csrfToken });
  const { userId, displayName } = session.data;
  const page = consentPage({
    client: clientView(pending.client),
    account: {
      userId: typeof userId === 'string' ? userId : '',
      displayName: typeof displayName === 'string' ? displayName : undefined,
    },
    nextcloud: options.nextcloudHost,
    asked: pending.asked,
    already: pending.already,
    looksLike: pending.looksLike,
    allow: action('allow'),
    cancel: action('cancel'),
    otherAccount: action('other-account'),
  });
  sendPage(response, page);
}

/** For forms of the consent page: sent from it, by the person it was shown to. */
function ofPerson(options: OAuthInteractionOptions) {
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const session = await options.sessions.ofForm(request);
    const pending = await pendingOf(options.server, request, response);
    const isTheirs =
      pending?.subject !== undefined && subjectOf(session, options) === pending.subject;
    if (!isTheirs) {
      sendOver(response);
      return;
    }
    (response.locals as { pending?: PendingAuthorization }).pending = pending;
    next();
  };
}

function inLocals(response: Response): PendingAuthorization {
  const { pending } = response.locals as { pending?: PendingAuthorization };
  if (pending === undefined) throw new Error('The check before this one was left out.');
  return pending;
}

function subjectOf(
  session: BrowserSession | undefined,
  { server }: OAuthInteractionOptions,
): string | undefined {
  const principal = session?.principal;
  return principal?.issuer === server.issuer ? principal.subject : undefined;
}

function tickedScopes(request: Request): readonly string[] {
  const { scope } = (request.body ?? {}) as { scope?: unknown };
  return [scope].flat().filter((value) => typeof value === 'string');
}

function clientView({ id, name, host, vouched }: ClientDescription): ClientView {
  return { id, name, host: host ?? THIS_COMPUTER, vouched };
}

function isFromElsewhere(request: Request): boolean {
  const site = request.get('sec-fetch-site');
  return site === 'cross-site' || site === 'same-site';
}

/**
 * Sends the browser on by a page instead of a redirect: `form-action` of the page before does not concern it, and when
 * the client is an application, this is what stays in the window.
 */
function leave(
  response: Response,
  { name, host = THIS_COMPUTER }: ClientDescription,
  next: string,
): void {
  response.set('Refresh', `0; url=${next}`);
  sendPage(
    response,
    messagePage({
      status: 200,
      title: `Back to ${name}`,
      heading: markup`Back to ${foreign(name)}`,
      text: markup`The answer goes to ${foreign(name)} on ${host}. If that opened, you can close this page.`,
      link: { href: next, text: 'Continue' },
    }),
  );
}

function sendNoAccess(response: Response, nextcloudHost: string, again: string): void {
  sendPage(
    response,
    messagePage({
      status: 403,
      title: 'No access with this account',
      text: `You are signed in, but this gateway may not or cannot work for you at ${nextcloudHost}.`,
      advice: 'Ask whoever runs this gateway, or sign in with another account.',
      link: { href: again, text: 'Sign in again' },
    }),
  );
}

function sendOver(response: Response): void {
  sendPage(
    response,
    messagePage({
      status: 400,
      title: 'This sign-in is over',
      text: 'It was finished or cancelled already, took longer than ten minutes, or was begun in another browser.',
      advice: 'Start again from your MCP client.',
    }),
  );
}
