import { RelayError } from '../../errors.ts';
import type { Component, ContentLine } from './content-lines.ts';
import { exceptionsOf, masterOf } from './icalendar-series.ts';
import {
  basicForm,
  instantOf,
  momentAt,
  momentOf,
  readMoment,
  setMoment,
} from './icalendar-time.ts';
import type { Moment, ZoneLookup } from './icalendar-time.ts';
import { DAY, UTC } from './icalendar-zones.ts';
import type { Zone } from './icalendar-zones.ts';
import { ruleInstances, ruleParts } from './recurrence-rule.ts';
import { expand, spanAt, spanOf } from './recurrence.ts';

/** Where a series is cut in two: at the instance that begins the second part. */
export interface Cut {
  /** Its original start, in the form and zone that the series starts in. */
  readonly start: Moment;
  /** In which days and floating times are read. */
  readonly zone: Zone;
  readonly zones: ZoneLookup;
}

/**
 * The cut before an instance, named by its recurrence id.
 * @throws RelayError `unsupported` where the event has no start to count from
 */
export function cutAt(
  events: readonly Component[],
  zones: ZoneLookup,
  recurrenceId: Moment,
  fallback: Zone,
): Cut {
  const start = momentOf(seriesOf(events)?.first('DTSTART'), zones);
  if (start === undefined) {
    throw new RelayError('unsupported', 'This calendar has single instances of the series only.', {
      hint: 'Change them one by one with recurrence_id.',
    });
  }
  const zone = start.zone ?? fallback;
  return { start: likeStart(recurrenceId, start, zone), zone, zones };
}

/** An instance may be named in another form than the series starts in: in UTC, or by its day. */
function likeStart(id: Moment, start: Moment, zone: Zone): Moment {
  if (id.dateOnly === start.dateOnly && id.zone?.id === start.zone?.id) return id;
  if (id.dateOnly) return { ...start, wall: id.wall + (start.wall % DAY) };
  const local = momentAt(instantOf(id, zone), zone).wall;
  return { ...start, wall: start.dateOnly ? Math.floor(local / DAY) * DAY : local };
}

function eventsOf(calendar: Component): Component[] {
  return calendar.components('VEVENT');
}

function seriesOf(events: readonly Component[]): Component | undefined {
  const master = masterOf(events);
  return master?.first('RECURRENCE-ID') === undefined ? master : undefined;
}

/**
 * Leaves of a series what is before the cut: the rule ends there, later exceptions and dates go, all other lines stay
 * as they are. Says whether anything is left.
 */
export function endBefore(calendar: Component, cut: Cut): boolean {
  const master = seriesOf(eventsOf(calendar));
  if (master === undefined) return false;
  for (const line of master.lines('RRULE')) line.value = endedRule(line.value, cut);
  for (const name of ['RDATE', 'EXDATE']) keepDates(master, name, cut, 'before');
  keepExceptions(calendar, cut, 'before');
  const events = eventsOf(calendar);
  const window = { from: -Infinity, to: Infinity, zone: cut.zone };
  // an ended series that starts at the cut still has its start
  return expand(events, cut.zones, window).instances.some(({ recurrenceId, start }) =>
    isBefore(recurrenceId ?? start, cut),
  );
}

/**
 * Leaves of a series what is from the cut on: it starts there, and its rule counts on from there.
 * @throws RelayError `unsupported` for cuts that a rule cannot start at
 */
export function startAt(calendar: Component, cut: Cut): void {
  const master = seriesOf(eventsOf(calendar));
  if (master === undefined) return;
  refuseUnfit(calendar, master, cut);
  const start = momentOf(master.first('DTSTART'), cut.zones);
  const rules = master.lines('RRULE');
  for (const line of rules)
    if (start !== undefined) line.value = startedRule(line.value, start, cut);
  moveTo(master, cut);
  for (const name of ['RDATE', 'EXDATE']) keepDates(master, name, cut, 'after');
  keepExceptions(calendar, cut, 'after');
}

function refuseUnfit(calendar: Component, master: Component, cut: Cut): void {
  const earlier = exceptionsOf(eventsOf(calendar)).filter((one) => isBefore(idOf(one, cut), cut));
  if (earlier.some((one) => one.first('RECURRENCE-ID')?.parameter('RANGE').length === 1)) {
    throw new RelayError(
      'unsupported',
      'Another client changed "this and all following" instances inside this event already.',
      { hint: 'Change single instances, or name an instance before that change.' },
    );
  }
  const rules = master.lines('RRULE');
  const start = momentOf(master.first('DTSTART'), cut.zones);
  const fits = rules.some(({ value }) => start !== undefined && isOfRule(value, start, cut));
  if (rules.length > 0 && !fits) {
    throw new RelayError('unsupported', 'This instance was added to the series as a single date.', {
      hint: 'Name the next regular instance, and change this one by itself.',
    });
  }
}

