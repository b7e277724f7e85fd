import type { Response } from 'express';
import { documentOf } from '../web/layout.ts';
import type { Page } from '../web/page.ts';
import { messagePage } from '../web/pages/message.ts';
import { policyOf } from '../web/policy.ts';

export type { Page } from '../web/page.ts';

/**
 * Sends a page that no cache keeps and whose address (it may hold a state) goes to no other server. Not `no-referrer`:
 * under that browsers send our own forms with `Origin: null`, which the origin check refuses.
 */
export function sendPage(response: Response, page: Page): void {
  response.set({
    'Content-Security-Policy': policyOf(page),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  });
  response
    .status(page.status ?? 200)
    .type('html')
    .send(documentOf(page));
}

/** For links that are over, used or were never ours: which of these is nobody's business. */
export const DEAD_LINK: Page = messagePage({
  status: 400,
  title: 'This link is not valid any more',
  text: 'Links work once and for ten minutes.',
  advice: 'Ask your assistant for a new one.',
});
