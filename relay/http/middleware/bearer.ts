import type { Request, RequestHandler } from 'express';
import type { Logger } from '../../log.ts';
import { askForToken, refuseHeader } from '../challenges.ts';
import type { ChallengeFacts } from '../challenges.ts';
import { presentToken } from '../request-access.ts';

export interface BearerDependencies {
  readonly challenges: ChallengeFacts;
  readonly log: Logger;
}

/** RFC 6750 §2.1: `b64token`. */
const CREDENTIALS = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

type Presented =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'nothing' | 'query' | 'malformed' };

/** Takes the token from where it belongs, the Authorization header, and from nowhere else (RFC 6750 §2.3, MCP). */
export function bearer({ challenges, log }: BearerDependencies): RequestHandler {
  return (request, response, next) => {
    const presented = presentedIn(request);
    if (presented.kind === 'token') {
      presentToken(request, presented.token);
      next();
      return;
    }
    log.info('access refused', {
      request_id: response.locals.requestId as string,
      reason: `authorization_${presented.kind}`,
    });
    if (presented.kind === 'malformed') refuseHeader(response, challenges);
    else askForToken(response, challenges);
  };
}

function presentedIn(request: Request): Presented {
  // Not `headers`: Node drops a second Authorization header there without a word.
  const [header, ...more] = request.headersDistinct.authorization ?? [];
  const inQuery = hasQueryToken(request);
  if (header === undefined) return { kind: inQuery ? 'query' : 'nothing' };
  // Two ways at once are as bad as two headers (RFC 6750 §2).
  if (more.length > 0 || inQuery) return { kind: 'malformed' };
  const token = CREDENTIALS.exec(header.trim())?.[1];
  return token === undefined ? { kind: 'malformed' } : { kind: 'token', token };
}

function hasQueryToken(request: Request): boolean {
  const start = request.url.indexOf('?');
  return start >= 0 && new URLSearchParams(request.url.slice(start)).has('access_token');
}
