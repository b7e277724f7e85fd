import type { NextFunction, Request, Response } from 'express';
import { hostnameOf } from '../../config/hostnames.ts';
import { refuse } from '../refusals.ts';

/**
 * Answers only under names this server is known by: a page that rebinds its own name to our address (DNS rebinding)
 * sends that name here.
 */
export function hostCheck(allowed: ReadonlySet<string>) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const host = hostnameOf(`http://${request.headers.host ?? ''}`);
    if (host !== undefined && allowed.has(host)) next();
    else
      refuse(
        response,
        403,
        'This Host is not allowed. Add it to MCP_ALLOWED_HOSTS when it is yours.',
      );
  };
}
