import type { RequestHandler } from 'express';
import type { Principal } from '../../access/principal.ts';
import type { Logger } from '../../log.ts';
import { RelayError } from '../../errors.ts';
import { refuseCaller, refuseForOutage } from '../challenges.ts';
import { principalOf, tokenOf } from '../request-access.ts';

export interface AdmittedDependencies {
  /** @throws RelayError when it cannot be told just now */
  readonly permits: (principal: Principal, token: string) => Promise<boolean>;
  readonly log: Logger;
}

/** The administrator's lists of people and clients. A new sign-in would not help, so this is no challenge. */
export function admitted({ permits, log }: AdmittedDependencies): RequestHandler {
  return async (request, response, next) => {
    const caller = principalOf(request);
    const permitted = await permits(caller, tokenOf(request)).catch((cause: unknown) => {
      if (!(cause instanceof RelayError)) throw cause;
      log.warn('whether somebody may call could not be told', { principal: caller.key, cause });
      return undefined;
    });
    if (permitted === true) {
      next();
      return;
    }
    if (permitted === undefined) {
      refuseForOutage(response, 'Whether you may call cannot be told at the moment');
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
