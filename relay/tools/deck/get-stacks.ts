import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { boardId, deckRead, detail } from './arguments.ts';
import { stackView } from './board-view.ts';

const cardsPerStack = z
  .int()
  .min(0)
  .max(500)
  .default(25)
  .describe('Most cards to show of each stack; deck_get_cards pages through all of them');

/** Composed: the server sends every card with its whole description. */
export const getStacks = defineTool({
  ...deckRead,
  name: 'deck_get_stacks',
  title: 'List stacks',
  description:
    'List the stacks of a board, left to right, with the first cards of each. Archived cards are left out.',
  uses: ['deck.list-stacks'],
  input: z.object({ board_id: boardId, detail, cards_per_stack: cardsPerStack }),
  async run(args, { nextcloud, signal }) {
    const reply = await nextcloud.execute(
      'deck.list-stacks',
      { boardId: args.board_id },
      { signal },
    );
    const stacks = reply.data.map((stack) =>
      stackView(stack, args.detail, args.cards_per_stack, nextcloud.publicUrl),
    );
    return { stacks, total: stacks.length };
  },
});

export const getArchivedStacks = defineTool({
  ...deckRead,
  name: 'deck_get_archived_stacks',
  title: 'List archived cards',
  description:
    'List the archived cards of a board, by stack. deck_unarchive_card brings a card back.',
  uses: ['deck.list-archived-stacks'],
  input: z.object({ board_id: boardId, detail, cards_per_stack: cardsPerStack }),
  async run(args, { nextcloud, signal }) {
    const reply = await nextcloud.execute(
      'deck.list-archived-stacks',
      { boardId: args.board_id },
      { signal },
    );
    const stacks = reply.data
      .filter((stack) => (stack.cards ?? []).length > 0)
      .map((stack) => stackView(stack, args.detail, args.cards_per_stack, nextcloud.publicUrl));
    return { stacks, total: stacks.length };
  },
});

export const getStack = defineTool({
  ...deckRead,
  name: 'deck_get_stack',
  title: 'Get stack',
  description: 'Show one stack with its first cards. Archived cards are left out.',
  uses: ['deck.get-stack'],
  input: z.object({
    board_id: boardId,
    stack_id: z.int().describe('Id of the stack'),
    detail,
    cards_per_stack: cardsPerStack,
  }),
  async run(args, { nextcloud, signal }) {
    const target = { boardId: args.board_id, stackId: args.stack_id };
    const reply = await nextcloud.execute('deck.get-stack', target, { signal });
    return stackView(reply.data, args.detail, args.cards_per_stack, nextcloud.publicUrl);
  },
});
