import * as z from 'zod';
import type { ArgumentsOf, ResultOf } from '../../../openapi/index.ts';
import { toCell } from './cell-value.ts';
import { findColumn, keyOf, typeOf } from './column.ts';
import type { Column } from './column.ts';

const OPERATORS = [
  'is-equal',
  'is-not-equal',
  'contains',
  'does-not-contain',
  'begins-with',
  'ends-with',
  'is-greater-than',
  'is-greater-than-or-equal',
  'is-lower-than',
  'is-lower-than-or-equal',
  'is-empty',
] as const;

const column = z.union([z.string(), z.int()]).describe('Title or id');

/** A list that is there needs an entry: Tables ignores an empty one. */
export const viewInput = {
  columns: z
    .array(z.union([z.string(), z.int()]))
    .min(1)
    .optional()
    .describe('Columns to show, by title or id, in this order'),
  sort: z
    .array(z.object({ column, mode: z.enum(['ASC', 'DESC']).default('ASC').describe('Direction') }))
    .min(1)
    .optional()
    .describe('Sorting, most important first'),
  filter: z
    .array(
      z
        .array(
          z.object({
            column,
            operator: z.enum(OPERATORS).describe('Comparison'),
            value: z
              .union([z.string(), z.number(), z.boolean()])
              .default('')
              .describe('Value or option label; @me for the reader'),
          }),
        )
        .min(1),
    )
    .min(1)
    .optional()
    .describe('Groups of conditions: a row needs all of one group'),
};

export type ViewSettings = z.output<z.ZodObject<typeof viewInput>>;
export type View = ResultOf<'tables.api1-get-view'>;
type ViewChange = ArgumentsOf<'tables.api1-update-view'>['data'];

/** Columns that every row has besides its own, by the ids Tables gives them. */
const META_IDS: Readonly<Record<string, number>> = {
  id: -1,
  'created by': -2,
  'edited by': -3,
  'created at': -4,
  'edited at': -5,
};

/** @throws RelayError `invalid_argument` for an unknown column or option */
export function viewChange(given: ViewSettings, columns: readonly Column[]): ViewChange {
  const { columns: shown, sort, filter } = given;
  return {
    // the older `columns` list ends in 500 on Tables 1.0.9
    ...(shown
      ? { columnSettings: shown.map((key, order) => ({ columnId: columnId(key, columns), order })) }
      : {}),
    ...(sort
      ? { sort: sort.map(({ column: key, mode }) => ({ columnId: columnId(key, columns), mode })) }
      : {}),
    ...(filter
      ? {
          filter: filter.map((group) =>
            group.map(({ column: key, operator, value }) => ({
              columnId: columnId(key, columns),
              operator,
              value: filterValue(value, key, columns),
            })),
          ),
        }
      : {}),
  };
}

function columnId(key: string | number, columns: readonly Column[]): number {
  const own = columns.some(({ title }) => title === key);
  const meta =
    META_IDS[String(key).toLowerCase()] ?? Object.values(META_IDS).find((id) => id === key);
  return !own && meta !== undefined ? meta : findColumn(key, columns).id;
}

/** Options and check boxes are compared through placeholders; what starts with @ already is one. */
function filterValue(
  value: string | number | boolean,
  key: string | number,
  columns: readonly Column[],
): string | number {
  const id = columnId(key, columns);
  const target = columns.find((candidate) => candidate.id === id);
  if (
    target === undefined ||
    value === '' ||
    (typeof value === 'string' && value.startsWith('@'))
  ) {
    return typeof value === 'boolean' ? String(value) : value;
  }
  switch (typeOf(target)) {
    case 'selection':
      return `@selection-id-${String(toCell(value, target))}`;
    case 'selection-multi':
      return `@selection-id-${String((toCell(value, target) as number[])[0])}`;
    case 'selection-check':
      return toCell(value, target) === true ? '@checked' : '@unchecked';
    default:
      return typeof value === 'boolean' ? String(value) : value;
  }
}

export function viewSummary(
  view: View,
  columns: readonly Column[],
  publicUrl: string,
): Record<string, unknown> {
  const shown = view.columnSettings
    .map(({ columnId: id }) => columns.find((candidate) => candidate.id === id))
    .filter((found) => found !== undefined);
  return {
    id: view.id,
    table_id: view.tableId,
    title: view.title,
    columns: shown.map((found) => keyOf(found, columns)),
    rows: view.rowsCount,
    url: `${publicUrl}/index.php/apps/tables/#/view/${String(view.id)}`,
  };
}
