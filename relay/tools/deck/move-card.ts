import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import { boardId, cardId, deckWrite, stackId } from './arguments.ts';
import { cardUrl, cardView } from './board-view.ts';
import { bodyOf } from './card-body.ts';

/**
 * Composed: the target stands in both the path and the body, because the server reads both under one name and which
 * one wins is not promised; and the answer is checked, so that a move that did nothing is not reported as done.
 */
export const reorderCard = defineTool({
  ...deckWrite,
  effect: 'set',
  name: 'deck_reorder_card',
  title: 'Move card',
  description:
    'Move a card within its stack or to another stack of the same board. The other cards make room. For another board ' +
    'use deck_move_card_to_board.',
  uses: ['deck.reorder-card'],
  input: z.object({
    board_id: boardId,
    stack_id: stackId.describe('Id of the stack the card is in'),
    card_id: cardId,
    order: z.int().min(0).describe('Position in the target stack, 0 for the top'),
    target_stack_id: z
      .int()
      .describe('Id of the stack to move to; the same one to only change the position'),
  }),
  async run(args, { nextcloud, signal }) {
    const target = args.target_stack_id;
    const reply = await nextcloud.execute(
      'deck.reorder-card',
      {
        boardId: args.board_id,
        currentStackId: target,
        cardId: args.card_id,
        order: args.order,
        stackId: target,
      },
      { signal },
    );
    const card = reply.data.find(({ id }) => id === args.card_id);
    if (card?.stackId !== target) {
      throw new RelayError('upstream_error', `Deck did not move card ${String(args.card_id)}.`, {
        hint: 'Check the ids with deck_get_stacks.',
      });
    }
    return {
      card_id: args.card_id,
      board_id: args.board_id,
      stack_id: target,
      order: card.order,
      cards: reply.data
        .toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0))
        .map(({ id, title, order }) => ({ id, title, order })),
      url: cardUrl(args.board_id, args.card_id, nextcloud.publicUrl),
    };
  },
});

/** Composed: a full replacement of the card with another stack. Deck then carries labels over by title. */
export const moveCardToBoard = defineTool({
  ...deckWrite,
  effect: 'set',
  name: 'deck_move_card_to_board',
  title: 'Move card to board',
  description:
    'Move a card to a stack of another board. Labels are matched by title, and created there when this user manages ' +
    'that board. Needs edit permission on both boards.',
  uses: ['deck.get-card', 'deck.get-stack', 'deck.update-card'],
  input: z.object({
    board_id: boardId.describe('Id of the board the card is on'),
    stack_id: stackId.describe('Id of the stack the card is in'),
    card_id: cardId,
    target_board_id: z.int().describe('Id of the board to move to'),
    target_stack_id: z.int().describe('Id of the stack on that board'),
  }),
  async run(args, { nextcloud, signal }) {
    const from = { boardId: args.board_id, stackId: args.stack_id, cardId: args.card_id };
    const to = { boardId: args.target_board_id, stackId: args.target_stack_id };
    const stack = (await nextcloud.execute('deck.get-stack', to, { signal })).data;
    if (stack.boardId !== args.target_board_id) {
      throw new RelayError(
        'invalid_argument',
        `Stack ${String(stack.id)} is on board ${String(stack.boardId)}.`,
        {
          hint: 'deck_get_stacks lists the stacks of a board.',
        },
      );
    }
    const card = (await nextcloud.execute('deck.get-card', from, { signal })).data;
    await nextcloud.execute('deck.update-card', { ...from, ...bodyOf(card), ...to }, { signal });
    // labels are exchanged after the answer was made
    const moved = await nextcloud.execute(
      'deck.get-card',
      { ...to, cardId: args.card_id },
      { signal },
    );
    return cardView(moved.data, 'full', args.target_board_id, nextcloud.publicUrl);
  },
});
