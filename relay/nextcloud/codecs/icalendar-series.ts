import { RelayError } from '../../errors.ts';
import type { Component } from './content-lines.ts';
import {
  basicForm,
  instantOf,
  momentOf,
  momentParameters,
  readMoment,
  setMoment,
} from './icalendar-time.ts';
import type { GivenTime, Moment, ZoneLookup } from './icalendar-time.ts';
import { DAY, instantOfWall, UTC, wallOfInstant } from './icalendar-zones.ts';
import type { Zone } from './icalendar-zones.ts';
import { movedRule } from './recurrence-move.ts';
import { checkedRule, ruleParts, ruleText } from './recurrence-rule.ts';
import { expand, isRecurring, spanOf } from './recurrence.ts';

/** The event or series itself, as opposed to exceptions; of an invitation to single instances, the first of those. */
export function masterOf(components: readonly Component[]): Component | undefined {
  return components.find((one) => one.first('RECURRENCE-ID') === undefined) ?? components[0];
}

export function exceptionsOf(components: readonly Component[]): Component[] {
  return components.filter((one) => one.first('RECURRENCE-ID') !== undefined);
}

/** An instance named by its recurrence id. */
export interface FoundInstance {
  readonly recurrenceId: Moment;
  /** The exception already made for it. */
  readonly exception: Component | undefined;
}

/**
 * Finds the instance a recurrence id names: its original start as a time (without offset: in the zone of the series)
 * or, when only one instance starts that day, as a day.
 *
 * @throws RelayError `not_found`
 */
export function findInstance(
  components: readonly Component[],
  zones: ZoneLookup,
  given: GivenTime,
  fallback: Zone,
): FoundInstance {
  const start = momentOf(masterOf(components)?.first('DTSTART'), zones);
  const zone = start?.zone ?? fallback;
  const named = (id: Moment): boolean =>
    given.dateOnly
      ? Math.floor((id.dateOnly ? id.wall : wallOfInstant(instantOf(id, zone), zone)) / DAY) *
          DAY ===
        given.wall
      : instantOf(id, zone) === givenInstant(given, zone);
  for (const exception of exceptionsOf(components)) {
    const recurrenceId = momentOf(exception.first('RECURRENCE-ID'), zones);
    if (recurrenceId !== undefined && named(recurrenceId)) return { recurrenceId, exception };
  }
  const masters = components.filter((one) => one.first('RECURRENCE-ID') === undefined);
  const at = givenInstant(given, zone);
  const { instances } = expand(masters, zones, { from: at - DAY, to: at + 2 * DAY, zone });
  const ids = instances.flatMap(({ recurrenceId }) =>
    recurrenceId !== undefined && named(recurrenceId) ? [recurrenceId] : [],
  );
  const [recurrenceId] = ids;
  if (recurrenceId === undefined || ids.length > 1) {
    throw new RelayError('not_found', 'The series has no such instance.', {
      hint: 'Use the recurrence_id of an instance as nc_calendar_list_events shows it.',
    });
  }
  return { recurrenceId, exception: undefined };
}

function givenInstant({ wall, offset }: GivenTime, zone: Zone): number {
  return offset === undefined ? instantOfWall(wall, zone) : wall - offset * 1000;
}

/** Properties that describe the series and have no place in an exception. */
const SERIES_ONLY = ['RRULE', 'RDATE', 'EXDATE', 'EXRULE'];

/** The exception for an instance, made as a copy of the series when there is none yet. */
export function exceptionFor(
  calendar: Component,
  master: Component,
  found: FoundInstance,
  zones: ZoneLookup,
): Component {
  if (found.exception !== undefined) return found.exception;
  const span = spanOf(master, zones);
  const exception = master.copy();
  for (const name of SERIES_ONLY) exception.remove(name);
  setMoment(exception, 'DTSTART', found.recurrenceId);
  if (span !== undefined && exception.first('DTEND') !== undefined) {
    setMoment(exception, 'DTEND', {
      ...span.end,
      wall: found.recurrenceId.wall + span.end.wall - span.start.wall,
    });
  }
  addMoment(exception, 'RECURRENCE-ID', found.recurrenceId);
  calendar.insert(exception);
  return exception;
}

/** Takes one instance out of the series. */
export function excludeInstance(
  calendar: Component,
  master: Component,
  found: FoundInstance,
): void {
  if (found.exception !== undefined) calendar.remove(found.exception);
  if (isRecurring(master)) addMoment(master, 'EXDATE', found.recurrenceId);
}

function addMoment(component: Component, name: string, moment: Moment): void {
  const line = component.add(name, basicForm(moment));
  for (const [parameter, value] of Object.entries(momentParameters(moment)))
    line.setParameter(parameter, value);
}

/**
 * Follows a changed start of a series: its rule, unless it gets another one anyway; and exceptions, excluded and added
 * dates, which name instances by their start and so move by the same local time.
 *
 * @throws RelayError `unsupported` when that cannot be done (other zone, between days and times, not all by one step)
 */
export function moveSeries(
  master: Component,
  exceptions: readonly Component[],
  { from, to, newRule }: { readonly from: Moment; readonly to: Moment; readonly newRule: boolean },
  zones: ZoneLookup,
): void {
  const dates = ['EXDATE', 'RDATE'].flatMap((name) => master.lines(name));
  const delta = to.wall - from.wall;
  const sameKind = from.dateOnly === to.dateOnly && from.zone?.id === to.zone?.id;
  if (delta === 0 && sameKind) return;
  const even = newRule || moveRules(master, from, to);
  if (dates.length === 0 && exceptions.length === 0) return;
  const periods = dates.some(({ value }) => value.includes('/'));
  if (!sameKind || periods || !even) {
    throw new RelayError(
      'unsupported',
      'The series has exceptions that cannot follow this change of its start.',
      {
        hint: 'Change single instances with recurrence_id, or create the series anew.',
      },
    );
  }
  for (const line of dates) {
    line.value = line.value
      .split(',')
      .map((value) => shifted(value, line.parameter('TZID')[0], delta, zones))
      .join(',');
  }
  for (const exception of exceptions) shiftException(exception, delta, zones);
}

