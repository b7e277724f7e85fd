import { Component } from '../../nextcloud/codecs/content-lines.ts';
import { PRODUCT_ID, utcStamp } from '../../nextcloud/codecs/icalendar.ts';
import { attendeesOf, mailto } from '../../nextcloud/codecs/icalendar-people.ts';
import type { Organizer } from '../../nextcloud/codecs/icalendar-people.ts';
import {
  addDuration,
  instantOf,
  readDuration,
  readMoment,
} from '../../nextcloud/codecs/icalendar-time.ts';
import { UTC } from '../../nextcloud/codecs/icalendar-zones.ts';
import type { Zone } from '../../nextcloud/codecs/icalendar-zones.ts';
import type { ToolContext } from '../tool.ts';
import { CALENDAR_BODY } from './calendar-objects.ts';
import type { Between } from './calendar-objects.ts';
import { holds, uriOf } from './calendars.ts';
import type { Calendar } from './calendars.ts';
import { occurrencesIn } from './event-search.ts';
import type { Found } from './event-search.ts';

/** Whether an attendee's calendar could be asked. */
export interface AttendeeAnswer {
  readonly email: string;
  readonly known: boolean;
  readonly busy: readonly Between[];
  /** The server's word, when it did not know. */
  readonly reason?: string;
}

/** Times taken in the user's own calendars: not those marked free, cancelled or declined. */
export async function ownBusy(
  context: ToolContext,
  calendars: readonly Calendar[],
  window: Between,
  zone: Zone,
  self: Organizer | undefined,
): Promise<{ busy: Between[]; problems: Found['problems'] }> {
  const user = await context.nextcloud.userId();
  const own = calendars.filter((calendar) => isOwn(calendar, user));
  const { occurrences, problems } = await occurrencesIn(context, own, window, zone, {});
  const busy = occurrences
    .filter(({ instance }) => blocks(instance.component, self))
    .map(({ instance: { start, end } }) => ({
      from: instantOf(start, zone),
      to: instantOf(end, zone),
    }));
  return { busy, problems };
}

function isOwn(calendar: Calendar, user: string): boolean {
  const { row } = calendar;
  const owner = row.owner?.replace(/\/+$/, '').split('/').at(-1);
  const subscribed = row.kind?.includes('subscribed') === true;
  const mine = owner === undefined || owner === user;
  return (
    mine &&
    !subscribed &&
    row.enabled !== false &&
    holds(calendar, 'VEVENT') &&
    uriOf(row) !== 'contact_birthdays'
  );
}

function blocks(event: Component, self: Organizer | undefined): boolean {
  if (event.text('TRANSP')?.toUpperCase() === 'TRANSPARENT') return false;
  if (event.text('STATUS')?.toUpperCase() === 'CANCELLED') return false;
  const me = attendeesOf(event).find(
    ({ email }) => email.toLowerCase() === self?.email.toLowerCase(),
  );
  return me?.status !== 'DECLINED';
}

/** Asks the server for the free-busy times of others (RFC 6638 section 5): no titles, only times. */
export async function attendeesBusy(
  context: ToolContext,
  addresses: readonly string[],
  window: Between,
  self: Organizer | undefined,
): Promise<AttendeeAnswer[]> {
  if (addresses.length === 0) return [];
  const unknown = (reason: string) =>
    addresses.map((email) => ({ email, known: false, busy: [], reason }));
  if (self === undefined) return unknown('your account has no e-mail address to ask with');
  const { nextcloud, signal } = context;
  const user = await nextcloud.userId();
  const body = freeBusyRequest(context, addresses, window, self);
  const reply = await nextcloud.execute(
    'caldav.request-free-busy',
    { user, body },
    { signal, headers: CALENDAR_BODY },
  );
  const replies = reply.data.replies ?? [];
  return addresses.map((email) => {
    const answer = replies.find(
      ({ recipient = '' }) => recipient.toLowerCase() === mailto(email).toLowerCase(),
    );
    const text = answer?.status?.startsWith('2.') === true ? answer.data : undefined;
    if (text === undefined)
      return { email, known: false, busy: [], reason: answer?.status ?? 'no answer' };
    return { email, known: true, busy: busyIn(text) };
  });
}

function freeBusyRequest(
  context: ToolContext,
  addresses: readonly string[],
  window: Between,
  self: Organizer,
): string {
  const calendar = Component.create('VCALENDAR');
  calendar.add('VERSION', '2.0');
  calendar.add('PRODID', PRODUCT_ID);
  calendar.add('METHOD', 'REQUEST');
  const request = Component.create('VFREEBUSY');
  request.add('UID', context.newId());
  request.add('DTSTAMP', utcStamp(context.now()));
  request.add('DTSTART', utcStamp(new Date(window.from)));
  request.add('DTEND', utcStamp(new Date(window.to)));
  request.add('ORGANIZER', mailto(self.email));
  for (const address of addresses) request.add('ATTENDEE', mailto(address));
  calendar.insert(request);
  return calendar.toString();
}

/** Busy periods of a VFREEBUSY; none at all means free. */
function busyIn(text: string): Between[] {
  const [calendar] = Component.parse(text).components('VCALENDAR');
  const lines = (calendar?.components('VFREEBUSY') ?? []).flatMap((one) => one.lines('FREEBUSY'));
  return lines
    .filter((line) => line.parameter('FBTYPE')[0]?.toUpperCase() !== 'FREE')
    .flatMap((line) => line.value.split(',').flatMap(periodOf));
}

function periodOf(value: string): Between[] {
  const [from = '', to = ''] = value.split('/');
  const start = readMoment(from, undefined, () => undefined);
  const duration = readDuration(to);
  if (start === undefined) return [];
  const end =
    duration === undefined
      ? readMoment(to, undefined, () => undefined)
      : addDuration(start, duration);
  return end === undefined ? [] : [{ from: instantOf(start, UTC), to: instantOf(end, UTC) }];
}
