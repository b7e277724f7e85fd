import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { DAY, UTC } from '../../nextcloud/codecs/icalendar-zones.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import { calendarWrite, given, kept, listOf } from './arguments.ts';
import { matchesIn } from './bulk-matches.ts';
import type { Match } from './bulk-matches.ts';
import type { Between } from './calendar-objects.ts';
import { findCalendar, findingCalendar, holds, listCalendars } from './calendars.ts';
import type { Calendar } from './calendars.ts';
import { deleteInstance } from './delete-event.ts';
import { deleteObject, editObject, moveObject, writingObjects } from './edit-object.ts';
import { problemOf } from './event-search.ts';
import { changeEvent } from './event-change.ts';
import type { EventChange } from './event-change.ts';
import type { View } from './event-answer.ts';
import { windowFrom } from './when.ts';

const input = z.object({
  operation: z.enum(['update', 'delete', 'move']).describe('What to do'),
  title_contains: kept(z.string(), 'Only events with this in the title'),
  categories: kept(z.string(), 'Only with one of these, comma separated'),
  calendar_name: kept(z.string(), 'Only in this calendar; default all you can write'),
  start_date: z.string().default('').describe('Only from then on'),
  end_date: z.string().default('').describe('Only until then; a day is included'),
  status: kept(z.string(), 'Only of this status'),
  location_contains: kept(z.string(), 'Only with this in the location'),
  new_title: kept(z.string(), 'New title'),
  new_description: kept(z.string(), 'New description'),
  new_location: kept(z.string(), 'New location'),
  new_categories: kept(z.string(), 'New categories, comma separated'),
  new_priority: kept(z.int(), 'New priority'),
  new_reminder_minutes: kept(z.int(), 'New reminder; 0 for none'),
  target_calendar: kept(z.string(), 'Where to move'),
  dry_run: z.boolean().default(false).describe('Only say what would be touched'),
});

type Arguments = z.output<typeof input>;

/** Composed: finds what matches, then writes one event after the other. */
export const bulkOperations = defineTool({
  ...calendarWrite,
  name: 'nc_calendar_bulk_operations',
  title: 'Change many events',
  description:
    'Update, delete or move all events that match. With dates, only the instances of a series in that time are touched; without, whole series. Try dry_run first.',
  effect: 'delete',
  openWorld: true,
  uses: [...findingCalendar, ...writingObjects, 'caldav.move-calendar-object'],
  input,
  async run(args, context) {
    refuseIncomplete(args);
    const calendars = await calendarsOf(context, args.calendar_name);
    const target =
      args.target_calendar == null ? undefined : await findCalendar(context, args.target_calendar);
    const matched = await allMatches(context, calendars, args, target);
    const results: View[] = [];
    for (const [index, match] of matched.entries()) {
      await context.progress(index, matched.length, match.title);
      results.push(await resultOf(context, match, args, target));
    }
    await context.progress(matched.length, matched.length);
    return report(args, results, target);
  },
});

function refuseIncomplete(args: Arguments): void {
  const filters = [
    args.title_contains,
    args.categories,
    args.calendar_name,
    args.status,
    args.location_contains,
  ];
  const fault = (message: string): RelayError => new RelayError('invalid_argument', message);
  if (
    filters.every((one) => one == null || one === '') &&
    args.start_date === '' &&
    args.end_date === ''
  ) {
    throw fault('Without a filter every event would be touched: give at least one.');
  }
  if (args.operation === 'update' && Object.keys(newValues(args)).length === 0) {
    throw fault('Nothing to update: give at least one new_ value.');
  }
  if (args.operation === 'move' && (args.target_calendar ?? '') === '')
    throw fault('target_calendar is missing.');
}

function newValues(args: Arguments): View {
  return Object.fromEntries(
    Object.entries(args).filter(([name, value]) => name.startsWith('new_') && value != null),
  );
}

/** The named calendar, or all with events that can be written and are not made by an app. */
async function calendarsOf(
  context: ToolContext,
  name: string | null | undefined,
): Promise<Calendar[]> {
  if (name != null && name !== '') return [await findCalendar(context, name)];
  return (await listCalendars(context)).filter(
    (calendar) =>
      holds(calendar, 'VEVENT') &&
      calendar.row.readOnly !== true &&
      calendar.row.kind?.includes('subscribed') !== true &&
      !/^(?:contact_birthdays$|app-generated--)/.test(calendar.uri),
  );
}

