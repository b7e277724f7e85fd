import ICAL from 'ical.js';
import { RelayError } from '../../errors.ts';
import { basicForm, readMoment } from './icalendar-time.ts';
import type { Moment } from './icalendar-time.ts';
import { DAY, instantOfWall, UTC, wallOfInstant } from './icalendar-zones.ts';

/** Instances one rule may be walked through for one answer. */
const MOST_STEPS = 50_000;
const MONTHS = 31 * DAY;

/** What of a rule's instances is wanted, as local times. */
export interface Walk {
  readonly fromWall: number;
  readonly toWall: number;
}

export interface RuleInstances {
  readonly walls: readonly number[];
  /** The walk was given up before the end of the window. */
  readonly truncated: boolean;
}

/** Milliseconds of one step of those frequencies that have one. */
const PERIOD: Readonly<Record<string, number>> = {
  SECONDLY: 1000,
  MINUTELY: 60_000,
  HOURLY: 3_600_000,
  DAILY: DAY,
  WEEKLY: 7 * DAY,
};

type Parts = Map<string, string>;

/** `FREQ=WEEKLY;BYDAY=MO` as parts, names and values upper case. */
export function ruleParts(rule: string): Parts {
  const pairs = rule
    .replace(/^RRULE:/i, '')
    .toUpperCase()
    .split(';')
    .filter((pair) => pair.trim() !== '');
  return new Map(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name.trim(), value.join('=').trim()];
    }),
  );
}

export function ruleText(parts: Parts): string {
  return [...parts].map(([name, value]) => `${name}=${value}`).join(';');
}

/** RFC 5545 section 3.3.10. On others, such as SKIP of RFC 7529, Nextcloud fails. */
const PARTS = new Set([
  'FREQ',
  'UNTIL',
  'COUNT',
  'INTERVAL',
  'BYSECOND',
  'BYMINUTE',
  'BYHOUR',
  'BYDAY',
  'BYMONTHDAY',
  'BYYEARDAY',
  'BYWEEKNO',
  'BYMONTH',
  'BYSETPOS',
  'WKST',
]);

/** Not 30 February. */
function isDate(value: string): boolean {
  const moment = readMoment(value, undefined, () => undefined);
  return moment !== undefined && basicForm(moment) === value.trim();
}

/**
 * Checks a rule someone typed and gives it in its plain form, without `RRULE:`.
 * @throws RelayError `invalid_argument`
 */
export function checkedRule(rule: string): string {
  const parts = ruleParts(rule);
  const text = ruleText(parts);
  const fault = (message: string): RelayError =>
    new RelayError('invalid_argument', `The recurrence rule is not valid: ${message}.`, {
      hint: 'Use RFC 5545 form, for example FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10.',
    });
  if (!/^[A-Z0-9=;,+:-]*$/.test(text)) throw fault('it holds characters that no rule has');
  if (!/^(?:SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY)$/.test(parts.get('FREQ') ?? '')) {
    throw fault('FREQ is missing or unknown');
  }
  if (parts.has('COUNT') && parts.has('UNTIL')) throw fault('COUNT and UNTIL exclude each other');
  const unknown = [...parts.keys()].find((name) => !PARTS.has(name));
  if (unknown !== undefined) throw fault(`Nextcloud does not know ${unknown}`);
  for (const name of ['COUNT', 'INTERVAL'])
    if (!/^[1-9]\d*$/.test(parts.get(name) ?? '1')) throw fault(`${name} is a number from 1`);
  if (
    /\d/.test(parts.get('BYDAY') ?? '') &&
    !/^(?:MONTHLY|YEARLY)$/.test(parts.get('FREQ') ?? '')
  ) {
    throw fault('BYDAY has numbers in months and years only');
  }
  if (parts.has('UNTIL') && !isDate(parts.get('UNTIL') ?? '')) throw fault('UNTIL is no date');
  try {
    ICAL.Recur.fromString(withoutUntil(parts));
  } catch (cause) {
    throw fault(cause instanceof Error ? cause.message.slice(0, 120) : 'it cannot be read');
  }
  return text;
}

