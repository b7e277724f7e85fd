import type { NextFunction, Request, Response } from 'express';
import { hostnameOf } from '../../config/hostnames.ts';
import { messagePage } from '../../web/pages/message.ts';
import { isForPerson } from '../readers.ts';
import { refuse } from '../refusals.ts';
import { sendPage } from '../send-page.ts';

const FOREIGN_PAGE = messagePage({
  status: 403,
  title: 'This came from another site',
  text: 'A page of another site sent you here with a form. Nothing was done.',
  advice: 'Close that site. If it is yours, add its origin to MCP_ALLOWED_ORIGINS.',
  link: { href: '/', text: 'To the start page' },
});

export interface AllowedOrigins {
  /** Hostnames any of whose pages may call: this machine's own. */
  readonly hostnames: ReadonlySet<string>;
  /** Whole origins, e.g. `https://app.example.org`. */
  readonly origins: ReadonlySet<string>;
}

/**
 * A browser says from which page a request comes; only known pages may call (MCP transports, "DNS rebinding").
 * Programs send no Origin and pass. Allowed pages get the CORS headers they need.
 */
export function originCheck(allowed: AllowedOrigins) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const { origin } = request.headers;
    if (origin === undefined) {
      next();
      return;
    }
    const hostname = hostnameOf(origin);
    const fits =
      allowed.origins.has(origin) || (hostname !== undefined && allowed.hostnames.has(hostname));
    if (!fits) {
      if (isForPerson(request)) sendPage(response, FOREIGN_PAGE);
      else
        refuse(
          response,
          403,
          'This Origin is not allowed. Add it to MCP_ALLOWED_ORIGINS when it is yours.',
        );
      return;
    }
    response.set({
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Expose-Headers': 'WWW-Authenticate, Mcp-Session-Id, X-Request-Id',
      Vary: 'Origin',
    });
    if (request.method === 'OPTIONS') preflight(response);
    else next();
  };
}

function preflight(response: Response): void {
  response.set({
    'Access-Control-Allow-Methods': 'GET, POST, DELETE',
    'Access-Control-Allow-Headers':
      'Authorization, Content-Type, Accept, MCP-Protocol-Version, Mcp-Session-Id, Mcp-Method, Mcp-Name, Last-Event-ID',
    'Access-Control-Max-Age': '600',
  });
  response.status(204).end();
}
