import * as z from 'zod';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import { boardId, deckRead, detail, stackId } from './arguments.ts';
import type { Card } from './board-view.ts';
import { cardView, inOrder } from './board-view.ts';

/** Composed: cards are listed only inside their stack, and archived ones elsewhere. */
export const getCards = defineTool({
  ...deckRead,
  name: 'deck_get_cards',
  title: 'List cards',
  description:
    'List the cards of a stack, top to bottom. deck_search_cards finds cards on all boards.',
  uses: ['deck.get-stack', 'deck.list-archived-stacks'],
  input: z.object({
    board_id: boardId,
    stack_id: stackId,
    detail,
    archived: z.boolean().default(false).describe('List the archived cards instead'),
    limit: z.int().min(1).max(500).default(100).describe('Cards per answer'),
    offset: z.int().min(0).default(0).describe('Cards to skip: next_offset of the previous answer'),
  }),
  async run(args, context) {
    const target = { boardId: args.board_id, stackId: args.stack_id };
    const cards = inOrder(
      args.archived ? await archivedCards(target, context) : await openCards(target, context),
    );
    const page = cards.slice(args.offset, args.offset + args.limit);
    const end = args.offset + page.length;
    return {
      cards: page.map((card) =>
        cardView(card, args.detail, args.board_id, context.nextcloud.publicUrl),
      ),
      total: cards.length,
      ...(end < cards.length ? { next_offset: end } : {}),
    };
  },
});

interface Target {
  readonly boardId: number;
  readonly stackId: number;
}

async function openCards(
  target: Target,
  { nextcloud, signal }: ToolContext,
): Promise<readonly Card[]> {
  const reply = await nextcloud.execute('deck.get-stack', target, { signal });
  return reply.data.cards ?? [];
}

async function archivedCards(
  target: Target,
  { nextcloud, signal }: ToolContext,
): Promise<readonly Card[]> {
  const args = { boardId: target.boardId };
  const reply = await nextcloud.execute('deck.list-archived-stacks', args, { signal });
  return reply.data.find((stack) => stack.id === target.stackId)?.cards ?? [];
}
