import { RelayError } from '../../errors.ts';
import { DAY, instantOfWall, wallOfInstant } from '../../nextcloud/codecs/icalendar-zones.ts';
import type { Zone } from '../../nextcloud/codecs/icalendar-zones.ts';
import type { Between } from './calendar-objects.ts';

/** Minutes of a day, half open. */
export interface DayRange {
  readonly from: number;
  readonly to: number;
}

export interface SlotWish {
  readonly minutes: number;
  readonly window: Between;
  readonly zone: Zone;
  /** Empty: the whole day. */
  readonly hours: readonly DayRange[];
  readonly weekends: boolean;
  /** These come first. */
  readonly preferred: readonly DayRange[];
}

export interface Slot extends Between {
  /** End of the free time that begins with the slot. */
  readonly freeUntil: number;
  readonly preferred: boolean;
}

const QUARTER = 15 * 60_000;
const MINUTE = 60_000;

/** Reads `09:00-12:00, 14:00-16:30`. @throws RelayError `invalid_argument` */
export function dayRanges(text: string, argument: string): DayRange[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const match = /^(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})$/.exec(part);
      const [, fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = (match ?? []).map(Number);
      const range = { from: fromHour * 60 + fromMinute, to: toHour * 60 + toMinute };
      if (match === null || range.to <= range.from || range.to > 1440) {
        throw new RelayError('invalid_argument', `'${argument}' is not HH:MM-HH:MM: '${part}'.`);
      }
      return range;
    });
}

/** Overlapping and touching times become one; in order. */
export function merged(busy: readonly Between[]): Between[] {
  const result: { from: number; to: number }[] = [];
  for (const { from, to } of [...busy].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else if (to > from) result.push({ from, to });
  }
  return result;
}

/**
 * Free times of at least the wished length, one slot at the beginning of each, on quarters of an hour. Preferred ones
 * first, then by time.
 */
export function freeSlots(busy: readonly Between[], wish: SlotWish): Slot[] {
  const taken = merged(busy);
  const preferred = wish.preferred.length === 0 ? [] : slotsIn(taken, wish, wish.preferred, true);
  const known = new Set(preferred.map(({ from }) => from));
  const others = slotsIn(taken, wish, wish.hours, false).filter(({ from }) => !known.has(from));
  return [...preferred, ...others];
}

function slotsIn(
  taken: readonly Between[],
  wish: SlotWish,
  hours: readonly DayRange[],
  preferred: boolean,
): Slot[] {
  const allowed = merged(days(wish).flatMap((day) => openings(day, wish, hours, preferred)));
  return allowed
    .flatMap((opening) => gaps(opening, taken))
    .flatMap((gap) => {
      const from = Math.ceil(gap.from / QUARTER) * QUARTER;
      const to = from + wish.minutes * MINUTE;
      return to > gap.to ? [] : [{ from, to, freeUntil: gap.to, preferred }];
    });
}

/** Local midnights of the window's days. */
function days({ window, zone }: SlotWish): number[] {
  const first = Math.floor(wallOfInstant(window.from, zone) / DAY) * DAY;
  const last = wallOfInstant(window.to, zone);
  const count = Math.ceil((last - first) / DAY);
  return Array.from({ length: Math.max(0, count) }, (_, index) => first + index * DAY);
}

/** Open times of a day; preferred ones only inside the allowed hours. */
function openings(
  day: number,
  wish: SlotWish,
  hours: readonly DayRange[],
  preferred: boolean,
): Between[] {
  const weekday = new Date(day).getUTCDay();
  if (!wish.weekends && (weekday === 0 || weekday === 6)) return [];
  const whole = [{ from: 0, to: 1440 }];
  const limits = wish.hours.length === 0 ? whole : wish.hours;
  const ranges = hours.length === 0 ? whole : hours;
  const within = preferred
    ? ranges.flatMap((range) => limits.flatMap((limit) => common(range, limit)))
    : ranges;
  return within.flatMap(({ from, to }) => {
    const opening = {
      from: instantOfWall(day + from * MINUTE, wish.zone),
      to: instantOfWall(day + to * MINUTE, wish.zone),
    };
    return common(opening, wish.window);
  });
}

function common(a: Between, b: Between): Between[] {
  const [from, to] = [Math.max(a.from, b.from), Math.min(a.to, b.to)];
  return to > from ? [{ from, to }] : [];
}

/** What is left of an opening. */
function gaps(opening: Between, taken: readonly Between[]): Between[] {
  const free: Between[] = [];
  let { from } = opening;
  for (const one of taken) {
    if (one.to <= from) continue;
    if (one.from >= opening.to) break;
    if (one.from > from) free.push({ from, to: one.from });
    from = one.to;
  }
  return from < opening.to ? [...free, { from, to: opening.to }] : free;
}
