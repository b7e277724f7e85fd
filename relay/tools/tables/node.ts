import * as z from 'zod';
import { RelayError } from '../../errors.ts';

/** A table, or a view of one. */
export interface Node {
  readonly type: 'table' | 'view';
  readonly id: number;
}

/** People with access to a view only have to name the view; for everyone else the table does. */
export const nodeInput = {
  table_id: z.int().optional().describe('Id of the table'),
  view_id: z.int().optional().describe('Id of a view, instead of table_id'),
};

export interface NodeArguments {
  readonly table_id?: number | null | undefined;
  readonly view_id?: number | null | undefined;
}

/** @throws RelayError `invalid_argument` unless exactly one of both is given */
export function nodeOf({ table_id: table, view_id: view }: NodeArguments): Node {
  if (typeof table === 'number' && typeof view !== 'number') return { type: 'table', id: table };
  if (typeof view === 'number' && typeof table !== 'number') return { type: 'view', id: view };
  throw new RelayError('invalid_argument', 'Give either table_id or view_id.', {
    hint: 'nc_tables_list_tables lists the ids of tables and their views.',
  });
}
