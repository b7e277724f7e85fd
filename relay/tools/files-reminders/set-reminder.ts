import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { instantArgument } from '../time-argument.ts';
import { defineTool } from '../tool.ts';

/** Composed for one check: a time in the past is answered with 200 and set nowhere. */
export const setReminder = defineTool({
  name: 'nc_files_reminders_set_reminder',
  title: 'Set file reminder',
  description:
    'Remind this user of a file at a given time through a notification. Replaces an earlier reminder of the file.',
  app: 'files_reminders',
  toolset: 'files_extra',
  scopes: ['files:write'],
  effect: 'set',
  uses: ['files_reminders.api-set'],
  input: z.object({
    file_id: z.int().describe('Id of the file'),
    due_date: z.string().describe('When, ISO 8601 with zone, e.g. 2027-03-01T09:00:00+01:00'),
  }),
  async run({ file_id: fileId, due_date: due }, context) {
    const { nextcloud, signal } = context;
    const time = instantArgument(due, 'due_date');
    if (time.getTime() <= context.now().getTime()) {
      throw new RelayError('invalid_argument', 'due_date is in the past.');
    }
    const dueDate = time.toISOString().replace(/\.\d+Z$/, 'Z');
    await nextcloud.execute('files_reminders.api-set', { fileId, dueDate }, { signal });
    return { success: true, file_id: fileId, due_date: dueDate };
  },
});
