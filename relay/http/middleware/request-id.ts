import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';

/** Names every request for the log and the answer. A caller's own id is kept when it is harmless to log. */
export function requestId() {
  return (request: Request, response: Response, next: NextFunction): void => {
    const given = request.get('x-request-id');
    const id = given !== undefined && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
    response.locals.requestId = id;
    // The MCP handler sees the request's headers, and no `locals`.
    request.headers['x-request-id'] = id;
    response.set('X-Request-Id', id);
    next();
  };
}
