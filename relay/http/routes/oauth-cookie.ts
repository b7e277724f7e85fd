import type { CookieOptions, Request } from 'express';

/** A cookie for one way through the browser: ten minutes, unreadable for scripts, not sent by foreign pages' forms. */
export interface FlowCookie {
  readonly name: string;
  readonly options: CookieOptions;
  of(request: Request): string | undefined;
}

const LIFE_MS = 600_000;

/** `__Host-` keeps other hosts of the domain from setting it; browsers want HTTPS for that, so not on loopback. */
export function flowCookie(name: string, publicUrl: string): FlowCookie {
  const secure = new URL(publicUrl).protocol === 'https:';
  const full = secure ? `__Host-${name}` : name;
  return {
    name: full,
    options: { httpOnly: true, secure, sameSite: 'lax', path: '/', maxAge: LIFE_MS },
    of(request) {
      const found = (request.headers.cookie ?? '')
        .split(/; */)
        .filter((pair) => pair.startsWith(`${full}=`));
      // set twice: one of them is not ours
      return found.length === 1 ? found[0]?.slice(full.length + 1) : undefined;
    },
  };
}
