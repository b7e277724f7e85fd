import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { newCalendar, objectZones, touch } from '../../nextcloud/codecs/icalendar.ts';
import { setFields } from '../../nextcloud/codecs/icalendar-edit.ts';
import { masterOf } from '../../nextcloud/codecs/icalendar-series.ts';
import type { RecurrenceChange } from '../../nextcloud/codecs/icalendar-series.ts';
import { momentOf } from '../../nextcloud/codecs/icalendar-time.ts';
import { UTC } from '../../nextcloud/codecs/icalendar-zones.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import { advanceTodo } from './advance-todo.ts';
import {
  calendarName,
  etag,
  given,
  kept,
  listOf,
  timezone,
  todoUid,
  todoWrite,
} from './arguments.ts';
import type { CalendarObject } from './calendar-objects.ts';
import { findCalendar, findingCalendar } from './calendars.ts';
import { untilFrom } from './create-event.ts';
import { createObject, deleteObject, editObject, writingObjects } from './edit-object.ts';
import { zoneNote } from './event-answer.ts';
import type { View } from './event-answer.ts';
import { todoAnswer } from './list-todos.ts';
import { setProgress, setTodoRecurrence, setTodoTimes } from './todo-fields.ts';
import type { TodoProgress, TodoTimes } from './todo-fields.ts';
import { readingZone } from './when.ts';
import type { ReadingZone } from './when.ts';

const dueText = 'Day or time it is due';
const startText = 'Day or time it starts';
const statusText = 'NEEDS-ACTION, IN-PROCESS, COMPLETED or CANCELLED';

/** Composed: it writes iCalendar and finds the calendar's zone. */
export const createTodo = defineTool({
  ...todoWrite,
  name: 'nc_calendar_create_todo',
  title: 'Create task',
  description:
    'Create a task in a calendar or task list; one with a recurrence_rule comes again each time it is completed.',
  effect: 'add',
  uses: [...findingCalendar, ...writingObjects],
  input: z.object({
    calendar_name: calendarName,
    summary: z.string().min(1).describe('What to do'),
    description: z.string().default('').describe('Description'),
    status: z.string().default('NEEDS-ACTION').describe(statusText),
    priority: z.int().min(0).max(9).default(0).describe('1 highest to 9, 0 none'),
    due: z.string().default('').describe(dueText),
    dtstart: z.string().default('').describe(startText),
    categories: z.string().default('').describe('Comma separated'),
    parent_uid: z.string().default('').describe('UID of the task this is part of'),
    recurrence_rule: z
      .string()
      .default('')
      .describe('RRULE for a task that comes again once done, e.g. FREQ=WEEKLY'),
    recurrence_end_date: z.string().default('').describe('Last day it comes again'),
    timezone,
  }),
  async run(args, context) {
    const calendar = await findCalendar(context, args.calendar_name);
    const reading = readingZone(args.timezone, undefined, calendar.zone);
    const uid = context.newId();
    const content = newCalendar('VTODO', uid, context.now());
    const [todo] = content.components('VTODO');
    if (todo === undefined) throw new Error('a new calendar holds its component');
    const { summary: title, description, status, priority } = args;
    setFields(todo, { title, description, status, priority, categories: listOf(args.categories) });
    todo.set('PERCENT-COMPLETE', '0');
    setProgress(todo, { status }, reading, context.now());
    const times = { due: args.due, dtstart: args.dtstart };
    setTodoTimes(content, todo, times, reading);
    const { recurrence_rule, recurrence_end_date: end } = args;
    const rule = recurrence_rule === '' ? undefined : recurrence_rule;
    setTodoRecurrence(content, todo, { rule, until: untilFrom(end) }, times);
    if (args.parent_uid !== '') todo.setText('RELATED-TO', args.parent_uid);
    const written = await createObject(context, calendar, `${uid}.ics`, content);
    const timed = [args.due, args.dtstart].some((text) => /\d[T ]\d/.test(text));
    return todoWritten(written.object, written.status, timed ? reading : undefined);
  },
});

/** Composed: the task is read, changed line by line, and written back. */
export const updateTodo = defineTool({
  ...todoWrite,
  name: 'nc_calendar_update_todo',
  title: 'Update task',
  description:
    'Change a task. Left out: kept; empty text: cleared. Status, percentage and completion time stay in step.',
  effect: 'replace',
  uses: [...findingCalendar, ...writingObjects],
  input: z.object({
    calendar_name: calendarName,
    todo_uid: todoUid,
    summary: kept(z.string(), 'What to do'),
    description: kept(z.string(), 'Description'),
    status: kept(z.string(), statusText),
    priority: kept(z.int(), '1 highest to 9, 0 none'),
    percent_complete: kept(z.int().min(0).max(100), 'How much is done'),
    due: kept(z.string(), dueText),
    dtstart: kept(z.string(), startText),
    completed: kept(z.string(), 'When it was done'),
    categories: kept(z.string(), 'Comma separated'),
    parent_uid: kept(z.string(), 'UID of the task this is part of'),
    recurrence_rule: kept(z.string(), 'RRULE; empty: it comes no more once done'),
    recurrence_end_date: kept(z.string(), 'Last day it comes again'),
    etag,
    timezone,
  }),
  async run(args, context) {
    const { calendar_name, todo_uid, etag: seen, timezone: zone, ...wishes } = args;
    if (Object.values(wishes).every((one) => one == null)) {
      throw new RelayError('invalid_argument', 'Nothing to change: give at least one field.');
    }
    return changeTodo(
      context,
      { calendarName: calendar_name, uid: todo_uid, etag: seen, timezone: zone },
      {
        fields: {
          title: given(args.summary),
          description: given(args.description),
          status: given(args.status),
          priority: given(args.priority),
          categories: args.categories == null ? undefined : listOf(args.categories),
        },
        times: { due: given(args.due), dtstart: given(args.dtstart) },
        progress: {
          status: given(args.status),
          percent: given(args.percent_complete),
          completed: given(args.completed),
        },
        parent: given(args.parent_uid),
        recurrence: {
          rule: given(args.recurrence_rule),
          until: args.recurrence_end_date === '' ? '' : untilFrom(args.recurrence_end_date ?? ''),
        },
      },
    );
  },
});

