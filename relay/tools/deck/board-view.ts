import type { ResultOf } from '../../../openapi/index.ts';

export type Board = ResultOf<'deck.get-board'>;
export type Stack = ResultOf<'deck.get-stack'>;
export type Card = ResultOf<'deck.get-card'>;

/** `summary`: what is needed to choose; `full`: everything but bookkeeping. */
export type Detail = 'summary' | 'full';

export function boardView(board: Board, publicUrl: string): Record<string, unknown> {
  return present({
    id: board.id,
    title: board.title,
    owner: userId(board.owner),
    color: board.color,
    archived: board.archived,
    deletedAt: isoTime(board.deletedAt),
    lastModified: isoTime(board.lastModified),
    canEdit: board.permissions?.PERMISSION_EDIT,
    canManage: board.permissions?.PERMISSION_MANAGE,
    url: boardUrl(board.id, publicUrl),
  });
}

/** A stack with as many of its cards as asked for; `cardCount` counts all of them. */
export function stackView(
  stack: Stack,
  detail: Detail,
  cardLimit: number,
  publicUrl: string,
): Record<string, unknown> {
  const cards = stack.cards ?? [];
  const shown = inOrder(cards).slice(0, cardLimit);
  return present({
    id: stack.id,
    title: stack.title,
    boardId: stack.boardId,
    order: stack.order,
    isDoneColumn: 'isDoneColumn' in stack ? stack.isDoneColumn : undefined,
    cardCount: cards.length,
    cards: shown.map((card) => cardView(card, detail, stack.boardId, publicUrl)),
    cardsLeftOut: shown.length < cards.length ? cards.length - shown.length : undefined,
    url: boardUrl(stack.boardId, publicUrl),
  });
}

export function cardView(
  card: Card,
  detail: Detail,
  boardId: number,
  publicUrl: string,
): Record<string, unknown> {
  const labels = card.labels ?? [];
  const summary = {
    id: card.id,
    title: card.title,
    stackId: card.stackId,
    order: card.order,
    duedate: card.duedate ?? undefined,
    done: card.done ?? undefined,
    archived: card.archived === true ? true : undefined,
    labels: labels.length > 0 ? labels.map((label) => label.title) : undefined,
    assignedUsers: someOf((card.assignedUsers ?? []).map(({ participant }) => userId(participant))),
    commentsCount: card.commentsCount === 0 ? undefined : card.commentsCount,
    attachmentCount: card.attachmentCount === 0 ? undefined : (card.attachmentCount ?? undefined),
    hasDescription: (card.description ?? '') === '' ? undefined : true,
    url: cardUrl(boardId, card.id, publicUrl),
  };
  if (detail === 'summary') return present(summary);
  return present({
    ...summary,
    hasDescription: undefined,
    description: card.description ?? '',
    type: card.type,
    owner: userId(card.owner),
    archived: card.archived ?? false,
    startdate: 'startdate' in card ? (card.startdate ?? undefined) : undefined,
    color: 'color' in card ? (card.color ?? undefined) : undefined,
    labels: labels.map(({ id, title, color }) => present({ id, title, color })),
    createdAt: isoTime(card.createdAt),
    lastModified: isoTime(card.lastModified),
    lastEditor: card.lastEditor ?? undefined,
    commentsUnread: card.commentsUnread,
  });
}

/** A person is an object, or only the id where the server did not look them up. */
export function userId(person: Board['owner']): string | undefined {
  if (person === undefined || typeof person === 'string') return person;
  return person.uid ?? person.primaryKey;
}

export function inOrder(cards: readonly Card[]): Card[] {
  return cards.toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0) || a.id - b.id);
}

export function boardUrl(boardId: number, publicUrl: string): string {
  return `${publicUrl}/index.php/apps/deck/board/${String(boardId)}`;
}

export function cardUrl(boardId: number, cardId: number, publicUrl: string): string {
  return `${boardUrl(boardId, publicUrl)}/card/${String(cardId)}`;
}

/** Unix seconds as ISO 8601; Deck writes 0 for "never". */
function isoTime(seconds: number | null | undefined): string | undefined {
  if (seconds === undefined || seconds === null || seconds === 0) return undefined;
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

function someOf(
  values: readonly (string | undefined)[],
): readonly (string | undefined)[] | undefined {
  return values.length > 0 ? values : undefined;
}

function present(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
