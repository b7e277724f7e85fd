import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from '../../log.ts';
import { statusPage } from '../../web/pages/message.ts';
import { isForPerson } from '../readers.ts';
import { refuse } from '../refusals.ts';
import { sendPage } from '../send-page.ts';

export function notFound(): RequestHandler {
  return (request, response) => {
    if (isForPerson(request)) sendPage(response, statusPage(404));
    else refuse(response, 404, 'Nothing is served here. The MCP endpoint is /mcp.');
  };
}

/**
 * Whatever nobody handled: logged with its request id, answered without a word of it. What a sender did wrong (a body
 * that is too long, an address that is not encoded) is no failure of ours and nothing to wake anybody for.
 */
export function lastResort(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    const request_id = response.locals.requestId as string;
    const status = faultOfSender(error);
    if (status === undefined) log.error('request failed', { request_id, error });
    else log.info('request not readable', { request_id, status });
    if (response.headersSent) next(error);
    else if (status === undefined) {
      refuse(response, 500, 'The gateway failed on this request.', -32603);
    } else {
      // the rest of its body may not have been read: the connection cannot be used again
      response.set('Connection', 'close');
      refuse(response, status, 'This request cannot be read.', -32600);
    }
  };
}

/** The status of the answer: body parsers mark what a sender may be told, and the router cannot decode an address. */
function faultOfSender(error: unknown): number | undefined {
  const { status, expose } = (error ?? {}) as { status?: unknown; expose?: unknown };
  const isMarked = expose === true || error instanceof URIError;
  return isMarked && typeof status === 'number' && status < 500 ? status : undefined;
}
