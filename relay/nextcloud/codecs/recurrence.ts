import type { Component } from './content-lines.ts';
import {
  addDuration,
  instantOf,
  momentAt,
  momentOf,
  readDuration,
  readMoment,
} from './icalendar-time.ts';
import type { Moment, ZoneLookup } from './icalendar-time.ts';
import { DAY, UTC, wallOfInstant } from './icalendar-zones.ts';
import type { Zone } from './icalendar-zones.ts';
import { ruleInstances } from './recurrence-rule.ts';

/** One occurrence of an event. */
export interface Instance {
  /** What describes it: the series, or the exception made for this instance. */
  readonly component: Component;
  readonly start: Moment;
  /** Exclusive. */
  readonly end: Moment;
  /** Names this instance within its series; undefined for an event that does not repeat. */
  readonly recurrenceId: Moment | undefined;
}

export interface Expansion {
  readonly instances: readonly Instance[];
  /** A rule was too long to be followed to the end of the window. */
  readonly truncated: boolean;
}

/** A half-open window of instants, and the zone in which days and floating times are read. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly zone: Zone;
}

interface Series {
  readonly master: Component | undefined;
  readonly start: Moment | undefined;
  /** Exceptions by the instant they stand for. */
  readonly exceptions: ReadonlyMap<number, Component>;
  /** `RANGE=THISANDFUTURE` exceptions, earliest first. */
  readonly splits: readonly { readonly at: number; readonly component: Component }[];
}

/** Start and end (exclusive) of a VEVENT by its own DTSTART, DTEND or DURATION; undefined without a usable start. */
export function spanOf(
  component: Component,
  zones: ZoneLookup,
): { start: Moment; end: Moment } | undefined {
  const start = momentOf(component.first('DTSTART'), zones);
  if (start === undefined) return undefined;
  const end = momentOf(component.first('DTEND'), zones);
  if (end !== undefined) return { start, end };
  const duration = readDuration(component.first('DURATION')?.value ?? '');
  if (duration !== undefined) return { start, end: addDuration(start, duration) };
  return { start, end: start.dateOnly ? { ...start, wall: start.wall + DAY } : start };
}

/**
 * Occurrences of one object's VEVENTs that overlap the window, earliest first. Follows RFC 5545 sections 3.8.4.4 and
 * 3.8.5: rule, RDATE (periods too), EXDATE, exceptions wherever they were moved, `RANGE=THISANDFUTURE`.
 */
export function expand(
  components: readonly Component[],
  zones: ZoneLookup,
  window: Window,
): Expansion {
  const series = readSeries(components, zones, window.zone);
  const found: Instance[] = [];
  let truncated = false;
  for (const [at, component] of series.exceptions) {
    const span = spanOf(component, zones);
    const recurrenceId = momentOf(component.first('RECURRENCE-ID'), zones);
    if (
      span !== undefined &&
      recurrenceId !== undefined &&
      !isExcluded(series, at, zones, window.zone)
    ) {
      found.push({ component, ...span, recurrenceId });
    }
  }
  if (series.master !== undefined && series.start !== undefined) {
    const regular = regularInstances(series.master, series, zones, window);
    found.push(...regular.instances);
    truncated = regular.truncated;
  }
  const instances = found
    .filter((instance) => overlaps(instance, window))
    .sort((a, b) => instantOf(a.start, window.zone) - instantOf(b.start, window.zone));
  return { instances, truncated };
}

function readSeries(components: readonly Component[], zones: ZoneLookup, zone: Zone): Series {
  const exceptions = new Map<number, Component>();
  const splits: { at: number; component: Component }[] = [];
  let master: Component | undefined;
  for (const component of components) {
    const line = component.first('RECURRENCE-ID');
    const id = momentOf(line, zones);
    if (line === undefined || id === undefined) {
      master ??= component;
      continue;
    }
    const at = instantOf(id, zone);
    exceptions.set(at, component);
    if (line.parameter('RANGE')[0]?.toUpperCase() === 'THISANDFUTURE')
      splits.push({ at, component });
  }
  splits.sort((a, b) => a.at - b.at);
  return { master, start: momentOf(master?.first('DTSTART'), zones), exceptions, splits };
}

/** Whether the component repeats. */
export function isRecurring(component: Component): boolean {
  return component.first('RRULE') !== undefined || component.first('RDATE') !== undefined;
}

