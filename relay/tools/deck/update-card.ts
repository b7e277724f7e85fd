import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import { boardId, cardId, deckWrite, stackId } from './arguments.ts';
import type { Card } from './board-view.ts';
import { cardView } from './board-view.ts';
import { bodyOf } from './card-body.ts';
import { nothingToChange } from './changes.ts';

const keep = 'leave out to keep';

const input = z.object({
  board_id: boardId,
  stack_id: stackId.describe('Id of the stack the card is in'),
  card_id: cardId,
  title: z.string().min(1).max(255).nullable().optional().describe(`New title; ${keep}`),
  description: z
    .string()
    .nullable()
    .optional()
    .describe(`New text in Markdown; empty clears it; ${keep}`),
  type: z.string().nullable().optional().describe(`Kind of card; only plain is in use; ${keep}`),
  owner: z
    .string()
    .nullable()
    .optional()
    .describe(`Id of the owner, which Deck checks but does not change; ${keep}`),
  order: z.int().nullable().optional().describe(`New position in the stack; ${keep}`),
  duedate: z
    .string()
    .nullable()
    .optional()
    .describe(
      `New due time as ISO 8601, for example 2026-03-01T17:00:00+01:00; empty removes it; ${keep}`,
    ),
  archived: z.boolean().nullable().optional().describe(`Archive or unarchive; ${keep}`),
  done: z
    .string()
    .nullable()
    .optional()
    .describe(`Time the card was done as ISO 8601; empty makes it not done; ${keep}`),
  startdate: z
    .string()
    .nullable()
    .optional()
    .describe(`Start time as ISO 8601, on Deck 1.18 and later; empty removes it; ${keep}`),
  color: z
    .string()
    .nullable()
    .optional()
    .describe(
      `Colour as six hex digits without #, on Deck 1.18 and later; empty removes it; ${keep}`,
    ),
});

type Arguments = z.output<typeof input>;

const FIELDS = [
  'title',
  'description',
  'type',
  'owner',
  'order',
  'duedate',
  'archived',
  'done',
  'startdate',
  'color',
] as const;

/** Fields whose empty text means "none". */
const EMPTIABLE: ReadonlySet<string> = new Set(['duedate', 'done', 'startdate', 'color']);

/** Composed: Deck replaces the whole card, so what is not given is read and sent along. */
export const updateCard = defineTool({
  ...deckWrite,
  effect: 'replace',
  name: 'deck_update_card',
  title: 'Update card',
  description:
    'Change fields of a card; what is left out stays as it is, the stack too. To move a card use deck_reorder_card or ' +
    'deck_move_card_to_board.',
  uses: ['deck.get-card', 'deck.update-card'],
  input,
  async run(args, { nextcloud, signal }) {
    const changes = changesIn(args);
    const target = { boardId: args.board_id, stackId: args.stack_id, cardId: args.card_id };
    const before = (await nextcloud.execute('deck.get-card', target, { signal })).data;
    refuseUnknown(changes, before);
    // Deck refuses to archive what is archived; the wish is fulfilled already
    if (changes['archived'] === before.archived) delete changes['archived'];
    const body = { ...target, stackId: before.stackId, ...bodyOf(before), ...changes };
    const reply = await nextcloud.execute('deck.update-card', body, { signal });
    return cardView(reply.data, 'full', args.board_id, nextcloud.publicUrl);
  },
});

function changesIn(args: Arguments): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  for (const field of FIELDS) {
    const value = args[field];
    if (value === undefined || value === null) continue;
    changes[field] = value === '' && EMPTIABLE.has(field) ? null : value;
  }
  if (Object.keys(changes).length === 0) throw nothingToChange(...FIELDS);
  return changes;
}

function refuseUnknown(changes: Readonly<Record<string, unknown>>, card: Card): void {
  for (const field of ['startdate', 'color']) {
    if (field in changes && !(field in card)) {
      throw new RelayError(
        'unsupported',
        `Cards have no ${field} on this server: that came with Deck 1.18.`,
      );
    }
  }
}
