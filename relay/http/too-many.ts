import type { Response } from 'express';
import { refuse } from './refusals.ts';

/** RFC 6585 §4. */
export function refuseForNow(response: Response, retryAfter: number): void {
  response.set({ 'Retry-After': String(retryAfter), 'Cache-Control': 'no-store' });
  refuse(response, 429, `Too many requests. Try again in ${String(retryAfter)} s.`);
}
