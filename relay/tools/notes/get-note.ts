import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { aboutNote } from './note-errors.ts';
import { noteView } from './note-view.ts';

/** Composed, not an operation tool, because a refusal has to name the note. */
export const getNote = defineTool({
  name: 'nc_notes_get_note',
  title: 'Get note',
  description:
    'Read one note with its text. The etag of the answer is needed to change the note with nc_notes_update_note.',
  app: 'notes',
  toolset: 'notes',
  scopes: ['notes:read'],
  effect: 'read',
  uses: ['notes.get-note'],
  input: z.object({ note_id: z.int().describe('Id of the note') }),
  async run({ note_id: id }, { nextcloud, signal }) {
    const reply = await aboutNote(id, nextcloud.execute('notes.get-note', { id }, { signal }));
    return noteView(reply.data, nextcloud.publicUrl);
  },
});
