import type { DefinedTool } from '../tool.ts';
import { getBoardOverview } from './board-overview.ts';
import { getBoards } from './get-boards.ts';
import { getCards } from './get-cards.ts';
import { getArchivedStacks, getStack, getStacks } from './get-stacks.ts';
import { getLabels, updateLabel } from './labels.ts';
import { moveCardToBoard, reorderCard } from './move-card.ts';
import { updateBoard } from './update-board.ts';
import { updateCard } from './update-card.ts';
import { updateStack } from './update-stack.ts';

export const deckTools: readonly DefinedTool[] = [
  getBoards,
  getBoardOverview,
  updateBoard,
  getStacks,
  getStack,
  getArchivedStacks,
  updateStack,
  getCards,
  updateCard,
  reorderCard,
  moveCardToBoard,
  getLabels,
  updateLabel,
];
