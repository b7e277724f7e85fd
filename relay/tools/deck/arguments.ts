import * as z from 'zod';

/** Arguments that many Deck tools share, under the names clients know. */
export const boardId = z.int().describe('Id of the board');
export const stackId = z.int().describe('Id of the stack (list) on the board');
export const cardId = z.int().describe('Id of the card');
export const detail = z
  .enum(['summary', 'full'])
  .default('summary')
  .describe('summary: short cards without descriptions; full: everything');

/** What every tool of this folder has in common. */
export const deckRead = {
  app: 'deck',
  toolset: 'deck',
  scopes: ['deck:read'],
  effect: 'read',
} as const;
export const deckWrite = { app: 'deck', toolset: 'deck', scopes: ['deck:write'] } as const;