function withoutUntil(parts: Parts): string {
  return ruleText(new Map([...parts].filter(([name]) => name !== 'UNTIL')));
}

function withoutEnd(parts: Parts): string {
  return ruleText(new Map([...parts].filter(([name]) => name !== 'UNTIL' && name !== 'COUNT')));
}

/**
 * Local start times of a rule inside a window, in order. The first instance is always the start itself. Rules that
 * cannot be read give the start only. Walks in local time, so a series keeps its hour over a change of offset.
 */
export function ruleInstances(
  rule: string,
  start: Moment,
  { fromWall, toWall }: Walk,
): RuleInstances {
  const parts = ruleParts(rule);
  const until = untilWall(parts.get('UNTIL'), start);
  pinLeapDay(parts, start);
  const walls = start.wall >= fromWall && start.wall < toWall ? [start.wall] : [];
  let iterator: ICAL.RecurIterator;
  try {
    iterator = ICAL.Recur.fromString(withoutEnd(parts)).iterator(
      icalTime(skipAhead(parts, start.wall, fromWall), start.dateOnly),
    );
  } catch {
    return { walls, truncated: false };
  }
  // the start counts, whether the rule has it or not
  let left = Number(parts.get('COUNT') ?? Infinity) - 1;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const next = left <= 0 ? null : (iterator.next() as ICAL.Time | null);
    if (next === null) return { walls, truncated: false };
    const wall = wallOf(next);
    if (wall >= toWall || wall > until) return { walls, truncated: false };
    if (wall <= start.wall || !isMeant(parts, next)) continue;
    left -= 1;
    if (wall >= fromWall) walls.push(wall);
  }
  return { walls, truncated: true };
}

/** RFC 5545: UNTIL is in UTC when the start has a zone; a day includes all of that day. */
function untilWall(value: string | undefined, start: Moment): number {
  const until = value === undefined ? undefined : readMoment(value, undefined, () => undefined);
  if (until === undefined) return Infinity;
  if (until.dateOnly) return until.wall + DAY - 1;
  if (until.zone === UTC && start.zone !== undefined) {
    return wallOfInstant(instantOfWall(until.wall, UTC), start.zone);
  }
  return until.wall;
}

/** A yearly series from 29 February means leap years; the library would go on with 1 March. */
function pinLeapDay(parts: Parts, { wall }: Moment): void {
  const date = new Date(wall);
  const plain =
    parts.get('FREQ') === 'YEARLY' && ![...parts.keys()].some((name) => name.startsWith('BY'));
  if (!plain || date.getUTCMonth() !== 1 || date.getUTCDate() !== 29) return;
  parts.set('BYMONTH', '2');
  parts.set('BYMONTHDAY', '29');
}

/** The library turns 30 February into 2 March: what the rule does not name is left out. */
function isMeant(parts: Parts, { month, day }: ICAL.Time): boolean {
  const numbers = (name: string): number[] | undefined => parts.get(name)?.split(',').map(Number);
  const months = numbers('BYMONTH');
  if (months !== undefined && !months.includes(month)) return false;
  const days = numbers('BYMONTHDAY');
  return days === undefined || days.some((one) => one < 0) || days.includes(day);
}

/** Starts the walk near the window where a whole number of steps leads there; counted rules have to be walked. */
function skipAhead(parts: Parts, wall: number, fromWall: number): number {
  const period = PERIOD[parts.get('FREQ') ?? ''];
  if (period === undefined || parts.has('COUNT') || parts.has('BYSETPOS')) return wall;
  const step = period * Math.max(1, Number(parts.get('INTERVAL') ?? 1) || 1);
  const steps = Math.floor((fromWall - MONTHS - wall) / step);
  return steps > 0 ? wall + steps * step : wall;
}

function icalTime(wall: number, isDate: boolean): ICAL.Time {
  const date = new Date(wall);
  return ICAL.Time.fromData({
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    isDate,
  });
}

function wallOf({ year, month, day, hour, minute, second }: ICAL.Time): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
