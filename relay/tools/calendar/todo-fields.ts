import { RelayError } from '../../errors.ts';
import type { Component } from '../../nextcloud/codecs/content-lines.ts';
import { ensureZone, objectZones, utcStamp } from '../../nextcloud/codecs/icalendar.ts';
import { setRecurrence } from '../../nextcloud/codecs/icalendar-series.ts';
import type { RecurrenceChange } from '../../nextcloud/codecs/icalendar-series.ts';
import {
  givenTime,
  instantOf,
  momentOf,
  setMoment,
} from '../../nextcloud/codecs/icalendar-time.ts';
import type { Moment } from '../../nextcloud/codecs/icalendar-time.ts';
import { UTC } from '../../nextcloud/codecs/icalendar-zones.ts';
import { storedTime } from './when.ts';
import type { ReadingZone } from './when.ts';

/** Times of a task. Undefined keeps, empty clears. */
export interface TodoTimes {
  readonly due?: string | undefined;
  readonly dtstart?: string | undefined;
}

/**
 * Sets due and start, as days or times.
 * @throws RelayError `invalid_argument` when one is a day and the other a time, or the start is after the due time
 */
export function setTodoTimes(
  calendar: Component,
  todo: Component,
  times: TodoTimes,
  reading: ReadingZone,
): void {
  for (const [argument, property] of [
    ['due', 'DUE'],
    ['dtstart', 'DTSTART'],
  ] as const) {
    const text = times[argument];
    if (text === undefined) continue;
    if (text === '') todo.remove(property);
    else setTime(calendar, todo, property, timeFrom(text, argument, reading));
  }
  if (todo.first('DUE') !== undefined) todo.remove('DURATION');
  const zones = objectZones(calendar);
  const [start, due] = ['DTSTART', 'DUE'].map((name) => momentOf(todo.first(name), zones));
  if (start === undefined || due === undefined) return;
  if (start.dateOnly !== due.dateOnly) {
    throw new RelayError('invalid_argument', 'dtstart and due must both be days or both be times.');
  }
  if (instantOf(due, reading.zone) < instantOf(start, reading.zone)) {
    throw new RelayError('invalid_argument', 'The task would be due before it starts.');
  }
}

/**
 * Sets, ends or removes the rule of a task, which counts from its start, else from its due time.
 * @throws RelayError `invalid_argument` when it would have neither
 */
export function setTodoRecurrence(
  calendar: Component,
  todo: Component,
  change: RecurrenceChange,
  times: TodoTimes,
): void {
  const timed = times.due !== undefined || times.dtstart !== undefined;
  const asked = Object.values(change).some((one) => one !== undefined);
  const rule = todo.first('RRULE')?.value;
  // an end follows when days become times, or the other way round
  const follows = timed && /UNTIL/i.test(rule ?? '');
  if (asked || follows)
    setRecurrence(calendar, todo, asked ? change : { rule }, objectZones(calendar));
  const anchored = todo.first('DTSTART') !== undefined || todo.first('DUE') !== undefined;
  if (anchored || todo.first('RRULE') === undefined || !(asked || timed)) return;
  throw new RelayError('invalid_argument', 'A repeating task needs due or dtstart.', {
    hint: 'Give one of them, or an empty recurrence_rule.',
  });
}

function timeFrom(text: string, argument: string, reading: ReadingZone): Moment {
  const time = givenTime(text, argument);
  return time.dateOnly
    ? { dateOnly: true, wall: time.wall, zone: undefined }
    : storedTime(time, reading);
}

function setTime(calendar: Component, todo: Component, property: string, moment: Moment): void {
  setMoment(todo, property, moment);
  ensureZone(calendar, moment.zone, new Date(moment.wall).getUTCFullYear());
}

/** How far a task is. Undefined keeps. */
export interface TodoProgress {
  readonly status?: string | undefined;
  readonly percent?: number | undefined;
  /** ISO time; empty clears. */
  readonly completed?: string | undefined;
}

/**
 * Sets status, percentage and completion time, and keeps the three in step: done means 100 % and a time, open means
 * neither. The status itself is checked and written as a field.
 */
export function setProgress(
  todo: Component,
  progress: TodoProgress,
  reading: ReadingZone,
  now: Date,
): void {
  const status = statusAfter(progress);
  if (status !== undefined) todo.set('STATUS', status);
  if (progress.percent !== undefined) todo.set('PERCENT-COMPLETE', String(progress.percent));
  const done = todo.text('STATUS')?.toUpperCase() === 'COMPLETED';
  if (progress.completed !== undefined && progress.completed !== '') {
    const moment = timeFrom(progress.completed, 'completed', reading);
    const instant = instantOf(moment, reading.zone);
    setMoment(todo, 'COMPLETED', { dateOnly: false, wall: instant, zone: UTC });
  } else if (progress.completed === '') todo.remove('COMPLETED');
  if (status === undefined) return;
  if (done) {
    todo.set('PERCENT-COMPLETE', '100');
    if (todo.first('COMPLETED') === undefined) todo.add('COMPLETED', utcStamp(now));
    return;
  }
  todo.remove('COMPLETED');
  if (status === 'NEEDS-ACTION' && progress.percent === undefined)
    todo.set('PERCENT-COMPLETE', '0');
}

function statusAfter({ status, percent, completed }: TodoProgress): string | undefined {
  if (status !== undefined && status !== '') return status.trim().toUpperCase();
  if (percent === 100 || (completed !== undefined && completed !== '')) return 'COMPLETED';
  if (percent !== undefined) return percent > 0 ? 'IN-PROCESS' : 'NEEDS-ACTION';
  return completed === '' ? 'NEEDS-ACTION' : undefined;
}
