import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { boardId, deckWrite } from './arguments.ts';
import { boardView } from './board-view.ts';
import { nothingToChange } from './changes.ts';

/** Composed: the server replaces title, colour and archived together, and un-archives when that is missing. */
export const updateBoard = defineTool({
  ...deckWrite,
  effect: 'replace',
  name: 'deck_update_board',
  title: 'Update board',
  description: 'Rename, recolour, archive or unarchive a board; what is left out stays.',
  uses: ['deck.get-board', 'deck.update-board'],
  input: z.object({
    board_id: boardId,
    title: z.string().min(1).max(100).optional().describe('New title; leave out to keep'),
    color: z
      .string()
      .optional()
      .describe('New colour as six hex digits without #; leave out to keep'),
    archived: z.boolean().optional().describe('Archive or unarchive; leave out to keep'),
  }),
  async run({ board_id: id, title, color, archived }, { nextcloud, signal }) {
    if (title === undefined && color === undefined && archived === undefined) {
      throw nothingToChange('title', 'color', 'archived');
    }
    const before = (await nextcloud.execute('deck.get-board', { boardId: id }, { signal })).data;
    const body = {
      title: title ?? before.title,
      color: color ?? before.color ?? '',
      archived: archived ?? before.archived ?? false,
    };
    const reply = await nextcloud.execute(
      'deck.update-board',
      { boardId: id, ...body },
      { signal },
    );
    return boardView(reply.data, nextcloud.publicUrl);
  },
});