/** Says whether all instances move by the same step. */
function moveRules(master: Component, from: Moment, to: Moment): boolean {
  let all = true;
  for (const line of master.lines('RRULE')) {
    const { rule, even } = movedRule(line.value, from, to);
    line.value = rule;
    all &&= even;
  }
  return all;
}

function shifted(
  value: string,
  tzid: string | undefined,
  delta: number,
  zones: ZoneLookup,
): string {
  const moment = readMoment(value, tzid, zones);
  return moment === undefined ? value : basicForm({ ...moment, wall: moment.wall + delta });
}

function shiftException(exception: Component, delta: number, zones: ZoneLookup): void {
  const id = momentOf(exception.first('RECURRENCE-ID'), zones);
  const span = spanOf(exception, zones);
  if (id === undefined) return;
  exception.set('RECURRENCE-ID', basicForm({ ...id, wall: id.wall + delta }));
  if (span === undefined || instantOf(span.start, UTC) !== instantOf(id, UTC)) return;
  exception.set('DTSTART', basicForm({ ...span.start, wall: span.start.wall + delta }));
  if (exception.first('DTEND') !== undefined) {
    exception.set('DTEND', basicForm({ ...span.end, wall: span.end.wall + delta }));
  }
}

/** What to do with the rule of an event. Undefined keeps. */
export interface RecurrenceChange {
  readonly recurring?: boolean | undefined;
  /** Empty: the event no longer repeats. */
  readonly rule?: string | undefined;
  /** Last day or moment of the series; empty: without end. */
  readonly until?: GivenTime | '' | undefined;
}

/**
 * Sets or removes the recurrence rule. Removing it removes the exceptions too.
 * @throws RelayError `invalid_argument`
 */
export function setRecurrence(
  calendar: Component,
  master: Component,
  change: RecurrenceChange,
  zones: ZoneLookup,
): void {
  const { recurring, rule, until } = change;
  if (recurring === false || rule === '') {
    for (const name of SERIES_ONLY) master.remove(name);
    for (const exception of exceptionsOf(calendar.components(master.name))) {
      if (exception !== master) calendar.remove(exception);
    }
    return;
  }
  const current = rule ?? master.first('RRULE')?.value;
  if (current === undefined) {
    if (recurring !== true && until === undefined) return;
    throw new RelayError('invalid_argument', 'A series needs a recurrence_rule.', {
      hint: 'For example FREQ=WEEKLY;BYDAY=MO.',
    });
  }
  if (rule === undefined && until === undefined) return;
  const parts = ruleParts(rule === undefined ? current : checkedRule(rule));
  // tasks may have a due time only
  const start = momentOf(master.first('DTSTART') ?? master.first('DUE'), zones);
  if (until !== undefined) {
    parts.delete('UNTIL');
    parts.delete('COUNT');
    if (until !== '') parts.set('UNTIL', untilValue(until, start));
  }
  matchUntil(parts, start);
  refuseEmpty(parts, start);
  const [, ...others] = master.lines('RRULE');
  for (const line of others) master.remove(line);
  master.set('RRULE', ruleText(parts));
}

/** Nextcloud stores no series without any instance. */
function refuseEmpty(parts: Map<string, string>, start: Moment | undefined): void {
  const until = readMoment(parts.get('UNTIL') ?? '', undefined, () => undefined);
  if (until === undefined || start === undefined) return;
  if (instantOf(until, start.zone ?? UTC) >= instantOf(start, UTC)) return;
  throw new RelayError('invalid_argument', 'The series would end before it starts.', {
    hint: 'Give a later recurrence_end_date, or UNTIL in the rule.',
  });
}

/** UNTIL is of the same kind as the start: a day, a floating time, or else UTC (RFC 5545 section 3.3.10). */
function untilValue(until: GivenTime, start: Moment | undefined): string {
  if (start?.dateOnly === true)
    return basicForm({ dateOnly: true, wall: until.wall, zone: undefined });
  const zone = start?.zone;
  // a day means until its last second
  const wall = until.dateOnly ? until.wall + DAY - 1000 : until.wall;
  if (zone === undefined && until.offset === undefined)
    return basicForm({ dateOnly: false, wall, zone: undefined });
  const instant =
    until.offset === undefined ? instantOfWall(wall, zone ?? UTC) : wall - until.offset * 1000;
  return basicForm({ dateOnly: false, wall: instant, zone: UTC });
}

/** Brings an UNTIL that was typed in a rule, or survived a change between days and times, to the kind of the start. */
function matchUntil(parts: Map<string, string>, start: Moment | undefined): void {
  const until = readMoment(parts.get('UNTIL') ?? '', undefined, () => undefined);
  if (until === undefined || start === undefined) return;
  const fits =
    until.dateOnly === start.dateOnly &&
    (until.dateOnly || (until.zone === UTC) === (start.zone !== undefined));
  if (fits) return;
  const offset = until.zone === UTC ? 0 : undefined;
  parts.set(
    'UNTIL',
    untilValue({ dateOnly: until.dateOnly, wall: until.wall, offset, utc: offset === 0 }, start),
  );
}
