import type { Component } from './content-lines.ts';
import { splitValue, unescapeText } from './content-lines.ts';
import { attendeesOf, organizerOf } from './icalendar-people.ts';
import { remindersOf } from './icalendar-reminders.ts';
import { DAY } from './icalendar-zones.ts';
import { isoForm, momentOf, readMoment } from './icalendar-time.ts';
import type { Moment, ZoneLookup } from './icalendar-time.ts';
import { isRecurring, spanOf } from './recurrence.ts';
import type { Instance } from './recurrence.ts';

/** A VEVENT or VTODO as tools show it. Times are ISO 8601; what is not set is absent. */
export type ComponentView = Record<string, unknown> & { readonly uid: string };

export function categoriesOf(component: Component): string[] {
  return component
    .lines('CATEGORIES')
    .flatMap((line) => splitValue(line.value, ',').map((part) => unescapeText(part).trim()))
    .filter((category) => category !== '');
}

/**
 * One event, or one occurrence of it. The end of an all-day event is its last day, as people say it (the file holds
 * the day after).
 */
export function eventView(
  component: Component,
  zones: ZoneLookup,
  instance?: Instance,
): ComponentView {
  const span = instance ?? spanOf(component, zones);
  const own = momentOf(component.first('RECURRENCE-ID'), zones);
  const recurrenceId = instance?.recurrenceId ?? own;
  return present({
    uid: component.text('UID') ?? '',
    title: component.text('SUMMARY') ?? '',
    ...(span === undefined ? {} : times(span.start, span.end)),
    location: component.text('LOCATION'),
    description: component.text('DESCRIPTION'),
    status: component.text('STATUS')?.toUpperCase() ?? 'CONFIRMED',
    priority: Number(component.text('PRIORITY') ?? 0) || 0,
    privacy: component.text('CLASS')?.toUpperCase() ?? 'PUBLIC',
    free: component.text('TRANSP')?.toUpperCase() === 'TRANSPARENT' ? true : undefined,
    url: component.first('URL')?.value,
    categories: filled(categoriesOf(component)),
    attendees: filled(attendeesOf(component)),
    organizer: organizerOf(component),
    reminders: filled(remindersOf(component)),
    recurring: isRecurring(component) || recurrenceId !== undefined ? true : undefined,
    recurrence_rule: component.first('RRULE')?.value,
    recurrence_dates: filled(dateList(component, 'RDATE', zones)),
    exdates: filled(dateList(component, 'EXDATE', zones)),
    recurrence_id: recurrenceId === undefined ? undefined : isoForm(recurrenceId),
    ...bookkeeping(component, zones),
  });
}

function times(start: Moment, end: Moment): Record<string, unknown> {
  const lastDay = end.dateOnly ? { ...end, wall: Math.max(start.wall, end.wall - DAY) } : end;
  return {
    start_datetime: isoForm(start),
    end_datetime: isoForm(lastDay),
    all_day: start.dateOnly,
    timezone: start.dateOnly ? undefined : (start.zone?.id ?? 'floating'),
  };
}

export function todoView(component: Component, zones: ZoneLookup): ComponentView {
  const [due, start] = ['DUE', 'DTSTART'].map((name) => momentOf(component.first(name), zones));
  const completed = momentOf(component.first('COMPLETED'), zones);
  const zone = [due, start].find((moment) => moment?.dateOnly === false);
  return present({
    uid: component.text('UID') ?? '',
    summary: component.text('SUMMARY') ?? '',
    description: component.text('DESCRIPTION') ?? '',
    status: component.text('STATUS')?.toUpperCase() ?? 'NEEDS-ACTION',
    priority: Number(component.text('PRIORITY') ?? 0) || 0,
    percent_complete: Number(component.text('PERCENT-COMPLETE') ?? 0) || 0,
    due: due === undefined ? undefined : isoForm(due),
    dtstart: start === undefined ? undefined : isoForm(start),
    timezone: zone === undefined ? undefined : (zone.zone?.id ?? 'floating'),
    completed: completed === undefined ? undefined : isoForm(completed),
    categories: filled(categoriesOf(component)),
    location: component.text('LOCATION'),
    url: component.first('URL')?.value,
    parent_uid: parentOf(component),
    reminders: filled(remindersOf(component)),
    recurrence_rule: component.first('RRULE')?.value,
    ...bookkeeping(component, zones),
  });
}

/** RELATED-TO without RELTYPE means the parent (RFC 5545 section 3.8.4.5): sub-tasks. */
function parentOf(component: Component): string | undefined {
  return component
    .lines('RELATED-TO')
    .find((line) => (line.parameter('RELTYPE')[0] ?? 'PARENT').toUpperCase() === 'PARENT')?.text;
}

function bookkeeping(component: Component, zones: ZoneLookup): Record<string, unknown> {
  const stamp = (name: string): string | undefined => {
    const moment = momentOf(component.first(name), zones);
    return moment === undefined ? undefined : isoForm(moment);
  };
  return {
    color: component.text('COLOR'),
    created: stamp('CREATED'),
    last_modified: stamp('LAST-MODIFIED'),
  };
}

function dateList(component: Component, name: string, zones: ZoneLookup): string[] {
  return component.lines(name).flatMap((line) =>
    line.value.split(',').flatMap((value) => {
      const moment = readMoment(value.split('/')[0] ?? '', line.parameter('TZID')[0], zones);
      return moment === undefined ? [] : [isoForm(moment)];
    }),
  );
}

function filled<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

function present(view: Record<string, unknown> & { uid: string }): ComponentView {
  const entries = Object.entries(view).filter(([, value]) => value !== undefined && value !== '');
  return { ...Object.fromEntries(entries), uid: view.uid };
}
