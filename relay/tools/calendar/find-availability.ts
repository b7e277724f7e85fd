import * as z from 'zod';
import { DAY, UTC, wallOfInstant, zoneArgument } from '../../nextcloud/codecs/icalendar-zones.ts';
import type { Zone } from '../../nextcloud/codecs/icalendar-zones.ts';
import { defineTool } from '../tool.ts';
import { calendarRead, listOf } from './arguments.ts';
import { readingObjects } from './calendar-objects.ts';
import { listCalendars } from './calendars.ts';
import { isoInstant } from './event-answer.ts';
import type { View } from './event-answer.ts';
import { attendeesBusy, ownBusy } from './free-busy.ts';
import { dayRanges, freeSlots } from './free-slots.ts';
import type { Slot } from './free-slots.ts';
import { ownAddress } from './own-address.ts';
import { windowFrom } from './when.ts';

/** Composed: own events with their series, and one question about the others' free-busy times. */
export const findAvailability = defineTool({
  ...calendarRead,
  name: 'nc_calendar_find_availability',
  title: 'Find free time',
  description:
    'Find times when you and the attendees are free. Attendees whose calendar cannot be seen are listed as unknown and not counted.',
  uses: [
    'caldav.list-calendars',
    'caldav.get-principal',
    'caldav.request-free-busy',
    ...readingObjects,
  ],
  input: z.object({
    duration_minutes: z.int().min(1).max(1440).describe('Length'),
    attendees: z.string().default('').describe('E-mail addresses, comma separated'),
    date_range_start: z.string().default('').describe('From, default now'),
    date_range_end: z.string().default('').describe('To, default a week later; a day is included'),
    business_hours_only: z.boolean().default(true).describe('Only within business_hours'),
    exclude_weekends: z.boolean().default(true).describe('Not on Saturday and Sunday'),
    preferred_times: z
      .string()
      .default('')
      .describe('HH:MM-HH:MM, comma separated; such slots come first'),
    business_hours: z.string().default('09:00-17:00').describe('HH:MM-HH:MM'),
    timezone: z.string().default('').describe('IANA zone; default: zone of a calendar, else UTC'),
    limit: z.int().min(1).max(200).default(20).describe('Most slots'),
  }),
  async run(args, context) {
    const calendars = await listCalendars(context);
    const zone =
      args.timezone === ''
        ? (calendars.find((one) => one.zone)?.zone ?? UTC)
        : zoneArgument(args.timezone);
    const now = context.now().getTime();
    const asked = windowFrom(args.date_range_start, args.date_range_end, zone, {
      from: () => now,
      to: (from) => from + 7 * DAY,
    });
    const window = { from: Math.max(asked.from, now), to: Math.max(asked.to, now) };
    const self = await ownAddress(context);
    const own = await ownBusy(context, calendars, window, zone, self);
    const others = await attendeesBusy(context, listOf(args.attendees), window, self);
    const slots = freeSlots([...own.busy, ...others.flatMap(({ busy }) => busy)], {
      minutes: args.duration_minutes,
      window,
      zone,
      hours: args.business_hours_only ? dayRanges(args.business_hours, 'business_hours') : [],
      weekends: !args.exclude_weekends,
      preferred: dayRanges(args.preferred_times, 'preferred_times'),
    });
    const unknown = others.filter(({ known }) => !known);
    return {
      slots: slots.slice(0, args.limit).map((slot) => slotView(slot, zone)),
      total_found: slots.length,
      timezone: zone.id,
      date_range_start: isoInstant(window.from, zone),
      date_range_end: isoInstant(window.to, zone),
      ...(unknown.length === 0
        ? {}
        : { unknown_attendees: unknown.map(({ email, reason }) => ({ email, reason })) }),
      ...(own.problems.length === 0 ? {} : { problems: own.problems }),
    };
  },
});

function slotView({ from, to, freeUntil, preferred }: Slot, zone: Zone): View {
  return {
    date: new Date(wallOfInstant(from, zone)).toISOString().slice(0, 10),
    start: isoInstant(from, zone),
    end: isoInstant(to, zone),
    duration_minutes: (to - from) / 60_000,
    free_until: isoInstant(freeUntil, zone),
    ...(preferred ? { preferred } : {}),
  };
}
