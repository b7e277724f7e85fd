import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { boardId, deckRead } from './arguments.ts';
import type { Card } from './board-view.ts';
import { boardView, cardView, userId } from './board-view.ts';

const MOST_LISTED = 20;

/** Composed: counts over the board and all its cards, so that nobody has to read them all. */
export const getBoardOverview = defineTool({
  ...deckRead,
  name: 'deck_get_board_overview',
  title: 'Board overview',
  description:
    'Sum up a board: cards per stack, how many are done, overdue, without assignee, how many each label and person ' +
    'has, and the overdue and next due cards.',
  uses: ['deck.get-board', 'deck.list-stacks'],
  input: z.object({ board_id: boardId }),
  async run({ board_id: id }, context) {
    const { nextcloud, signal } = context;
    const now = context.now().getTime();
    const board = (await nextcloud.execute('deck.get-board', { boardId: id }, { signal })).data;
    const stacks = (await nextcloud.execute('deck.list-stacks', { boardId: id }, { signal })).data;
    const cards = stacks.flatMap((stack) => stack.cards ?? []);
    const open = cards.filter((card) => (card.done ?? null) === null);
    const overdue = byDueTime(open.filter((card) => dueTime(card) < now));
    const upcoming = byDueTime(
      open.filter((card) => Number.isFinite(dueTime(card)) && !overdue.includes(card)),
    );
    const short = (card: Card): Record<string, unknown> =>
      cardView(card, 'summary', id, nextcloud.publicUrl);
    return {
      board: boardView(board, nextcloud.publicUrl),
      stacks: stacks.map(({ id: stackId, title, cards: own = [] }) => ({
        id: stackId,
        title,
        cards: own.length,
        done: own.filter((card) => (card.done ?? null) !== null).length,
      })),
      cards: {
        total: cards.length,
        done: cards.length - open.length,
        overdue: overdue.length,
        unassigned: open.filter((card) => (card.assignedUsers ?? []).length === 0).length,
      },
      openByLabel: counted(open.flatMap((card) => (card.labels ?? []).map(({ title }) => title))),
      openByAssignee: counted(
        open.flatMap((card) =>
          (card.assignedUsers ?? []).map(({ participant }) => userId(participant) ?? ''),
        ),
      ),
      overdue: overdue.slice(0, MOST_LISTED).map(short),
      nextDue: upcoming.slice(0, MOST_LISTED).map(short),
    };
  },
});

/** Milliseconds; infinite when the card has no due date. */
function dueTime(card: Card): number {
  const time = Date.parse(card.duedate ?? '');
  return Number.isNaN(time) ? Infinity : time;
}

function byDueTime(cards: readonly Card[]): Card[] {
  return cards.toSorted((a, b) => dueTime(a) - dueTime(b) || a.id - b.id);
}

function counted(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
}
