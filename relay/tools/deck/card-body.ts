import type { ArgumentsOf } from '../../../openapi/index.ts';
import type { Card } from './board-view.ts';
import { userId } from './board-view.ts';

type CardBody = Omit<ArgumentsOf<'deck.update-card'>, 'boardId' | 'stackId' | 'cardId'>;

/**
 * The body that leaves a card as it is. Deck's PUT replaces the whole card: a field left out is cleared (description,
 * dates, done) or reset (order → 0). `archived` is the exception: left out it stays, and repeating `true` is refused.
 * Source: Deck's CardApiController::update and CardService::update.
 */
export function bodyOf(card: Card): CardBody {
  return {
    title: card.title,
    type: card.type ?? 'plain',
    owner: userId(card.owner) ?? '',
    description: card.description ?? '',
    order: card.order ?? 0,
    duedate: card.duedate ?? null,
    done: card.done ?? null,
    // Deck 1.18 on; older ones do not know the fields
    ...('startdate' in card ? { startdate: card.startdate ?? null } : {}),
    ...('color' in card ? { color: card.color ?? null } : {}),
  };
}
