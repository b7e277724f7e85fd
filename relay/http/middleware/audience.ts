import type { RequestHandler } from 'express';
import { checkAudience } from '../../access/audience.ts';
import type { AudienceRule } from '../../access/audience.ts';
import type { Logger } from '../../log.ts';
import { refuseToken } from '../challenges.ts';
import type { ChallengeFacts } from '../challenges.ts';
import { presentAudience, verifiedOf } from '../request-access.ts';

export interface AudienceDependencies {
  readonly rule: AudienceRule;
  /** `checkAudience`, or `checkBothAudiences` where Nextcloud takes the client's own token. */
  readonly check?: typeof checkAudience;
  readonly challenges: ChallengeFacts;
  readonly log: Logger;
}

/** Takes tokens that were issued for this gateway, and no others (MCP: token passthrough is forbidden). */
export function audience(dependencies: AudienceDependencies): RequestHandler {
  const { rule, check = checkAudience, challenges, log } = dependencies;
  return (request, response, next) => {
    const { audiences, clientId, issuer } = verifiedOf(request);
    const answer = check(audiences, rule);
    if (answer.ok) {
      presentAudience(request);
      next();
      return;
    }
    log.info('access refused', {
      request_id: response.locals.requestId as string,
      reason: answer.reason,
      audiences,
      client: clientId,
      issuer,
    });
    refuseToken(response, challenges);
  };
}
