import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { aboutNote } from './note-errors.ts';

/** Composed, because the server answers an empty list and its refusal does not name the note. */
export const deleteNote = defineTool({
  name: 'nc_notes_delete_note',
  title: 'Delete note',
  description:
    'Delete a note. Its file goes to the trash bin of Nextcloud when that is switched on; attachments stay in the folder.',
  app: 'notes',
  toolset: 'notes',
  scopes: ['notes:write'],
  effect: 'delete',
  uses: ['notes.delete-note'],
  input: z.object({ note_id: z.int().describe('Id of the note') }),
  async run({ note_id: id }, { nextcloud, signal }) {
    await aboutNote(id, nextcloud.execute('notes.delete-note', { id }, { signal }));
    return { deleted_id: id, message: `Note ${String(id)} deleted successfully` };
  },
});
