import type { Request } from 'express';

/** Whether somebody looks at the answer: browsers prefer HTML, programs ask for JSON or for nothing in particular. */
export function isForPerson(request: Request): boolean {
  return request.accepts(['json', 'html']) === 'html';
}
