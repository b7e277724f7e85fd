import type { ErrorRequestHandler } from 'express';
import { RelayError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { failurePage } from './login-pages.ts';
import { sendPage } from '../send-page.ts';

/** What went wrong behind a link of ours, as a page: the people who opened it did nothing wrong. */
export function linkFailed(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    // what browsers send wrongly is answered like everywhere
    const { status } = (error ?? {}) as { status?: unknown };
    const fromBrowser = !(error instanceof RelayError) && typeof status === 'number';
    if (response.headersSent || fromBrowser) {
      next(error);
      return;
    }
    log.warn('a sign-in link failed', {
      cause: error,
      path: request.baseUrl + request.path,
      reason: error instanceof RelayError ? error.code : 'unexpected',
    });
    sendPage(response, failurePage(error));
  };
}
