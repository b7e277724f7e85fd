import type { ResultOf } from '../../../openapi/index.ts';
import { RelayError } from '../../errors.ts';
import { fromCell, toCell } from './cell-value.ts';
import { findColumn, keyOf } from './column.ts';
import type { Column } from './column.ts';

export type Row = ResultOf<'tables.api1-get-row'>;

/** A row with its values by column title; empty cells are left out. */
export function rowView(row: Row, columns: readonly Column[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const { columnId, value } of row.data) {
    const column = columns.find(({ id }) => id === columnId);
    if (column === undefined) continue;
    const shown = fromCell(value, column);
    if (shown !== undefined) values[keyOf(column, columns)] = shown;
  }
  const edits = {
    created_by: row.createdBy,
    created_at: isoTime(row.createdAt),
    last_edit_by: row.lastEditBy,
    last_edit_at: isoTime(row.lastEditAt),
  };
  const known = Object.entries(edits).filter(([, value]) => value !== null);
  return { id: row.id, table_id: row.tableId, values, ...Object.fromEntries(known) };
}

/** Tables writes UTC as `YYYY-MM-DD HH:MM:SS`. */
function isoTime(text: string | null): string | null {
  return text === null ? null : `${text.replace(' ', 'T')}Z`;
}

/**
 * Values by column id as Tables wants them, from values by id or title.
 *
 * @throws RelayError `invalid_argument` for unknown columns, columns named twice, values that do not fit
 */
export function rowData(
  data: Readonly<Record<string, unknown>>,
  columns: readonly Column[],
): Record<string, unknown> {
  const cells: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(data)) {
    const column = findColumn(key, columns);
    if (Object.hasOwn(cells, column.id)) {
      throw new RelayError('invalid_argument', `Column '${column.title}' is given twice.`);
    }
    cells[column.id] = toCell(value, column);
  }
  if (Object.keys(cells).length === 0) {
    throw new RelayError('invalid_argument', 'No values were given.', {
      hint: 'Put values into data: {"Title of a column": value}.',
    });
  }
  return cells;
}

/** Runs a request about one row; the server's own text for a missing one is a piece of SQL. */
export async function aboutRow<T>(id: number, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (!(error instanceof RelayError) || error.status !== 404) throw error;
    throw new RelayError('not_found', `There is no row ${String(id)} that this user may see.`, {
      hint: 'nc_tables_read_table lists the rows with their ids.',
      status: 404,
      cause: error,
    });
  }
}
