import type { RequestHandler } from 'express';
import type { Principal } from '../../access/principal.ts';
import type { Logger } from '../../log.ts';
import { refuseCaller } from '../challenges.ts';
import { principalOf } from '../request-access.ts';

export interface AdmittedDependencies {
  readonly permits: (principal: Principal) => Promise<boolean>;
  readonly log: Logger;
}

/** The administrator's lists of people and clients. A new sign-in would not help, so this is no challenge. */
export function admitted({ permits, log }: AdmittedDependencies): RequestHandler {
  return async (request, response, next) => {
    const caller = principalOf(request);
    if (await permits(caller)) {
      next();
      return;
    }
    log.info('access refused', {
      request_id: response.locals.requestId as string,
      reason: 'not_admitted',
      principal: caller.key,
      client: caller.clientId,
    });
    refuseCaller(response);
  };
}
