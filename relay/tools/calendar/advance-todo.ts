import type { Component } from '../../nextcloud/codecs/content-lines.ts';
import { objectZones } from '../../nextcloud/codecs/icalendar.ts';
import { instantOf, momentOf, setMoment } from '../../nextcloud/codecs/icalendar-time.ts';
import type { Moment } from '../../nextcloud/codecs/icalendar-time.ts';
import { DAY } from '../../nextcloud/codecs/icalendar-zones.ts';
import type { Zone } from '../../nextcloud/codecs/icalendar-zones.ts';
import { expand } from '../../nextcloud/codecs/recurrence.ts';

/** How far ahead a next time is looked for, in days: the nearest first, as a daily rule fills years. */
const AHEAD = [62, 400, 3_700, 30_000];

/**
 * Takes a repeating task to its next time, open again, as people expect who tick off "water the flowers". Says whether
 * it did: not at the last time, and not for series with exceptions or extra dates, which no single step can follow.
 *
 * @param zone for days and floating times
 */
export function advanceTodo(calendar: Component, todo: Component, zone: Zone): boolean {
  const rule = todo.first('RRULE')?.value;
  if (rule === undefined || !isPlainSeries(calendar, todo, rule)) return false;
  const zones = objectZones(calendar);
  const [start, due] = ['DTSTART', 'DUE'].map((name) => momentOf(todo.first(name), zones));
  const anchor = start ?? due;
  const next = anchor === undefined ? undefined : nextTime(calendar, todo, anchor, zone);
  if (anchor === undefined || next === undefined) return false;
  const step = next.wall - anchor.wall;
  if (start !== undefined) setMoment(todo, 'DTSTART', { ...start, wall: start.wall + step });
  if (due !== undefined) setMoment(todo, 'DUE', { ...due, wall: due.wall + step });
  todo.set('RRULE', withOneLess(rule));
  todo.set('STATUS', 'NEEDS-ACTION');
  todo.set('PERCENT-COMPLETE', '0');
  todo.remove('COMPLETED');
  return true;
}

function isPlainSeries(calendar: Component, todo: Component, rule: string): boolean {
  const counted = /(?:^|;)COUNT=/i.test(rule);
  return (
    calendar.components('VTODO').length === 1 &&
    todo.first('RDATE') === undefined &&
    !(counted && todo.first('EXDATE') !== undefined)
  );
}

function nextTime(
  calendar: Component,
  todo: Component,
  anchor: Moment,
  zone: Zone,
): Moment | undefined {
  const series = todo.copy();
  // some clients give a due time only, and repeat that
  setMoment(series, 'DTSTART', anchor);
  for (const name of ['DUE', 'DURATION']) series.remove(name);
  const from = instantOf(anchor, zone);
  for (const days of AHEAD) {
    const window = { from, to: from + days * DAY, zone };
    const { instances } = expand([series], objectZones(calendar), window);
    const next = instances.find(({ start }) => instantOf(start, zone) > from);
    if (next !== undefined) return next.start;
  }
  return undefined;
}

function withOneLess(rule: string): string {
  return rule.replace(
    /((?:^|;)COUNT=)(\d+)/i,
    (_, name: string, count: string) => name + String(Number(count) - 1),
  );
}
