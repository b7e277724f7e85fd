import type { DefinedTool } from '../tool.ts';
import { copyTable } from './copy-table.ts';
import { createColumn } from './create-column.ts';
import { createView } from './create-view.ts';
import { deleteRow } from './delete-row.ts';
import { getRow } from './get-row.ts';
import { getSchema } from './get-schema.ts';
import { importFile } from './import-file.ts';
import { insertRow } from './insert-row.ts';
import { readTable } from './read-table.ts';
import { setFavorite } from './set-favorite.ts';
import { createShare, listShares, updateShare } from './shares.ts';
import { updateColumn } from './update-column.ts';
import { updateRow } from './update-row.ts';
import { updateView } from './update-view.ts';

export const tablesTools: readonly DefinedTool[] = [
  getSchema,
  readTable,
  getRow,
  insertRow,
  updateRow,
  deleteRow,
  importFile,
  copyTable,
  createColumn,
  updateColumn,
  createView,
  updateView,
  listShares,
  createShare,
  updateShare,
  setFavorite,
];