function regularInstances(
  master: Component,
  series: Series,
  zones: ZoneLookup,
  window: Window,
): Expansion {
  const span = spanOf(master, zones);
  if (span === undefined) return { instances: [], truncated: false };
  const { start, end } = span;
  if (!isRecurring(master)) {
    return {
      instances: [{ component: master, start, end, recurrenceId: undefined }],
      truncated: false,
    };
  }
  const reach = reachOf(series, span, zones);
  const walk = { fromWall: window.from - reach, toWall: window.to + reach };
  const rules = master.lines('RRULE').map((line) => ruleInstances(line.value, start, walk));
  const starts = new Map<number, { start: Moment; end: Moment }>();
  const put = (own: { start: Moment; end: Moment }): void => {
    const at = instantOf(own.start, window.zone);
    if (!starts.has(at)) starts.set(at, own);
  };
  put(span);
  for (const wall of rules.flatMap(({ walls }) => walls)) put(spanAt({ ...start, wall }, span));
  for (const period of addedPeriods(master, span, zones)) put(period);
  const instances: Instance[] = [];
  for (const [at, own] of starts) {
    if (series.exceptions.has(at) || isExcluded(series, at, zones, window.zone)) continue;
    instances.push(
      splitInstance(series, at, { component: master, ...own, recurrenceId: own.start }, zones),
    );
  }
  return { instances, truncated: rules.some(({ truncated }) => truncated) };
}

/** How far outside the window an instance may begin and still matter: its length, moves by exceptions, zone offsets. */
function reachOf(series: Series, span: { start: Moment; end: Moment }, zones: ZoneLookup): number {
  const moves = series.splits.map(({ component }) => {
    const id = momentOf(component.first('RECURRENCE-ID'), zones);
    const own = spanOf(component, zones);
    if (id === undefined || own === undefined) return 0;
    return Math.abs(own.start.wall - id.wall) + Math.abs(own.end.wall - own.start.wall);
  });
  return Math.abs(span.end.wall - span.start.wall) + Math.max(0, ...moves) + 2 * DAY;
}

/** The span moved to another start; its length stays the same by the clock on the wall. */
export function spanAt(
  start: Moment,
  span: { start: Moment; end: Moment },
): { start: Moment; end: Moment } {
  const sameZone = span.end.zone?.id === span.start.zone?.id;
  if (sameZone)
    return { start, end: { ...span.end, wall: start.wall + span.end.wall - span.start.wall } };
  const length = instantOf(span.end, UTC) - instantOf(span.start, UTC);
  return { start, end: momentAt(instantOf(start, UTC) + length, span.end.zone ?? UTC) };
}

/** RDATE: more starts, some with an end of their own (`start/end` or `start/duration`). */
function addedPeriods(
  master: Component,
  span: { start: Moment; end: Moment },
  zones: ZoneLookup,
): { start: Moment; end: Moment }[] {
  return master.lines('RDATE').flatMap((line) =>
    line.value.split(',').flatMap((value) => {
      const [from = '', to] = value.split('/');
      const start = readMoment(from, line.parameter('TZID')[0], zones);
      if (start === undefined) return [];
      if (to === undefined) return [spanAt(start, span)];
      const duration = readDuration(to);
      const end =
        duration === undefined
          ? readMoment(to, line.parameter('TZID')[0], zones)
          : addDuration(start, duration);
      return end === undefined ? [] : [{ start, end }];
    }),
  );
}

function isExcluded(series: Series, at: number, zones: ZoneLookup, zone: Zone): boolean {
  const startZone = series.start?.zone ?? zone;
  return (series.master?.lines('EXDATE') ?? []).some((line) =>
    line.value.split(',').some((value) => {
      const excluded = readMoment(value, line.parameter('TZID')[0], zones);
      if (excluded === undefined) return false;
      if (!excluded.dateOnly || series.start?.dateOnly === true)
        return instantOf(excluded, zone) === at;
      // a day excludes what starts on it, as some clients write it for timed series
      return Math.floor(wallOfInstant(at, startZone) / DAY) * DAY === excluded.wall;
    }),
  );
}

/** Applies the last "this and all following" exception before an instance. */
function splitInstance(
  series: Series,
  at: number,
  instance: Instance,
  zones: ZoneLookup,
): Instance {
  const split = series.splits.findLast((one) => one.at <= at);
  const id = momentOf(split?.component.first('RECURRENCE-ID'), zones);
  const span = split === undefined ? undefined : spanOf(split.component, zones);
  if (split === undefined || id === undefined || span === undefined) return instance;
  const start = { ...span.start, wall: instance.start.wall + span.start.wall - id.wall };
  return { ...instance, component: split.component, ...spanAt(start, span) };
}

function overlaps({ start, end }: Instance, { from, to, zone }: Window): boolean {
  const [begins, ends] = [instantOf(start, zone), instantOf(end, zone)];
  return begins < to && (ends > from || (ends <= begins && begins >= from));
}
