import type { DefinedTool } from '../tool.ts';
import { bulkOperations } from './bulk-operations.ts';
import { completeTodo, createTodo, deleteTodo, updateTodo } from './change-todo.ts';
import { createEvent } from './create-event.ts';
import { createMeeting } from './create-meeting.ts';
import { deleteEvent } from './delete-event.ts';
import { findAvailability } from './find-availability.ts';
import { getEvent } from './get-event.ts';
import { answerInvitation, listInvitations } from './invitations.ts';
import { listCalendarsTool } from './list-calendars.ts';
import { listEvents } from './list-events.ts';
import { listTodos, searchTodos } from './list-todos.ts';
import { manageCalendar } from './manage-calendar.ts';
import { moveEvent } from './move-event.ts';
import { shareCalendar } from './share-calendar.ts';
import { subscribe } from './subscribe.ts';
import { listTrash, purge, restore } from './trash.ts';
import { upcomingEvents } from './upcoming-events.ts';
import { updateEvent } from './update-event.ts';

export const calendarTools: readonly DefinedTool[] = [
  listCalendarsTool,
  createEvent,
  listEvents,
  getEvent,
  updateEvent,
  deleteEvent,
  createMeeting,
  upcomingEvents,
  findAvailability,
  bulkOperations,
  manageCalendar,
  listTodos,
  createTodo,
  updateTodo,
  completeTodo,
  deleteTodo,
  searchTodos,
  moveEvent,
  shareCalendar,
  listTrash,
  restore,
  purge,
  subscribe,
  listInvitations,
  answerInvitation,
];
