import { RelayError } from '../../errors.ts';
import { basicForm, readMoment } from './icalendar-time.ts';
import type { Moment } from './icalendar-time.ts';
import { DAY, instantOfWall, UTC, wallOfInstant } from './icalendar-zones.ts';
import { ruleInstances, ruleParts } from './recurrence-rule.ts';

export interface MovedRule {
  readonly rule: string;
  /** Every instance moves by the same step, so that dates which name single instances can follow. */
  readonly even: boolean;
}

const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const;
type Parts = ReturnType<typeof ruleParts>;
/** New values of parts; undefined: the rule says more than a moved start can tell. */
type Change =
  { readonly parts: Readonly<Record<string, string>>; readonly even: boolean } | undefined;

const SAME: Change = { parts: {}, even: true };

/**
 * The rule of a series whose start moves: what it says about the day and hour of the old start it then says about the
 * new one (`BYDAY=MO` becomes `BYDAY=TU`), and its end lets as many instances pass as before. A rule that has the new
 * start among its days stays, and the series only begins elsewhere.
 *
 * @throws RelayError `unsupported` when the rule says more than that
 */
export function movedRule(rule: string, from: Moment, to: Moment): MovedRule {
  const parts = ruleParts(rule);
  const [days, hours] = [
    movedDays(parts, from.wall, to.wall),
    movedHours(parts, from.wall, to.wall),
  ];
  if (days === undefined || hours === undefined) {
    throw new RelayError('unsupported', `The rule ${rule} cannot follow this start by itself.`, {
      hint: 'Give the recurrence_rule that the series shall have from there.',
    });
  }
  const moved = withParts(rule, { ...days.parts, ...hours.parts });
  // without its own step the series begins later, at its old hour
  const before = days.even ? from : { ...from, wall: dayOf(to.wall) + timeOf(from.wall) };
  return { rule: withEnd(moved, rule, before, to), even: days.even };
}

function dayOf(wall: number): number {
  return Math.floor(wall / DAY) * DAY;
}

function timeOf(wall: number): number {
  return wall - dayOf(wall);
}

function movedDays(parts: Parts, from: number, to: number): Change {
  const step = Math.round((dayOf(to) - dayOf(from)) / DAY);
  const names = ['BYDAY', 'BYMONTHDAY', 'BYMONTH', 'BYSETPOS', 'BYYEARDAY', 'BYWEEKNO'];
  const said = names.filter((name) => parts.has(name));
  if (step === 0 || said.length === 0) return SAME;
  const [frequency, byDay = ''] = [parts.get('FREQ') ?? '', parts.get('BYDAY')];
  const plain = /^(?:[A-Z]{2},?)+$/.test(byDay);
  if (said.join() === 'BYDAY' && plain && frequency !== 'MONTHLY' && frequency !== 'YEARLY')
    return movedWeekdays(parts, byDay.split(','), from, to);
  const months = parts.get('BYMONTH');
  const yearly = frequency === 'YEARLY' && months === String(new Date(from).getUTCMonth() + 1);
  if (!yearly && !(frequency === 'MONTHLY' && months === undefined)) return undefined;
  const month = yearly ? { BYMONTH: String(new Date(to).getUTCMonth() + 1) } : {};
  if (said.includes('BYSETPOS')) return undefined;
  if (parts.has('BYDAY') === parts.has('BYMONTHDAY'))
    return parts.has('BYDAY') ? undefined : { parts: month, even: true };
  const day = parts.has('BYDAY')
    ? movedOrdinal(byDay, from, to)
    : movedMonthDay(parts.get('BYMONTHDAY') ?? '', from, to);
  return day === undefined ? undefined : { parts: { ...month, ...day.parts }, even: day.even };
}

