import { RelayError } from '../errors.ts';

/*
 * Times in arguments are checked here and not by their schema: the patterns zod prints for them are longer than many a
 * tool.
 */

/** @throws RelayError `invalid_argument` unless `text` is a day of the calendar as YYYY-MM-DD */
export function dayArgument(text: string, argument: string): string {
  const date = new Date(`${text}T00:00:00Z`);
  const isDay =
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(date.getTime()) &&
    date.toISOString().startsWith(text);
  if (isDay) return text;
  throw new RelayError('invalid_argument', `Argument '${argument}' is no date: ${text}`, {
    hint: 'Write YYYY-MM-DD.',
  });
}

/** @throws RelayError `invalid_argument` unless `text` is an ISO 8601 time that says its zone */
export function instantArgument(text: string, argument: string): Date {
  const date = new Date(text);
  const isInstant =
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text) &&
    !Number.isNaN(date.getTime());
  if (isInstant) return date;
  throw new RelayError(
    'invalid_argument',
    `Argument '${argument}' is no time with a zone: ${text}`,
    {
      hint: 'Write it like 2027-03-01T09:00:00+01:00.',
    },
  );
}
