import { absenceTools } from './absence/absence.ts';
import { calendarTools } from './calendar/index.ts';
import { contactsTools } from './contacts/index.ts';
import { cookbookTools } from './cookbook/index.ts';
import { getWidgetItems } from './dashboard/get-widget-items.ts';
import { deckTools } from './deck/index.ts';
import { setReminder } from './files-reminders/set-reminder.ts';
import { builtInReader } from './files/document-reading.ts';
import { filesTools } from './files/index.ts';
import type { FilesOptions } from './files/index.ts';
import { notesTools } from './notes/index.ts';
import { updateProfile } from './profile/update-profile.ts';
import { sharingTools } from './sharing/index.ts';
import { tablesTools } from './tables/index.ts';
import type { DefinedTool } from './tool.ts';
import { userStatusTools } from './user-status/index.ts';

/** Every composed tool: those that need more than one request. */
export function composedToolsWith(options: FilesOptions): readonly DefinedTool[] {
  return [
    ...deckTools,
    ...notesTools,
    updateProfile,
    ...absenceTools,
    ...calendarTools,
    ...contactsTools,
    ...cookbookTools,
    getWidgetItems,
    setReminder,
    ...filesTools(options),
    ...sharingTools,
    ...tablesTools,
    ...userStatusTools,
  ];
}

/** As they are when nothing is configured. */
export const composedTools = composedToolsWith({ documents: [builtInReader()] });
