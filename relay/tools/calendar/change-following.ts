import { RelayError } from '../../errors.ts';
import type { Component } from '../../nextcloud/codecs/content-lines.ts';
import { objectZones, touch, utcStamp } from '../../nextcloud/codecs/icalendar.ts';
import { attendeesOf, organizerOf } from '../../nextcloud/codecs/icalendar-people.ts';
import type { Organizer } from '../../nextcloud/codecs/icalendar-people.ts';
import { findInstance, masterOf } from '../../nextcloud/codecs/icalendar-series.ts';
import { cutAt, endBefore, exceptionAt, startAt } from '../../nextcloud/codecs/icalendar-split.ts';
import type { Cut } from '../../nextcloud/codecs/icalendar-split.ts';
import { givenTime, isoForm, momentOf, setMoment } from '../../nextcloud/codecs/icalendar-time.ts';
import type { ZoneLookup } from '../../nextcloud/codecs/icalendar-time.ts';
import { UTC } from '../../nextcloud/codecs/icalendar-zones.ts';
import type { ToolContext } from '../tool.ts';
import { deleteObject, editObject } from './edit-object.ts';
import type { Written } from './edit-object.ts';
import { changeEvent } from './event-change.ts';
import type { ChangeContext, EventChange } from './event-change.ts';
import type { Changed, Place } from './change-one.ts';
import { divideObject } from './split-object.ts';
import type { ReadingZone } from './when.ts';

/**
 * Changes an instance and all after it. They become a series of their own under a new UID, as Nextcloud's own calendar
 * and others do it (the server does not understand `RANGE=THISANDFUTURE`), and the old one ends before them.
 */
export async function changeFollowing(
  context: ToolContext,
  { target, changing }: Place,
  change: EventChange,
): Promise<Changed> {
  let reading: ReadingZone | undefined;
  const { first, second } = await divideObject(context, target, change.recurrenceId, (calendar) => {
    const cut = cutFor(calendar, change.recurrenceId, changing);
    if (!endBefore(calendar.copy(), cut)) {
      startAt(calendar, cut);
      reading = changeFrom(calendar, cut, change, changing);
      return undefined;
    }
    const uid = context.newId();
    const content = calendar.copy();
    startAt(content, cut);
    reading = changeFrom(content, cut, change, changing);
    asNew(content, uid, changing.now);
    endBefore(calendar, cut);
    const master = masterOf(calendar.components('VEVENT'));
    if (master !== undefined) touch(master, changing.now, true);
    relate(calendar, uid);
    relate(content, target.uid);
    return { uid, content };
  });
  return second === undefined
    ? { object: first.object, status: 200, reading }
    : { ...second, reading, earlier: first };
}

/** Ends a series before an instance; without any left before, the event goes as a whole. Gives what is left. */
export async function deleteFollowing(
  context: ToolContext,
  { target, changing }: Place,
  id: string,
): Promise<Written | undefined> {
  const left = { any: true };
  const written = await editObject(context, target, (calendar) => {
    const cut = cutFor(calendar, id, changing);
    left.any = endBefore(calendar.copy(), cut);
    if (!left.any) return;
    endBefore(calendar, cut);
    const master = masterOf(calendar.components('VEVENT'));
    if (master !== undefined) touch(master, changing.now, true);
  });
  if (left.any) return written;
  const { etag, name } = written.object;
  await deleteObject(context, { ...target, etag, name });
  return undefined;
}

function cutFor(calendar: Component, id: string, { calendarZone, self }: ChangeContext): Cut {
  const zone = calendarZone ?? UTC;
  const events = calendar.components('VEVENT');
  refuseGuest(masterOf(events), self);
  const zones = objectZones(calendar);
  const { recurrenceId } = findInstance(events, zones, givenTime(id, 'recurrence_id'), zone);
  return cutAt(events, zones, recurrenceId, zone);
}

/** The organizer of a series says when it ends; what a guest cuts off comes back with the next change (RFC 5546). */
function refuseGuest(master: Component | undefined, self: Organizer | undefined): void {
  const organizer = master === undefined ? undefined : organizerOf(master)?.email;
  if (master === undefined || organizer === undefined || self === undefined) return;
  const isSelf = (email: string): boolean => email.toLowerCase() === self.email.toLowerCase();
  if (isSelf(organizer) || !attendeesOf(master).some(({ email }) => isSelf(email))) return;
  throw new RelayError(
    'unsupported',
    `You are invited to this series; ${organizer} organizes it.`,
    {
      hint: 'Decline with nc_calendar_answer_invitation, or change single instances in your calendar.',
    },
  );
}

/** The change of the whole part. The named instance, which is its start, follows even where it was an exception. */
function changeFrom(
  part: Component,
  cut: Cut,
  change: EventChange,
  changing: ChangeContext,
): ReadingZone | undefined {
  const own = exceptionAt(part.components('VEVENT'), cut);
  const reading = changeEvent(part, { ...change, recurrenceId: '' }, changing);
  const id = momentOf(own?.first('RECURRENCE-ID'), cut.zones);
  const events = part.components('VEVENT');
  if (own === undefined || id === undefined || !events.includes(own)) return reading;
  const { times, recurrence: _whole, ...rest } = change;
  if (times !== undefined) takeTimes(own, masterOf(events), cut.zones);
  changeEvent(part, { ...rest, recurrenceId: isoForm(id) }, changing);
  return reading;
}

function takeTimes(own: Component, master: Component | undefined, zones: ZoneLookup): void {
  own.remove('DURATION');
  for (const name of ['DTSTART', 'DTEND']) {
    const moment = momentOf(master?.first(name), zones);
    if (moment === undefined) own.remove(name);
    else setMoment(own, name, moment);
  }
  const duration = master?.first('DURATION')?.value;
  if (duration !== undefined) own.add('DURATION', duration);
}

/** Nobody has seen the new event yet: no revision of it, no delivery; guests are asked, with the answers they gave. */
function asNew(part: Component, uid: string, now: Date): void {
  for (const event of part.components('VEVENT')) {
    event.set('UID', uid);
    for (const name of ['DTSTAMP', 'CREATED', 'LAST-MODIFIED']) event.set(name, utcStamp(now));
    event.remove('SEQUENCE');
    const organizer = event.first('ORGANIZER');
    organizer?.setParameter('SCHEDULE-STATUS', undefined);
    for (const attendee of event.lines('ATTENDEE')) {
      attendee.setParameter('SCHEDULE-STATUS', undefined);
      if (attendee.value.toLowerCase() !== organizer?.value.toLowerCase())
        attendee.setParameter('RSVP', 'TRUE');
    }
  }
}

/** Each part names the other, as Nextcloud's calendar does, so that people find it. */
function relate(part: Component, uid: string): void {
  masterOf(part.components('VEVENT'))?.add('RELATED-TO', uid, { RELTYPE: 'SIBLING' });
}
