import * as z from 'zod';
import { objectZones } from '../../nextcloud/codecs/icalendar.ts';
import { masterOf } from '../../nextcloud/codecs/icalendar-series.ts';
import { todoView } from '../../nextcloud/codecs/icalendar-view.ts';
import type { ComponentView } from '../../nextcloud/codecs/icalendar-view.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import { calendarName, given, kept, listOf, todoRead } from './arguments.ts';
import { allObjects } from './calendar-objects.ts';
import type { CalendarObject } from './calendar-objects.ts';
import { findCalendar, findingCalendar, holds, listCalendars } from './calendars.ts';
import type { Calendar } from './calendars.ts';
import { calendarLabel, placeOf } from './event-answer.ts';
import type { View } from './event-answer.ts';
import { matches, problemOf } from './event-search.ts';
import { inGroups } from './in-groups.ts';

const filters = {
  status: kept(z.string(), 'NEEDS-ACTION, IN-PROCESS, COMPLETED or CANCELLED'),
  min_priority: kept(z.int(), 'Priority 1 to this number; tasks without priority are left out'),
  categories: kept(z.string(), 'Any of these, comma separated'),
  summary_contains: kept(z.string(), 'Text in the summary'),
  limit: z.int().min(1).max(500).default(200).describe('Most tasks to show'),
  offset: z.int().min(0).default(0).describe('Tasks to skip, to go on after the limit'),
};

const listInput = z.object({ calendar_name: calendarName, ...filters });
const searchInput = z.object(filters);
type Filters = z.output<typeof searchInput>;

/** Composed: the server cannot filter tasks by these fields. */
export const listTodos = defineTool({
  ...todoRead,
  name: 'nc_calendar_list_todos',
  title: 'List tasks',
  description:
    'List tasks of a calendar, done ones too, by due time; works for the calendars of Deck boards.',
  uses: [...findingCalendar, 'caldav.query-calendar'],
  input: listInput,
  async run(args, context) {
    const calendar = await findCalendar(context, args.calendar_name);
    const found = await todosIn(context, calendar, args);
    return { ...pageOfTodos(found, args), calendar_name: calendar.uri };
  },
});

/** Composed: over all calendars with tasks. */
export const searchTodos = defineTool({
  ...todoRead,
  name: 'nc_calendar_search_todos',
  title: 'Search tasks',
  description: 'Find tasks in all calendars, by due time.',
  uses: ['caldav.list-calendars', 'caldav.query-calendar'],
  input: searchInput,
  async run(args, context) {
    const calendars = (await listCalendars(context)).filter((calendar) => holds(calendar, 'VTODO'));
    const found: View[] = [];
    const problems: View[] = [];
    for (const { item, outcome } of await inGroups(calendars, (one) =>
      todosIn(context, one, args),
    )) {
      if (outcome.status === 'fulfilled') found.push(...outcome.value);
      else problems.push({ calendar_name: item.uri, problem: problemOf(outcome.reason) });
    }
    return { ...pageOfTodos(found, args), ...(problems.length === 0 ? {} : { problems }) };
  },
});

async function todosIn(context: ToolContext, calendar: Calendar, args: Filters): Promise<View[]> {
  const objects = await allObjects(context, calendar, 'VTODO');
  const filter = {
    status: given(args.status),
    title: given(args.summary_contains),
    categories: args.categories == null ? undefined : listOf(args.categories),
  };
  return objects.flatMap((object) => {
    const todo = masterOf(object.content.components('VTODO'));
    if (todo === undefined || !matches(todo, filter)) return [];
    const answer = todoAnswer(object);
    const priority = Number(answer['priority'] ?? 0);
    const least = given(args.min_priority);
    if (least !== undefined && (priority < 1 || priority > least)) return [];
    return [{ ...answer, ...calendarLabel(calendar) }];
  });
}

/** By due time, those without last. */
function pageOfTodos(found: readonly View[], { limit, offset }: Filters): View {
  const due = ({ due: time }: View): number =>
    Date.parse(typeof time === 'string' ? time : '') || Infinity;
  const sorted = [...found].sort((a, b) => (due(a) === due(b) ? 0 : due(a) - due(b)));
  const todos = sorted.slice(offset, offset + limit);
  const next = offset + todos.length;
  return {
    todos,
    total_count: found.length,
    ...(next < found.length ? { next_offset: next } : {}),
  };
}

/** A task as stored. */
export function todoAnswer(object: CalendarObject): View {
  const zones = objectZones(object.content);
  const todo = masterOf(object.content.components('VTODO'));
  const view: ComponentView | undefined = todo === undefined ? undefined : todoView(todo, zones);
  return { ...view, ...placeOf(object) };
}
