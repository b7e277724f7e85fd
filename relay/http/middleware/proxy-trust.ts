import type { Express, RequestHandler } from 'express';
import type { ProxyList } from '../../config/trusted-proxies.ts';

const FORWARDED = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-real-ip',
];

/**
 * Whose word about the client counts. A trusted peer's `X-Forwarded-For`, `-Proto` and `-Host` show as `request.ip`,
 * `request.protocol` and `request.host`; from any other peer they are removed, so that nothing behind can fall for
 * them. The Host header itself stays what it is, and is what `hostCheck` looks at. Addresses we hand out come from the
 * configuration, never from these.
 */
export function proxyTrust(app: Express, isProxy: ProxyList): RequestHandler {
  // Express walks the list of addresses from the right for as long as they are trusted.
  app.set('trust proxy', isProxy);
  return (request, _response, next) => {
    if (!isProxy(request.socket.remoteAddress ?? '', 0)) {
      for (const name of FORWARDED) {
        if (name in request.headers) Reflect.deleteProperty(request.headers, name);
      }
    }
    next();
  };
}
