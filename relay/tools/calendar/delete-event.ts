import * as z from 'zod';
import type { Component } from '../../nextcloud/codecs/content-lines.ts';
import { objectZones, touch } from '../../nextcloud/codecs/icalendar.ts';
import {
  excludeInstance,
  findInstance,
  masterOf,
} from '../../nextcloud/codecs/icalendar-series.ts';
import { givenTime } from '../../nextcloud/codecs/icalendar-time.ts';
import { UTC } from '../../nextcloud/codecs/icalendar-zones.ts';
import type { Zone } from '../../nextcloud/codecs/icalendar-zones.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import {
  calendarName,
  calendarWrite,
  etag,
  eventUid,
  recurrenceId,
  refuseUnnamed,
  thisAndFollowing,
} from './arguments.ts';
import { findCalendar, findingCalendar } from './calendars.ts';
import { deleteFollowing } from './change-following.ts';
import { endedView } from './change-one.ts';
import { deleteObject, editObject, writingObjects } from './edit-object.ts';
import type { Target, Written } from './edit-object.ts';
import { ownAddress } from './own-address.ts';

/** Composed: the file name need not be the UID, and one instance is excluded by changing the series. */
export const deleteEvent = defineTool({
  ...calendarWrite,
  name: 'nc_calendar_delete_event',
  title: 'Delete event',
  description:
    'Delete an event, a whole series, one instance, or one and all following. Attendees are told; the trash keeps it a month.',
  effect: 'delete',
  openWorld: true,
  uses: [...findingCalendar, ...writingObjects, 'caldav.get-principal'],
  input: z.object({
    calendar_name: calendarName,
    event_uid: eventUid,
    recurrence_id: recurrenceId,
    this_and_following: thisAndFollowing,
    etag,
  }),
  async run(args, context) {
    refuseUnnamed(args);
    const calendar = await findCalendar(context, args.calendar_name);
    const target = { calendar, kind: 'VEVENT', uid: args.event_uid, etag: args.etag } as const;
    let left: Written | undefined;
    if (args.recurrence_id === '') await deleteObject(context, target);
    else if (args.this_and_following) {
      const self = await ownAddress(context);
      const changing = { now: context.now(), calendarZone: calendar.zone, self };
      left = await deleteFollowing(context, { target, changing }, args.recurrence_id);
    } else await deleteInstance(context, target, args.recurrence_id);
    return {
      success: true,
      status_code: 204,
      deleted_uid: args.event_uid,
      ...(args.recurrence_id === '' ? {} : { recurrence_id: args.recurrence_id }),
      ...(left === undefined ? {} : { earlier_series: endedView(left) }),
      calendar_name: calendar.uri,
    };
  },
});

/** Takes one instance out; what is left without any event goes as a whole. */
export async function deleteInstance(
  context: ToolContext,
  target: Target,
  id: string,
): Promise<void> {
  const left = { any: true };
  const { object } = await editObject(context, target, (calendar) => {
    const probe = calendar.copy();
    exclude(probe, id, context.now(), target.calendar.zone ?? UTC);
    left.any = probe.components('VEVENT').length > 0;
    if (left.any) exclude(calendar, id, context.now(), target.calendar.zone ?? UTC);
  });
  if (!left.any) await deleteObject(context, { ...target, etag: object.etag, name: object.name });
}

function exclude(calendar: Component, id: string, now: Date, zone: Zone): void {
  const events = calendar.components('VEVENT');
  const found = findInstance(events, objectZones(calendar), givenTime(id, 'recurrence_id'), zone);
  const master = masterOf(events);
  if (master === undefined) return;
  excludeInstance(calendar, master, found);
  touch(master, now, true);
}
