import { timingSafeEqual } from 'node:crypto';
import type { CookieOptions, Request, Response } from 'express';
import type { Principal } from '../store/principal.ts';
import type { BrowserSession, Sessions } from '../store/sessions.ts';
import { cookieOf, hostCookieName, isSecure, SESSION_COOKIE } from '../signin/browser-cookies.ts';

export interface BrowserSessionOptions {
  readonly sessions: Sessions;
  /** Root of the gateway as browsers reach it. */
  readonly publicUrl: string;
  /** A session ends after this long without a visit. */
  readonly idleSeconds: number;
  /** It ends then in any case. */
  readonly lifeSeconds: number;
}

/** The browser on our pages: who is signed in there, and the token that its forms carry. */
export interface BrowserSessions {
  /** Undefined when the browser has none. */
  of(request: Request): Promise<BrowserSession | undefined>;
  /** The browser's session, or a new one that nobody is signed in to: forms need its CSRF token. */
  ensure(request: Request, response: Response): Promise<BrowserSession>;
  /** Rotates the id: one that was planted beforehand opens nothing. */
  signIn(
    request: Request,
    response: Response,
    principal: Principal,
    data?: Readonly<Record<string, unknown>>,
  ): Promise<BrowserSession>;
  signOut(request: Request, response: Response): Promise<void>;
  /** The session behind a form (`csrf` in its parsed body); undefined: foreign, or over. */
  ofForm(request: Request): Promise<BrowserSession | undefined>;
}

/** Sessions in an `HttpOnly`, `SameSite=Lax` cookie: Lax, so that a link from Nextcloud's window finds it. */
export function browserSessions(options: BrowserSessionOptions): BrowserSessions {
  const { sessions, publicUrl, idleSeconds, lifeSeconds } = options;
  const name = hostCookieName(SESSION_COOKIE, publicUrl);
  const cookie: CookieOptions = {
    httpOnly: true,
    secure: isSecure(publicUrl),
    sameSite: 'lax',
    path: '/',
  };
  const life = { idleSeconds, lifeSeconds };

  async function of(request: Request): Promise<BrowserSession | undefined> {
    const id = cookieOf(request, name);
    return id === undefined ? undefined : await sessions.find(id);
  }

  async function give(response: Response, id: string): Promise<BrowserSession> {
    response.cookie(name, id, cookie);
    const session = await sessions.find(id);
    if (session === undefined) throw new Error('A session ended as it began.');
    return session;
  }

  return {
    of,
    async ensure(request, response) {
      const present = await of(request);
      return present ?? (await give(response, await sessions.create(life)));
    },
    async signIn(request, response, principal, data = {}) {
      const fresh = { ...life, principal, data };
      const before = cookieOf(request, name);
      const id =
        before === undefined ? await sessions.create(fresh) : await sessions.renew(before, fresh);
      return give(response, id);
    },
    async signOut(request, response) {
      const id = cookieOf(request, name);
      if (id !== undefined) await sessions.destroy(id);
      response.clearCookie(name, cookie);
    },
    async ofForm(request) {
      const { csrf } = (request.body ?? {}) as { csrf?: unknown };
      const session = await of(request);
      return session !== undefined && typeof csrf === 'string' && same(csrf, session.csrfToken)
        ? session
        : undefined;
    },
  };
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
