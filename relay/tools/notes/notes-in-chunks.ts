import type { ToolContext } from '../tool.ts';
import type { Note } from './note-view.ts';

const CHUNK = 100;

/**
 * All notes with their texts, a chunk per request. The last chunk also names every other note by its bare id, and a
 * note changed meanwhile comes twice: each note is given once, and bare ids never.
 */
export async function* notesIn(
  category: string | undefined,
  { nextcloud, signal }: ToolContext,
): AsyncGenerator<Note> {
  const seen = new Set<number>();
  let cursor: string | undefined;
  do {
    const reply = await nextcloud.execute(
      'notes.list-notes',
      {
        chunkSize: CHUNK,
        ...(category === undefined ? {} : { category }),
        ...(cursor === undefined ? {} : { chunkCursor: cursor }),
      },
      { signal },
    );
    for (const note of reply.data) {
      if (note.title === undefined || seen.has(note.id)) continue;
      seen.add(note.id);
      yield note;
    }
    const next = reply.headers['x-notes-chunk-cursor'];
    cursor = next === cursor || next === '' ? undefined : next;
  } while (cursor !== undefined);
}
