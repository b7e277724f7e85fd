import type { RequestHandler } from 'express';
import type { Verification } from '../../access/verification.ts';
import type { Logger } from '../../log.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import { refuseVerification } from '../challenges.ts';
import type { ChallengeFacts } from '../challenges.ts';
import { presentVerified, tokenOf } from '../request-access.ts';

export interface VerifiedTokenDependencies {
  /** `AccessTokens.verify`. */
  readonly verify: (token: string) => Promise<Verification>;
  readonly challenges: ChallengeFacts;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Signature, issuer, time and type. */
export function verifiedToken(dependencies: VerifiedTokenDependencies): RequestHandler {
  const { verify, challenges, log, metrics } = dependencies;
  return async (request, response, next) => {
    const verification = await verify(tokenOf(request));
    metrics.tokenCheck(verification.ok ? 'ok' : verification.reason);
    if (verification.ok) {
      presentVerified(request, verification.token);
      next();
      return;
    }
    const { reason } = verification;
    log.info('access refused', { request_id: response.locals.requestId as string, reason });
    refuseVerification(response, challenges, reason);
  };
}