/** All weekdays move by the same step, unless the series only begins on another of them. */
function movedWeekdays(parts: Parts, days: readonly string[], from: number, to: number): Change {
  const at = (wall: number): number => new Date(wall).getUTCDay();
  const [old, now] = [WEEKDAYS[at(from)] ?? '', WEEKDAYS[at(to)] ?? ''];
  if (!days.includes(old) || old === now) return SAME;
  if (days.includes(now)) return { parts: {}, even: false };
  // in every other week days that wrap into the next one would be a week late
  if (days.length > 1 && Number(parts.get('INTERVAL') ?? 1) > 1) return undefined;
  const moved = days.map((day) => {
    const index = WEEKDAYS.indexOf(day as (typeof WEEKDAYS)[number]);
    return WEEKDAYS[(index + at(to) - at(from) + 7) % 7] ?? day;
  });
  return { parts: { BYDAY: moved.join(',') }, even: true };
}

function movedMonthDay(said: string, from: number, to: number): Change {
  const [old, now] = [new Date(from).getUTCDate(), new Date(to).getUTCDate()];
  const days = said.split(',').map(Number);
  if (!days.includes(old)) return undefined;
  if (days.length > 1) return days.includes(now) ? { parts: {}, even: false } : undefined;
  const sameMonth = new Date(from).getUTCMonth() === new Date(to).getUTCMonth();
  // not every month has more days than these
  return { parts: { BYMONTHDAY: String(now) }, even: sameMonth && Math.max(old, now) <= 28 };
}

/** `2MO`, `-1FR`: the first one that fits the new day from the same end of the month. */
function movedOrdinal(said: string, from: number, to: number): Change {
  const match = /^([+-]?\d)([A-Z]{2})$/.exec(said);
  const ordinal = Number(match?.[1]);
  const old = ordinalOf(from, ordinal < 0);
  if (match === null || old !== said.replace('+', '')) return undefined;
  const weeks = (dayOf(to) - dayOf(from)) % (7 * DAY) === 0;
  return { parts: { BYDAY: ordinalOf(to, ordinal < 0) }, even: weeks };
}

function ordinalOf(wall: number, fromEnd: boolean): string {
  const date = new Date(wall);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  const ordinal = fromEnd
    ? -Math.ceil((last - date.getUTCDate() + 1) / 7)
    : Math.ceil(date.getUTCDate() / 7);
  return `${ordinal}${WEEKDAYS[date.getUTCDay()] ?? ''}`;
}

function movedHours(parts: Parts, from: number, to: number): Change {
  const changed: Record<string, string> = {};
  for (const [name, unit] of [
    ['BYHOUR', 'getUTCHours'],
    ['BYMINUTE', 'getUTCMinutes'],
    ['BYSECOND', 'getUTCSeconds'],
  ] as const) {
    const said = parts.get(name);
    const [old, now] = [new Date(from)[unit](), new Date(to)[unit]()];
    if (said === undefined || old === now) continue;
    if (Number(said) !== old) return undefined;
    changed[name] = String(now);
  }
  return { parts: changed, even: true };
}

function withParts(rule: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce(
    (text, [name, value]) =>
      text.replace(new RegExp(`(^|;)${name}=[^;]*`, 'i'), `$1${name}=${value}`),
    rule,
  );
}

/** Moves `UNTIL` along where it would otherwise cut off an instance, or let another one in. */
function withEnd(moved: string, rule: string, before: Moment, to: Moment): string {
  const until = readMoment(ruleParts(moved).get('UNTIL') ?? '', undefined, () => undefined);
  if (until === undefined || before.dateOnly !== to.dateOnly || until.dateOnly !== to.dateOnly)
    return moved;
  const all = { fromWall: -Infinity, toWall: Infinity };
  const count = (text: string, start: Moment): number =>
    ruleInstances(text, start, all).walls.length;
  if (count(moved, to) === count(rule, before)) return moved;
  const local =
    until.zone === UTC && before.zone !== undefined
      ? wallOfInstant(until.wall, before.zone)
      : until.wall;
  const wall = local + to.wall - before.wall;
  const end =
    until.zone === UTC
      ? { ...until, wall: instantOfWall(wall, to.zone ?? UTC) }
      : { ...until, wall };
  return withParts(moved, { UNTIL: basicForm(end) });
}
