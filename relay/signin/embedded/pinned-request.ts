import type { IncomingMessage } from 'node:http';

/**
 * Makes a request look as if it had come to the issuer's address, whatever it says: oidc-provider derives the endpoints
 * it publishes, and whether cookies are `Secure`, from Host and `X-Forwarded-*`, and those a stranger may choose.
 */
export function pinRequest(request: IncomingMessage, issuer: string): void {
  const { host, protocol } = new URL(issuer);
  request.headers.host = host;
  delete request.headers['x-forwarded-host'];
  delete request.headers.forwarded;
  request.headers['x-forwarded-proto'] = protocol.slice(0, -1);
  const withOriginal = request as IncomingMessage & { originalUrl?: string };
  request.url = pathAndQuery(request.url, issuer);
  if (withOriginal.originalUrl !== undefined)
    withOriginal.originalUrl = pathAndQuery(withOriginal.originalUrl, issuer);
}

/** A request may also name a whole address in its first line (RFC 9112 §3.2.2). */
function pathAndQuery(target: string | undefined, issuer: string): string {
  const url = URL.parse(target?.replace(/^\/+/, '/') ?? '/', issuer);
  return url === null ? '/' : `${url.pathname}${url.search}`;
}

/** Takes a cookie and its signature out of a request. */
export function dropCookie(request: IncomingMessage, name: string): void {
  const { cookie } = request.headers;
  if (cookie === undefined) return;
  request.headers.cookie = cookie
    .split(/; */)
    .filter((pair) => !pair.startsWith(`${name}=`) && !pair.startsWith(`${name}.sig=`))
    .join('; ');
}
