import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { deckRead, detail } from './arguments.ts';
import type { Board } from './board-view.ts';
import { boardView, userId } from './board-view.ts';

const STATUS = {
  open: (board: Board) => !isDeleted(board) && board.archived !== true,
  archived: (board: Board) => !isDeleted(board) && board.archived === true,
  deleted: isDeleted,
  all: () => true,
} as const;

/** Composed: the server lists deleted and archived boards among the others. */
export const getBoards = defineTool({
  ...deckRead,
  name: 'deck_get_boards',
  title: 'List boards',
  description:
    'List the boards this user owns or that are shared with them. deck_get_board shows one of them.',
  uses: ['deck.list-boards'],
  input: z.object({
    status: z
      .enum(['open', 'archived', 'deleted', 'all'])
      .default('open')
      .describe('Which boards; deleted ones can be restored for a while'),
    detail: detail.describe('summary: title, owner and permissions; full: labels and members too'),
  }),
  async run(args, { nextcloud, signal }) {
    const full = args.detail === 'full';
    const reply = await nextcloud.execute('deck.list-boards', full ? { details: true } : {}, {
      signal,
    });
    const boards = reply.data.filter(STATUS[args.status]).map((board) => ({
      ...boardView(board, nextcloud.publicUrl),
      ...(full ? extras(board) : {}),
    }));
    return { boards, total: boards.length };
  },
});

function isDeleted(board: Board): boolean {
  return (board.deletedAt ?? 0) > 0;
}

function extras(board: Board): Record<string, unknown> {
  return {
    labels: (board.labels ?? []).map(({ id, title, color }) => ({ id, title, color })),
    users: (board.users ?? []).map(userId),
  };
}
