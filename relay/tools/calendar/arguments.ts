import * as z from 'zod';
import { RelayError } from '../../errors.ts';

/** What the tools of this folder have in common. */
export const calendarRead = {
  app: 'caldav',
  toolset: 'calendar',
  scopes: ['calendar:read'],
  effect: 'read',
} as const;
export const calendarWrite = {
  app: 'caldav',
  toolset: 'calendar',
  scopes: ['calendar:write'],
} as const;
export const todoRead = {
  app: 'caldav',
  toolset: 'tasks',
  scopes: ['todo:read', 'calendar:read'],
  effect: 'read',
} as const;
export const todoWrite = {
  app: 'caldav',
  toolset: 'tasks',
  scopes: ['todo:write', 'calendar:read'],
} as const;

export const calendarName = z
  .string()
  .min(1)
  .describe('Name of the calendar, as in nc_calendar_list_calendars');
export const eventUid = z.string().min(1).describe('UID of the event');
export const todoUid = z.string().min(1).describe('UID of the task');
export const timezone = z
  .string()
  .default('')
  .describe('IANA zone of times without offset; default: the zone of the calendar, else UTC');
export const etag = z
  .string()
  .default('')
  .describe('ETag as last read: the call fails if it was changed since');
export const recurrenceId = z
  .string()
  .default('')
  .describe('recurrence_id of one instance of a series; empty: the whole series');
export const thisAndFollowing = z
  .boolean()
  .default(false)
  .describe('With recurrence_id: this instance and all after it');

/** "All following" needs a first one. @throws RelayError `invalid_argument` */
export function refuseUnnamed(args: {
  readonly recurrence_id: string;
  readonly this_and_following: boolean;
}): void {
  if (!args.this_and_following || args.recurrence_id !== '') return;
  throw new RelayError(
    'invalid_argument',
    'this_and_following needs the recurrence_id of an instance.',
    {
      hint: 'nc_calendar_list_events shows it; without this_and_following the whole series is meant.',
    },
  );
}

/** An optional argument of an update: null or left out keeps. */
export function kept<Schema extends z.ZodType>(schema: Schema, description: string) {
  return schema.nullable().optional().describe(description);
}

/** Comma separated texts as clients give lists. */
export function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Null, as some clients send it for "not given", becomes undefined. */
export function given<T>(value: T | null | undefined): T | undefined {
  return value ?? undefined;
}
