import type { DefinedTool } from '../tool.ts';
import { appendContent } from './append-content.ts';
import { deleteNote } from './delete-note.ts';
import { getAttachment } from './get-attachment.ts';
import { getNote } from './get-note.ts';
import { listCategories } from './list-categories.ts';
import { searchNotes } from './search-notes.ts';
import { updateNote } from './update-note.ts';

export const notesTools: readonly DefinedTool[] = [
  searchNotes,
  listCategories,
  getNote,
  updateNote,
  appendContent,
  deleteNote,
  getAttachment,
];