/** Composed: as nc_calendar_update_todo. */
export const completeTodo = defineTool({
  ...todoWrite,
  name: 'nc_calendar_complete_todo',
  title: 'Complete task',
  description:
    'Mark a task as done, or with done=false as open again. A repeating one goes on to its next time; to end the series set its status.',
  effect: 'set',
  uses: [...findingCalendar, ...writingObjects],
  input: z.object({
    calendar_name: calendarName,
    todo_uid: todoUid,
    done: z.boolean().default(true).describe('false: open again'),
    etag,
  }),
  async run(args, context) {
    const status = args.done ? 'COMPLETED' : 'NEEDS-ACTION';
    const place = {
      calendarName: args.calendar_name,
      uid: args.todo_uid,
      etag: args.etag,
      timezone: '',
    };
    const change = { fields: { status }, times: {}, progress: { status } };
    return changeTodo(context, place, { ...change, advances: args.done });
  },
});

/** Composed: the file name of a task need not be its UID. */
export const deleteTodo = defineTool({
  ...todoWrite,
  name: 'nc_calendar_delete_todo',
  title: 'Delete task',
  description: 'Delete a task; the trash keeps it a month.',
  effect: 'delete',
  uses: [...findingCalendar, ...writingObjects],
  input: z.object({ calendar_name: calendarName, todo_uid: todoUid, etag }),
  async run(args, context) {
    const calendar = await findCalendar(context, args.calendar_name);
    await deleteObject(context, { calendar, kind: 'VTODO', uid: args.todo_uid, etag: args.etag });
    return {
      success: true,
      status_code: 204,
      deleted_uid: args.todo_uid,
      calendar_name: calendar.uri,
    };
  },
});

interface TodoPlace {
  readonly calendarName: string;
  readonly uid: string;
  readonly etag: string;
  readonly timezone: string;
}

interface TodoChange {
  readonly fields: Parameters<typeof setFields>[1];
  readonly times: TodoTimes;
  readonly progress: TodoProgress;
  readonly parent?: string | undefined;
  readonly recurrence?: RecurrenceChange;
  /** A repeating task goes on to its next time instead. */
  readonly advances?: boolean;
}

async function changeTodo(
  context: ToolContext,
  place: TodoPlace,
  change: TodoChange,
): Promise<View> {
  const calendar = await findCalendar(context, place.calendarName);
  const target = { calendar, kind: 'VTODO', uid: place.uid, etag: place.etag } as const;
  let reading: ReadingZone | undefined;
  const done = { advanced: false };
  const { object } = await editObject(context, target, (file) => {
    const todo = masterOf(file.components('VTODO'));
    if (todo === undefined) throw new RelayError('not_found', 'It is no task.');
    const before = todo.toString();
    const zones = objectZones(file);
    const own = ['DUE', 'DTSTART']
      .map((name) => momentOf(todo.first(name), zones)?.zone)
      .find((one) => one !== undefined && one !== UTC);
    reading = readingZone(place.timezone, own, calendar.zone);
    done.advanced = change.advances === true && advanceTodo(file, todo, reading.zone);
    if (done.advanced) {
      touch(todo, context.now(), false);
      return;
    }
    setFields(todo, change.fields);
    setTodoTimes(file, todo, change.times, reading);
    setTodoRecurrence(file, todo, change.recurrence ?? {}, change.times);
    setProgress(todo, change.progress, reading, context.now());
    if (change.parent !== undefined) todo.setText('RELATED-TO', change.parent);
    if (todo.toString() !== before) touch(todo, context.now(), false);
  });
  const timed = [change.times.due, change.times.dtstart].some((text) =>
    /\d[T ]\d/.test(text ?? ''),
  );
  const written = todoWritten(object, 200, timed ? reading : undefined);
  return done.advanced
    ? { ...written, note: 'This task repeats: it is open again, for its next time.' }
    : written;
}

function todoWritten(
  object: CalendarObject,
  status: number,
  reading: ReadingZone | undefined,
): View {
  const {
    description: _description,
    created: _created,
    last_modified: _modified,
    ...shown
  } = todoAnswer(object);
  const series = shown['recurrence_rule'] !== undefined && shown['status'] === 'COMPLETED';
  return {
    ...shown,
    ...(reading === undefined ? {} : zoneNote(reading)),
    ...(series ? { note: 'This task repeats; the whole series is now done.' } : {}),
    status_code: status,
  };
}
