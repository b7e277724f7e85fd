import type { IncomingMessage } from 'node:http';

/** Of a browser on our pages, see `http/browser-session.ts`. */
export const SESSION_COOKIE = 'session';

/** `__Host-` keeps other hosts of the domain from setting it; browsers want HTTPS for that, so not on loopback. */
export function hostCookieName(name: string, publicUrl: string): string {
  return isSecure(publicUrl) ? `__Host-${name}` : name;
}

export function isSecure(publicUrl: string): boolean {
  return new URL(publicUrl).protocol === 'https:';
}

/** Values of a cookie; more than one when somebody planted another. */
export function cookiesOf(request: IncomingMessage, name: string): readonly string[] {
  return (request.headers.cookie ?? '')
    .split(/; */)
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}

/** Undefined as well when it was sent twice: one of them is not ours. */
export function cookieOf(request: IncomingMessage, name: string): string | undefined {
  const found = cookiesOf(request, name);
  return found.length === 1 ? found[0] : undefined;
}