async function allMatches(
  context: ToolContext,
  calendars: readonly Calendar[],
  args: Arguments,
  target: Calendar | undefined,
): Promise<Match[]> {
  const filter = {
    title: given(args.title_contains),
    location: given(args.location_contains),
    status: given(args.status),
    categories: args.categories == null ? undefined : listOf(args.categories),
  };
  const found: Match[] = [];
  for (const calendar of calendars) {
    found.push(...(await matchesIn(context, calendar, windowOf(args, calendar), filter)));
  }
  // nothing is moved to where it is
  return args.operation === 'move'
    ? found.filter(({ object }) => object.calendar.uri !== target?.uri)
    : found;
}

function windowOf(args: Arguments, calendar: Calendar): Between | undefined {
  if (args.start_date === '' && args.end_date === '') return undefined;
  return windowFrom(args.start_date, args.end_date, calendar.zone ?? UTC, {
    from: () => Date.UTC(1902, 0, 1),
    to: (from) => from + 36_525 * DAY,
  });
}

/** Does one, and says how it went: a failure is part of the report, the others go on. */
async function resultOf(
  context: ToolContext,
  match: Match,
  args: Arguments,
  target: Calendar | undefined,
): Promise<View> {
  const done = { update: 'updated', delete: 'deleted', move: 'moved' }[args.operation];
  const facts = {
    uid: match.uid,
    title: match.title,
    ...(match.recurrenceId === '' ? {} : { recurrence_id: match.recurrenceId }),
    calendar_name: match.object.calendar.uri,
    ...(target === undefined || args.operation !== 'move'
      ? {}
      : { from_calendar: match.object.calendar.uri, to_calendar: target.uri }),
  };
  if (args.operation === 'move' && match.recurrenceId !== '') {
    return {
      ...facts,
      status: 'failed',
      error: 'One instance of a series cannot be moved: leave out the dates.',
    };
  }
  if (args.dry_run) return { ...facts, status: `would be ${done}` };
  try {
    await perform(context, match, args, target);
    return { ...facts, status: done };
  } catch (error) {
    if (context.signal.aborted) throw error;
    return { ...facts, status: 'failed', error: problemOf(error) };
  }
}

async function perform(
  context: ToolContext,
  match: Match,
  args: Arguments,
  to: Calendar | undefined,
): Promise<void> {
  const { object, uid, recurrenceId } = match;
  const target = {
    calendar: object.calendar,
    kind: 'VEVENT',
    uid,
    etag: '',
    name: object.name,
  } as const;
  if (args.operation === 'move' && to !== undefined) await moveObject(context, target, to);
  else if (args.operation === 'update') await update(context, target, recurrenceId, args);
  else if (recurrenceId === '') await deleteObject(context, target);
  else await deleteInstance(context, target, recurrenceId);
}

async function update(
  context: ToolContext,
  target: Parameters<typeof editObject>[1],
  recurrenceId: string,
  args: Arguments,
): Promise<void> {
  const change: EventChange = {
    recurrenceId,
    fields: {
      title: given(args.new_title),
      description: given(args.new_description),
      location: given(args.new_location),
      priority: given(args.new_priority),
      categories: args.new_categories == null ? undefined : listOf(args.new_categories),
    },
    ...(args.new_reminder_minutes == null
      ? {}
      : { reminder: { minutes: args.new_reminder_minutes } }),
  };
  await editObject(context, target, (file) => {
    changeEvent(file, change, {
      now: context.now(),
      calendarZone: target.calendar.zone,
      self: undefined,
    });
  });
}

function report(args: Arguments, results: readonly View[], target: Calendar | undefined): View {
  const failed = results.filter(({ status }) => status === 'failed').length;
  const counter = { update: 'updated_count', delete: 'deleted_count', move: 'moved_count' }[
    args.operation
  ];
  return {
    operation: args.operation,
    ...(args.dry_run ? { dry_run: true } : {}),
    total_found: results.length,
    [counter]: args.dry_run ? 0 : results.length - failed,
    failed_count: failed,
    ...(args.operation === 'move' ? { target_calendar: target?.uri } : {}),
    results,
  };
}
