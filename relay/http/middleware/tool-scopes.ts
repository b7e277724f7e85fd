import type { RequestHandler } from 'express';
import { neededScopes } from '../../access/needed-scopes.ts';
import type { ScopeIndex } from '../../access/needed-scopes.ts';
import { missingScopes, scopesToAskFor } from '../../access/scopes.ts';
import type { Logger } from '../../log.ts';
import { askForScopes } from '../challenges.ts';
import type { ChallengeFacts } from '../challenges.ts';
import { principalOf } from '../request-access.ts';

export interface ToolScopesDependencies {
  readonly index: ScopeIndex;
  readonly challenges: ChallengeFacts;
  readonly log: Logger;
}

/** One challenge with everything the call needs, instead of one scope after the other. Stands behind the body parser. */
export function toolScopes({ index, challenges, log }: ToolScopesDependencies): RequestHandler {
  return (request, response, next) => {
    const { scopes, key, clientId } = principalOf(request);
    const needed = neededScopes(request.body, index);
    const missing = missingScopes(needed, scopes);
    if (missing.length === 0) {
      next();
      return;
    }
    log.info('more scopes asked for', {
      request_id: response.locals.requestId as string,
      principal: key,
      client: clientId,
      missing,
    });
    askForScopes(response, challenges, scopesToAskFor(needed, scopes));
  };
}
