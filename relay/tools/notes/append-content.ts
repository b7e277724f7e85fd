import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import { aboutNote, isOutdated } from './note-errors.ts';
import type { Note } from './note-view.ts';
import { noteSummary } from './note-view.ts';
import { quoted } from './update-note.ts';

const SEPARATOR = '\n---\n';
const ATTEMPTS = 3;

/** Read, then a conditional write. Appending is safe to repeat on top of what someone else wrote meanwhile. */
export const appendContent = defineTool({
  name: 'nc_notes_append_content',
  title: 'Append to note',
  description:
    'Add text to the end of a note, below a line of three dashes (none when the note is empty). What others wrote ' +
    'meanwhile is kept.',
  app: 'notes',
  toolset: 'notes',
  scopes: ['notes:write'],
  effect: 'add',
  uses: ['notes.get-note', 'notes.update-note'],
  input: z.object({
    note_id: z.int().describe('Id of the note'),
    content: z.string().min(1).describe('Text to add, in Markdown'),
  }),
  async run({ note_id: id, content }, context) {
    for (let attempt = 1; ; attempt += 1) {
      const read = await aboutNote(
        id,
        context.nextcloud.execute('notes.get-note', { id }, { signal: context.signal }),
      );
      try {
        const note = await write(read.data, content, context);
        return noteSummary(note, context.nextcloud.publicUrl);
      } catch (error) {
        if (!isOutdated(error)) throw error;
        if (attempt === ATTEMPTS) throw keepsChanging(id);
      }
    }
  },
});

async function write(note: Note, addition: string, context: ToolContext): Promise<Note> {
  if (note.error === true) {
    throw new RelayError(
      'refused',
      `The text of note ${String(note.id)} cannot be read, so nothing was added.`,
    );
  }
  const before = note.content ?? '';
  const content = before === '' ? addition : `${before}${SEPARATOR}${addition}`;
  const headers = note.etag === undefined ? {} : { 'If-Match': quoted(note.etag) };
  const reply = await aboutNote(
    note.id,
    context.nextcloud.execute(
      'notes.update-note',
      { id: note.id, content },
      { signal: context.signal, headers },
    ),
  );
  return reply.data;
}

function keepsChanging(id: number): RelayError {
  return new RelayError(
    'conflict',
    `Note ${String(id)} has been modified by someone else again and again.`,
    {
      hint: 'Someone is typing in it; nothing was added. Try again later.',
      retryable: true,
      status: 412,
    },
  );
}