function isOfRule(rule: string, start: Moment, { start: { wall } }: Cut): boolean {
  return ruleInstances(rule, start, { fromWall: wall, toWall: wall + 1 }).walls.length > 0;
}

/** `COUNT` becomes `UNTIL`; an end that is earlier anyway stays. Other parts stay as written. */
function endedRule(rule: string, { start, zone, zones }: Cut): string {
  const until = readMoment(ruleParts(rule).get('UNTIL') ?? '', undefined, zones);
  const last = justBefore(start);
  if (until !== undefined && instantOf(until, zone) <= instantOf(last, zone)) return rule;
  const part = `UNTIL=${basicForm(last)}`;
  const replaced = rule.replace(/(^|;)(?:COUNT|UNTIL)=[^;]*/i, `$1${part}`);
  return replaced === rule ? `${rule.replace(/;$/, '')};${part}` : replaced;
}

/** A day, a floating time, or UTC, as the start is (RFC 5545 section 3.3.10). */
function justBefore(start: Moment): Moment {
  if (start.dateOnly) return { ...start, wall: start.wall - DAY };
  if (start.zone === undefined) return { ...start, wall: start.wall - 1000 };
  return momentAt(instantOf(start, UTC) - 1000, UTC);
}

/** Instances before the cut are counted already (excluded ones too: RFC 5545 counts them). */
function startedRule(rule: string, start: Moment, cut: Cut): string {
  const walk = { fromWall: -Infinity, toWall: cut.start.wall };
  const before = ruleInstances(rule, start, walk).walls.length;
  return rule.replace(
    /((?:^|;)COUNT=)(\d+)/i,
    (_, name: string, count: string) => `${name}${Math.max(1, Number(count) - before)}`,
  );
}

/** Start and end of the series become those of the instance. */
function moveTo(master: Component, { start, zones }: Cut): void {
  const span = spanOf(master, zones);
  setMoment(master, 'DTSTART', start);
  if (span === undefined || master.first('DTEND') === undefined) return;
  setMoment(master, 'DTEND', spanAt(start, span).end);
}

function keepDates(master: Component, name: string, cut: Cut, side: 'before' | 'after'): void {
  for (const line of master.lines(name)) {
    const values = line.value.split(',');
    const kept = values.filter((value) => {
      const moment = dateOf(value, line, cut);
      if (moment === undefined) return true;
      const isStart =
        name === 'RDATE' && instantOf(moment, cut.zone) === instantOf(cut.start, cut.zone);
      return isBefore(moment, cut) === (side === 'before') && !isStart;
    });
    if (kept.length === 0) master.remove(line);
    else if (kept.length < values.length) line.value = kept.join(',');
  }
}

function dateOf(value: string, line: ContentLine, { zones }: Cut): Moment | undefined {
  return readMoment(value.split('/')[0] ?? '', line.parameter('TZID')[0], zones);
}

function keepExceptions(calendar: Component, cut: Cut, side: 'before' | 'after'): void {
  for (const exception of exceptionsOf(eventsOf(calendar))) {
    if (isBefore(idOf(exception, cut), cut) !== (side === 'before')) calendar.remove(exception);
  }
}

function idOf(exception: Component, { zones }: Cut): Moment | undefined {
  return momentOf(exception.first('RECURRENCE-ID'), zones);
}

/** A day is before the cut when it is before the day of the cut. */
function isBefore(moment: Moment | undefined, { start, zone }: Cut): boolean {
  if (moment === undefined) return true;
  if (moment.dateOnly && !start.dateOnly) return moment.wall < Math.floor(start.wall / DAY) * DAY;
  return instantOf(moment, zone) < instantOf(start, zone);
}

/** The exception that was made for the instance at the cut. */
export function exceptionAt(events: readonly Component[], cut: Cut): Component | undefined {
  return exceptionsOf(events).find((one) => {
    const id = idOf(one, cut);
    return (
      id !== undefined &&
      instantOf(likeStart(id, cut.start, cut.zone), cut.zone) === instantOf(cut.start, cut.zone)
    );
  });
}
