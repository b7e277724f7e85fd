import { RelayError } from '../../errors.ts';
import type { Component } from '../../nextcloud/codecs/content-lines.ts';
import { ensureZone, objectZones, touch } from '../../nextcloud/codecs/icalendar.ts';
import { setFields, setFieldsOfSeries } from '../../nextcloud/codecs/icalendar-edit.ts';
import type { Fields } from '../../nextcloud/codecs/icalendar-edit.ts';
import { attendeesOf, setAttendees } from '../../nextcloud/codecs/icalendar-people.ts';
import type { Organizer } from '../../nextcloud/codecs/icalendar-people.ts';
import { remindersOf, setReminder } from '../../nextcloud/codecs/icalendar-reminders.ts';
import type { ReminderChange } from '../../nextcloud/codecs/icalendar-reminders.ts';
import {
  exceptionFor,
  exceptionsOf,
  findInstance,
  masterOf,
  moveSeries,
  setRecurrence,
} from '../../nextcloud/codecs/icalendar-series.ts';
import type { RecurrenceChange } from '../../nextcloud/codecs/icalendar-series.ts';
import { givenTime, momentOf, setMoment } from '../../nextcloud/codecs/icalendar-time.ts';
import { UTC } from '../../nextcloud/codecs/icalendar-zones.ts';
import type { Zone } from '../../nextcloud/codecs/icalendar-zones.ts';
import { spanOf } from '../../nextcloud/codecs/recurrence.ts';
import { readingZone, spanFrom } from './when.ts';
import type { GivenSpan, ReadingZone } from './when.ts';

/** What is to change in an event. Undefined keeps. */
export interface EventChange {
  readonly fields: Fields;
  readonly times?: GivenSpan & { readonly timezone: string };
  readonly recurrence?: RecurrenceChange | undefined;
  readonly attendees?: readonly string[] | undefined;
  readonly reminder?:
    { readonly minutes?: number | undefined; readonly email?: boolean | undefined } | undefined;
  /** Names one instance; empty: the whole event. */
  readonly recurrenceId: string;
}

export interface ChangeContext {
  readonly now: Date;
  readonly calendarZone: Zone | undefined;
  /** Needed for attendees and mailed reminders. */
  readonly self: Organizer | undefined;
}

/**
 * Changes an event in its calendar file, or one instance of it (which becomes an exception). Gives the zone in which
 * times were read, when there were any.
 *
 * @throws RelayError for values that cannot be, and instances that are not there
 */
export function changeEvent(
  calendar: Component,
  change: EventChange,
  context: ChangeContext,
): ReadingZone | undefined {
  const zones = objectZones(calendar);
  const events = calendar.components('VEVENT');
  const master = masterOf(events);
  if (master === undefined) throw new RelayError('not_found', 'It is no event.');
  const single = change.recurrenceId !== '';
  if (single && change.recurrence !== undefined) {
    throw new RelayError(
      'invalid_argument',
      'The recurrence belongs to the whole series: leave recurrence_id out.',
    );
  }
  const exceptions = single ? [] : exceptionsOf(events).filter((one) => one !== master);
  const event = single ? instanceOf(calendar, master, change.recurrenceId, context) : master;
  const before = event.toString();
  const reading = changeTimes(calendar, event, exceptions, change, context);
  if (single) setFields(event, change.fields);
  else setFieldsOfSeries(event, exceptions, change.fields);
  if (change.recurrence !== undefined) setRecurrence(calendar, event, change.recurrence, zones);
  if (change.attendees !== undefined)
    changeAttendees(event, exceptions, change.attendees, context.self);
  if (change.reminder !== undefined)
    changeReminder(event, exceptions, { ...change.reminder, self: context.self });
  // an exception that was only just made is new even if nothing else differs
  if (event.toString() !== before || single) touch(event, context.now, true);
  return reading;
}

function instanceOf(
  calendar: Component,
  master: Component,
  id: string,
  context: ChangeContext,
): Component {
  const zones = objectZones(calendar);
  const given = givenTime(id, 'recurrence_id');
  const found = findInstance(
    calendar.components('VEVENT'),
    zones,
    given,
    context.calendarZone ?? UTC,
  );
  return exceptionFor(calendar, master, found, zones);
}

function changeTimes(
  calendar: Component,
  event: Component,
  exceptions: readonly Component[],
  change: EventChange,
  context: ChangeContext,
): ReadingZone | undefined {
  const { times } = change;
  if (times === undefined) return undefined;
  const zones = objectZones(calendar);
  const before = spanOf(event, zones);
  const own = before?.start.zone === UTC ? undefined : before?.start.zone;
  const reading = readingZone(times.timezone, own, context.calendarZone);
  const span = spanFrom(times, reading, before);
  const changedKind = before !== undefined && before.start.dateOnly !== span.start.dateOnly;
  if (before !== undefined) {
    const newRule = change.recurrence?.rule !== undefined || change.recurrence?.recurring === false;
    moveSeries(event, exceptions, { from: before.start, to: span.start, newRule }, zones);
  }
  setMoment(event, 'DTSTART', span.start);
  // an event that has a DURATION, or no end at all, keeps it that way while only its start moves
  if (times.end !== '' || changedKind || event.first('DTEND') !== undefined) {
    event.remove('DURATION');
    setMoment(event, 'DTEND', span.end);
  }
  const year = new Date(span.start.wall).getUTCFullYear();
  for (const zone of new Set([span.start.zone, span.end.zone])) ensureZone(calendar, zone, year);
  const rule = event.first('RRULE')?.value;
  if (changedKind && rule?.toUpperCase().includes('UNTIL') === true) {
    setRecurrence(calendar, event, { rule }, zones);
  }
  return momentOf(event.first('DTSTART'), zones)?.dateOnly === true ? undefined : reading;
}

/** Exceptions with the same people as the series follow. */
function changeAttendees(
  event: Component,
  exceptions: readonly Component[],
  addresses: readonly string[],
  self: Organizer | undefined,
): void {
  const people = (component: Component): string =>
    attendeesOf(component)
      .map(({ email }) => email.toLowerCase())
      .sort()
      .join();
  const before = people(event);
  const following = exceptions.filter((exception) => people(exception) === before);
  for (const component of [event, ...following]) setAttendees(component, addresses, self);
}

/** Exceptions with the same reminders as the series follow. */
function changeReminder(
  event: Component,
  exceptions: readonly Component[],
  change: ReminderChange,
): void {
  const reminders = (component: Component): string => JSON.stringify(remindersOf(component));
  const before = reminders(event);
  const following = exceptions.filter((exception) => reminders(exception) === before);
  for (const component of [event, ...following]) setReminder(component, change);
}
