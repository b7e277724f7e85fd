import * as z from 'zod';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import { boardId, deckWrite, stackId } from './arguments.ts';
import { boardUrl } from './board-view.ts';
import { nothingToChange } from './changes.ts';

/** Composed: the server wants title and order each time, so the one not given is read first. */
export const updateStack = defineTool({
  ...deckWrite,
  effect: 'replace',
  name: 'deck_update_stack',
  title: 'Update stack',
  description:
    'Rename or move a stack; what is left out stays. With title and order given it also brings back a deleted stack.',
  uses: ['deck.get-stack', 'deck.update-stack'],
  input: z.object({
    board_id: boardId,
    stack_id: stackId,
    title: z
      .string()
      .min(1)
      .max(100)
      .nullable()
      .optional()
      .describe('New title; leave out to keep'),
    order: z
      .int()
      .nullable()
      .optional()
      .describe('New position on the board, lower stands further left; leave out to keep'),
  }),
  async run(args, context) {
    const { nextcloud, signal } = context;
    const title = args.title ?? undefined;
    const order = args.order ?? undefined;
    if (title === undefined && order === undefined) throw nothingToChange('title', 'order');
    const target = { boardId: args.board_id, stackId: args.stack_id };
    // a deleted stack cannot be read, so it is only read when something is missing
    const body =
      title !== undefined && order !== undefined
        ? { title, order }
        : await completed(target, { title, order }, context);
    const reply = await nextcloud.execute('deck.update-stack', { ...target, ...body }, { signal });
    return {
      id: reply.data.id,
      title: reply.data.title,
      boardId: reply.data.boardId,
      order: reply.data.order,
      url: boardUrl(reply.data.boardId, nextcloud.publicUrl),
    };
  },
});

async function completed(
  target: { readonly boardId: number; readonly stackId: number },
  given: { readonly title: string | undefined; readonly order: number | undefined },
  { nextcloud, signal }: ToolContext,
): Promise<{ title: string; order: number }> {
  const { data } = await nextcloud.execute('deck.get-stack', target, { signal });
  return { title: given.title ?? data.title, order: given.order ?? data.order };
}
