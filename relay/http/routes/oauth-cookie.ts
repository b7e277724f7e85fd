import type { CookieOptions, Request } from 'express';
import { cookieOf, hostCookieName, isSecure } from '../../signin/browser-cookies.ts';

/** A cookie for one way through the browser: ten minutes, unreadable for scripts, not sent by foreign pages' forms. */
export interface FlowCookie {
  readonly name: string;
  readonly options: CookieOptions;
  of(request: Request): string | undefined;
}

const LIFE_MS = 600_000;

export function flowCookie(name: string, publicUrl: string): FlowCookie {
  const full = hostCookieName(name, publicUrl);
  const secure = isSecure(publicUrl);
  return {
    name: full,
    options: { httpOnly: true, secure, sameSite: 'lax', path: '/', maxAge: LIFE_MS },
    of: (request) => cookieOf(request, full),
  };
}
