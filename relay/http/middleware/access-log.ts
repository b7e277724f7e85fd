import type { NextFunction, Request, Response } from 'express';
import type { Logger } from '../../log.ts';

/** One line per answered request: no query (it may hold what people look for), no headers, no body. */
export function accessLog(log: Logger, now: () => number = () => performance.now()) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const start = now();
    const { path, method } = request;
    response.once('close', () => {
      const quiet = path.startsWith('/health/') && response.statusCode < 400;
      log[quiet ? 'debug' : 'info']('request', {
        request_id: response.locals.requestId as string,
        method,
        path,
        status: response.statusCode,
        ms: Math.round(now() - start),
        // The client went away before the answer was complete.
        ...(response.writableFinished ? {} : { aborted: true }),
      });
    });
    next();
  };
}
