import type { RequestHandler } from 'express';
import type { VerifiedToken } from '../../access/verification.ts';
import type { Logger } from '../../log.ts';
import { refuseToken } from '../challenges.ts';
import type { ChallengeFacts } from '../challenges.ts';
import { presentVerified, verifiedOf } from '../request-access.ts';

/** The token as it stands now: who it is at Nextcloud, and no more scopes than the person still allows. */
export type Standing = (token: VerifiedToken) => Promise<VerifiedToken | undefined>;

export interface StandingConsentDependencies {
  readonly standing: Standing;
  readonly challenges: ChallengeFacts;
  readonly log: Logger;
}

/**
 * Tokens of our own authorization server are good until they expire, whatever the person has taken back since; so
 * every call looks whether grant, consent and credential still stand.
 */
export function standingConsent(dependencies: StandingConsentDependencies): RequestHandler {
  const { standing, challenges, log } = dependencies;
  return async (request, response, next) => {
    const token = verifiedOf(request);
    const current = await standing(token);
    if (current !== undefined) {
      presentVerified(request, current);
      next();
      return;
    }
    log.info('access refused', {
      request_id: response.locals.requestId as string,
      reason: 'taken_back',
      client: token.clientId,
    });
    refuseToken(response, challenges);
  };
}
