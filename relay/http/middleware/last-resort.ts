import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from '../../log.ts';
import { refuse } from '../refusals.ts';

export function notFound(): RequestHandler {
  return (_request, response) => {
    refuse(response, 404, 'Nothing is served here. The MCP endpoint is /mcp.');
  };
}

/** Whatever nobody handled: logged with its request id, answered without a word of it. */
export function lastResort(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    log.error('request failed', { request_id: response.locals.requestId as string, error });
    if (response.headersSent) next(error);
    else refuse(response, 500, 'The gateway failed on this request.', -32603);
  };
}
