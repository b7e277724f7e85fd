import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { boardId, deckRead, deckWrite } from './arguments.ts';
import { nothingToChange } from './changes.ts';

/** Composed: labels are listed only as a part of their board. */
export const getLabels = defineTool({
  ...deckRead,
  name: 'deck_get_labels',
  title: 'List labels',
  description: 'List the labels of a board.',
  uses: ['deck.get-board'],
  input: z.object({ board_id: boardId }),
  async run(args, { nextcloud, signal }) {
    const reply = await nextcloud.execute('deck.get-board', { boardId: args.board_id }, { signal });
    const labels = (reply.data.labels ?? []).map(({ id, title, color }) => ({
      id,
      title,
      color,
      boardId: args.board_id,
    }));
    return { labels, total: labels.length };
  },
});

/** Composed: the server wants title and colour each time, so the one not given is read first. */
export const updateLabel = defineTool({
  ...deckWrite,
  effect: 'replace',
  name: 'deck_update_label',
  title: 'Update label',
  description: 'Change title or colour of a label; what is left out stays.',
  uses: ['deck.get-label', 'deck.update-label'],
  input: z.object({
    board_id: boardId,
    label_id: z.int().describe('Id of the label'),
    title: z
      .string()
      .min(1)
      .max(100)
      .nullable()
      .optional()
      .describe('New title; leave out to keep'),
    color: z
      .string()
      .nullable()
      .optional()
      .describe('New colour as six hex digits without #; leave out to keep'),
  }),
  async run(args, { nextcloud, signal }) {
    if (!args.title && !args.color) throw nothingToChange('title', 'color');
    const target = { boardId: args.board_id, labelId: args.label_id };
    const before = await nextcloud.execute('deck.get-label', target, { signal });
    const body = {
      title: args.title ?? before.data.title,
      color: args.color ?? before.data.color ?? '',
    };
    const reply = await nextcloud.execute('deck.update-label', { ...target, ...body }, { signal });
    const { id, title, color } = reply.data;
    return { id, title, color, boardId: args.board_id };
  },
});
