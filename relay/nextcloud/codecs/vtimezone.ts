import { basicForm } from './icalendar-time.ts';
import { DAY, UTC, wallOfInstant } from './icalendar-zones.ts';
import type { Zone } from './icalendar-zones.ts';

/** One change of offset. */
interface Transition {
  readonly instant: number;
  /** Seconds east of UTC before and after. */
  readonly from: number;
  readonly to: number;
}

/** Years that must show the same pattern before it is called a rule. */
const YEARS_SEEN = 5;
/** Years listed one by one for zones without a simple rule (Morocco's follow the moon). */
const YEARS_LISTED = 10;

/**
 * The VTIMEZONE of a zone for objects that start in `year` or later, as unfolded lines. Offsets come from the
 * platform's time zone data. A yearly pattern is written as a rule, anything else as a list of dates.
 */
export function vtimezone(zone: Zone, year: number): string[] {
  const transitions = transitionsBetween(zone, year - 1, year + YEARS_LISTED);
  const rules = yearlyRules(transitions, year - 1);
  const observances = rules ?? listed(transitions, zone, year);
  return ['BEGIN:VTIMEZONE', `TZID:${zone.id}`, ...observances, 'END:VTIMEZONE'];
}

function transitionsBetween(zone: Zone, firstYear: number, lastYear: number): Transition[] {
  const found: Transition[] = [];
  const end = Date.UTC(lastYear + 1, 0, 1);
  for (let at = Date.UTC(firstYear, 0, 1); at < end; at += 7 * DAY) {
    const [from, to] = [zone.offsetAt(at), zone.offsetAt(at + 7 * DAY)];
    if (from !== to) found.push({ instant: changeBetween(zone, at, at + 7 * DAY), from, to });
  }
  return found;
}

/** First second with the new offset, by halving. */
function changeBetween(zone: Zone, low: number, high: number): number {
  const old = zone.offsetAt(low);
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2000) * 1000;
    if (zone.offsetAt(middle) === old) low = middle;
    else high = middle;
  }
  return high;
}

interface Pattern {
  readonly key: string;
  readonly rule: string;
}

/** Observances with an RRULE each, when every year looks the same; undefined otherwise. */
function yearlyRules(transitions: readonly Transition[], firstYear: number): string[] | undefined {
  const years = Array.from({ length: YEARS_SEEN }, (_, index) => {
    const year = firstYear + index;
    return transitions.filter((one) => new Date(onset(one)).getUTCFullYear() === year);
  });
  const first = years[0] ?? [];
  if (first.length === 0) return undefined;
  const lines: string[] = [];
  for (const [index, transition] of first.entries()) {
    const same = years.map((year) => year[index]);
    if (years.some((year) => year.length !== first.length)) return undefined;
    const pattern = commonPattern(same.filter((one) => one !== undefined));
    if (pattern === undefined) return undefined;
    lines.push(...observance(transition, [`RRULE:FREQ=YEARLY;${pattern}`], isDaylight(transition)));
  }
  return lines;
}

function commonPattern(transitions: readonly Transition[]): string | undefined {
  const [nth, last] = [false, true].map((fromEnd) =>
    transitions.map((one) => pattern(one, fromEnd)),
  );
  const agreeing = [last, nth].find((all) => new Set(all?.map(({ key }) => key)).size === 1);
  return agreeing?.[0]?.rule;
}

function pattern(transition: Transition, fromEnd: boolean): Pattern {
  const local = new Date(onset(transition));
  const day = local.getUTCDate();
  const inMonth = new Date(
    Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 0),
  ).getUTCDate();
  const nth = fromEnd ? (day + 7 > inMonth ? -1 : 0) : Math.ceil(day / 7);
  const weekday = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'][local.getUTCDay()] ?? 'SU';
  const rule = `BYMONTH=${local.getUTCMonth() + 1};BYDAY=${nth}${weekday}`;
  const time = local.getTime() % DAY;
  // "not in the last week" is no pattern
  const key =
    nth === 0 ? `${transition.instant}` : `${rule} ${time} ${transition.from} ${transition.to}`;
  return { key, rule };
}

/** Each change on its own, after one entry for what holds before the first. */
function listed(transitions: readonly Transition[], zone: Zone, year: number): string[] {
  const offset = zone.offsetAt(Date.UTC(year - 1, 0, 1));
  const start: Transition = { instant: -offset * 1000, from: offset, to: offset };
  return [start, ...transitions].flatMap((one) => observance(one, [], isDaylight(one)));
}

function observance(transition: Transition, more: readonly string[], daylight: boolean): string[] {
  const kind = daylight ? 'DAYLIGHT' : 'STANDARD';
  return [
    `BEGIN:${kind}`,
    `DTSTART:${basicForm({ dateOnly: false, wall: onset(transition), zone: undefined })}`,
    `TZOFFSETFROM:${offsetForm(transition.from)}`,
    `TZOFFSETTO:${offsetForm(transition.to)}`,
    ...more,
    `END:${kind}`,
  ];
}

function isDaylight({ from, to }: Transition): boolean {
  return to > from;
}

/** Local time of a change in the offset that ends with it (RFC 5545 section 3.6.5). */
function onset({ instant, from }: Transition): number {
  return wallOfInstant(instant, { ...UTC, offsetAt: () => from });
}

function offsetForm(seconds: number): string {
  const absolute = Math.abs(seconds);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const rest = absolute % 60 === 0 ? '' : two(absolute % 60);
  return `${seconds < 0 ? '-' : '+'}${two(absolute / 3600)}${two((absolute / 60) % 60)}${rest}`;
}
