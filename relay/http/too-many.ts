import type { Request, Response } from 'express';
import { statusPage } from '../web/pages/message.ts';
import { isForPerson } from './readers.ts';
import { refuse } from './refusals.ts';
import { sendPage } from './send-page.ts';

/** RFC 6585 §4. */
export function refuseForNow(request: Request, response: Response, retryAfter: number): void {
  response.set({ 'Retry-After': String(retryAfter), 'Cache-Control': 'no-store' });
  const said = `Too many requests. Try again in ${String(retryAfter)} s.`;
  if (isForPerson(request)) sendPage(response, statusPage(429));
  else if (request.originalUrl.startsWith('/oauth/'))
    // what OAuth clients can read (RFC 6749 §5.2)
    response.status(429).json({ error: 'temporarily_unavailable', error_description: said });
  else refuse(response, 429, said);
}
