import { createHash, timingSafeEqual } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import { refuse } from '../refusals.ts';

/**
 * The one token of a single-user server (RFC 6750). The comparison takes the same time for every wrong token: digests
 * of equal length are compared, not the tokens. Without a configured token everybody passes; the configuration makes
 * sure that this is loopback only.
 */
export function staticBearer(token: string | undefined) {
  const expected = token === undefined ? undefined : digest(token);
  return (request: Request, response: Response, next: NextFunction): void => {
    if (expected === undefined) {
      next();
      return;
    }
    // Not `headers`: Node drops a second Authorization header there without a word.
    const [header, ...more] = request.headersDistinct.authorization ?? [];
    if (more.length > 0) {
      response.set('WWW-Authenticate', 'Bearer error="invalid_request"');
      refuse(response, 400, 'Send one Authorization header.');
      return;
    }
    const given = header === undefined ? undefined : /^Bearer +([\w.~+/=-]+) *$/i.exec(header)?.[1];
    if (given !== undefined && timingSafeEqual(digest(given), expected)) {
      next();
      return;
    }
    // RFC 6750 §3.1: no error code when the request carried no credential at all.
    const challenge = header === undefined ? 'Bearer' : 'Bearer error="invalid_token"';
    response.set('WWW-Authenticate', challenge);
    refuse(response, 401, 'A bearer token is needed: the one in MCP_BEARER_TOKEN of this gateway.');
  };
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
