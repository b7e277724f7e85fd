import type { Component } from '../../nextcloud/codecs/content-lines.ts';
import { objectZones } from '../../nextcloud/codecs/icalendar.ts';
import { attendeesOf } from '../../nextcloud/codecs/icalendar-people.ts';
import { instantOf } from '../../nextcloud/codecs/icalendar-time.ts';
import { UTC } from '../../nextcloud/codecs/icalendar-zones.ts';
import type { Zone } from '../../nextcloud/codecs/icalendar-zones.ts';
import { categoriesOf } from '../../nextcloud/codecs/icalendar-view.ts';
import { expand } from '../../nextcloud/codecs/recurrence.ts';
import type { Instance } from '../../nextcloud/codecs/recurrence.ts';
import { RelayError } from '../../errors.ts';
import type { ToolContext } from '../tool.ts';
import { eventsBetween } from './calendar-objects.ts';
import type { Between, CalendarObject } from './calendar-objects.ts';
import type { Calendar } from './calendars.ts';
import { inGroups } from './in-groups.ts';

/** What an event must have. Undefined: anything. Texts are contained, in any case of letters. */
export interface EventFilter {
  readonly minAttendees?: number | undefined;
  readonly minMinutes?: number | undefined;
  /** One of these must be in one of the event's categories. */
  readonly categories?: readonly string[] | undefined;
  readonly status?: string | undefined;
  readonly title?: string | undefined;
  readonly location?: string | undefined;
}

/** An occurrence and where it is stored. */
export interface Occurrence {
  readonly object: CalendarObject;
  readonly instance: Instance;
  /** Instant of the start, for sorting. */
  readonly at: number;
}

export interface Found {
  readonly occurrences: Occurrence[];
  /** Calendars that could not be read, and series that were too long. */
  readonly problems: { readonly calendar_name: string; readonly problem: string }[];
}

/** Occurrences in a window over several calendars, earliest first. One that fails is reported, the others answer. */
export async function occurrencesIn(
  context: ToolContext,
  calendars: readonly Calendar[],
  window: Between,
  zoneAsked: Zone | undefined,
  filter: EventFilter,
): Promise<Found> {
  const occurrences: Occurrence[] = [];
  const problems: Found['problems'] = [];
  const answers = await inGroups(calendars, (calendar) =>
    eventsBetween(context, calendar, window, filter.title),
  );
  for (const { item: calendar, outcome } of answers) {
    if (outcome.status === 'rejected') {
      if (calendars.length === 1) throw outcome.reason;
      problems.push({ calendar_name: calendar.uri, problem: problemOf(outcome.reason) });
      continue;
    }
    const zone = zoneAsked ?? calendar.zone ?? UTC;
    for (const object of outcome.value) {
      const expanded = occurrencesOf(object, window, zone, filter);
      occurrences.push(...expanded.occurrences);
      if (expanded.truncated) {
        problems.push({ calendar_name: calendar.uri, problem: `Series too long: ${object.name}` });
      }
    }
  }
  occurrences.sort((a, b) => a.at - b.at);
  return { occurrences, problems };
}

export function problemOf(reason: unknown): string {
  if (reason instanceof RelayError) return reason.message;
  throw reason;
}

/** Occurrences of one object that pass the filter. */
export function occurrencesOf(
  object: CalendarObject,
  window: Between,
  zone: Zone,
  filter: EventFilter,
): { occurrences: Occurrence[]; truncated: boolean } {
  const events = object.content.components('VEVENT');
  const { instances, truncated } = expand(events, objectZones(object.content), { ...window, zone });
  const occurrences = instances
    .filter((instance) => matches(instance.component, filter) && longEnough(instance, zone, filter))
    .map((instance) => ({ object, instance, at: instantOf(instance.start, zone) }));
  return { occurrences, truncated };
}

function longEnough({ start, end }: Instance, zone: Zone, { minMinutes }: EventFilter): boolean {
  return (
    minMinutes === undefined || instantOf(end, zone) - instantOf(start, zone) >= minMinutes * 60_000
  );
}

/** Whether an event or task passes, apart from its times. */
export function matches(component: Component, filter: EventFilter): boolean {
  const { minAttendees, categories, status, title, location } = filter;
  const contains = (name: string, wanted: string | undefined): boolean =>
    wanted === undefined ||
    (component.text(name) ?? '').toLowerCase().includes(wanted.toLowerCase());
  return (
    contains('SUMMARY', title) &&
    contains('LOCATION', location) &&
    (minAttendees === undefined || attendeesOf(component).length >= minAttendees) &&
    (status === undefined || statusOf(component) === status.trim().toUpperCase()) &&
    (categories === undefined || categories.length === 0 || hasCategory(component, categories))
  );
}

function statusOf(component: Component): string {
  const none = component.name === 'VTODO' ? 'NEEDS-ACTION' : 'CONFIRMED';
  return component.text('STATUS')?.toUpperCase() ?? none;
}

function hasCategory(component: Component, wanted: readonly string[]): boolean {
  const own = categoriesOf(component).map((category) => category.toLowerCase());
  return wanted.some((category) => own.some((one) => one.includes(category.toLowerCase())));
}
