import type { RequestHandler } from 'express';
import type { Logger } from '../../log.ts';
import { refuseClient } from '../challenges.ts';
import { verifiedOf } from '../request-access.ts';

export interface AllowedClientsDependencies {
  /** Client ids (`ALLOWED_MCP_CLIENTS`); undefined allows every client the identity provider knows. */
  readonly allowed: ReadonlySet<string> | undefined;
  readonly log: Logger;
}

/** By the client the token was issued to; a token that names none is refused where there is a list. */
export function allowedClients({ allowed, log }: AllowedClientsDependencies): RequestHandler {
  return (request, response, next) => {
    const { clientId } = verifiedOf(request);
    if (allowed === undefined || (clientId !== '' && allowed.has(clientId))) {
      next();
      return;
    }
    log.info('access refused', {
      request_id: response.locals.requestId as string,
      reason: 'client_not_allowed',
      client: clientId,
    });
    refuseClient(response);
  };
}
