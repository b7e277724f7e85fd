import type { NextFunction, Request, Response } from 'express';
import { hostnameOf } from '../../config/hostnames.ts';
import { messagePage } from '../../web/pages/message.ts';
import { isForPerson } from '../readers.ts';
import { refuse } from '../refusals.ts';
import { sendPage } from '../send-page.ts';

const UNKNOWN_NAME = messagePage({
  status: 403,
  title: 'Not known by this name',
  text: 'This gateway does not answer under the name in the address bar.',
  advice: 'Open it by its own address. If this one is yours, add the name to MCP_ALLOWED_HOSTS.',
});

/**
 * Answers only under names this server is known by: a page that rebinds its own name to our address (DNS rebinding)
 * sends that name here.
 */
export function hostCheck(allowed: ReadonlySet<string>) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const host = hostnameOf(`http://${request.headers.host ?? ''}`);
    if (host !== undefined && allowed.has(host)) next();
    else if (isForPerson(request)) sendPage(response, UNKNOWN_NAME);
    else
      refuse(
        response,
        403,
        'This Host is not allowed. Add it to MCP_ALLOWED_HOSTS when it is yours.',
      );
  };
}
