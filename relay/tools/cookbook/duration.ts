import { RelayError } from '../../errors.ts';

/**
 * A duration as Cookbook keeps it (`PT1H30M`), from ISO 8601, `1:30`, `90 min`, `1 h 30 min` or plain minutes.
 * Checked here: Cookbook drops what it cannot read and every part above hours (lib/Helper/ISO8601DurationHelper.php).
 *
 * @throws RelayError `invalid_argument`
 */
export function isoDuration(text: string, argument: string): string {
  const seconds = readIso(text) ?? readClock(text) ?? readWords(text);
  if (seconds === undefined) {
    throw new RelayError('invalid_argument', `Argument '${argument}' is no duration: ${text}`, {
      hint: 'Write PT1H30M, 1:30 or 90 min.',
    });
  }
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = seconds % 60;
  return `PT${String(hours)}H${String(minutes)}M${rest === 0 ? '' : `${String(rest)}S`}`;
}

function readIso(text: string): number | undefined {
  const match = /^P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i.exec(
    text.trim(),
  );
  if (match === null) return undefined;
  const parts: readonly (string | undefined)[] = match.slice(1);
  const [weeks, days, hours, minutes, seconds] = parts.map((part) => Number(part ?? 0));
  return (
    sum(weeks, 604_800) + sum(days, 86_400) + sum(hours, 3600) + sum(minutes, 60) + sum(seconds, 1)
  );
}

function readClock(text: string): number | undefined {
  const match = /^(\d{1,3}):([0-5]\d)$/.exec(text.trim());
  return match === null ? undefined : Number(match[1]) * 3600 + Number(match[2]) * 60;
}

function readWords(text: string): number | undefined {
  const match = /^(?:(\d+)\s*h(?:ours?|rs?)?)?\s*(?:(\d+)\s*(?:m|mins?|minutes?)?)?$/i.exec(
    text.trim(),
  );
  if (match === null || (match[1] === undefined && match[2] === undefined)) return undefined;
  return Number(match[1] ?? 0) * 3600 + Number(match[2] ?? 0) * 60;
}

function sum(count: number | undefined, seconds: number): number {
  return (count ?? 0) * seconds;
}
