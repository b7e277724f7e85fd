import type { ResultOf } from '../../../openapi/index.ts';
import { RelayError } from '../../errors.ts';
import type { ToolContext } from '../tool.ts';
import type { Node } from './node.ts';

export type Column = ResultOf<'tables.api_columns-show'>;

export interface SelectionOption {
  readonly id: number;
  readonly label: string;
}

/** Columns of a table, or those a view shows. */
export async function columnsOf(node: Node, context: ToolContext): Promise<readonly Column[]> {
  const { nextcloud, signal } = context;
  const { data } = await nextcloud.execute(
    'tables.api_columns-index',
    { nodeType: node.type, nodeId: node.id },
    { signal },
  );
  return data;
}

/** Type and subtype in one word, as the app's capabilities name them: `text-line`, `selection-multi`, `number`. */
export function typeOf(column: Column): string {
  return column.subtype === null || column.subtype === ''
    ? column.type
    : `${column.type}-${column.subtype}`;
}

export function optionsOf(column: Column): readonly SelectionOption[] {
  return (column.selectionOptions ?? []) as readonly SelectionOption[];
}

/** Titles need not be unique: of columns that share one, each is shown with its id. */
export function keyOf(column: Column, columns: readonly Column[]): string {
  const shared = columns.some(({ id, title }) => id !== column.id && title === column.title);
  return shared ? `${column.title} (#${String(column.id)})` : column.title;
}

/**
 * The column a caller means: by id, title, `title (#id)`, or title in other case.
 *
 * @throws RelayError `invalid_argument`, naming the columns there are
 */
export function findColumn(key: string | number, columns: readonly Column[]): Column {
  const text = String(key);
  const matches: ((column: Column) => boolean)[] = [
    ({ id }) => String(id) === text,
    (column) => keyOf(column, columns) === text,
    ({ technicalName }) => technicalName === text,
    ({ title }) => title.toLowerCase() === text.toLowerCase(),
  ];
  for (const match of matches) {
    const found = columns.filter(match);
    if (found.length === 1 && found[0] !== undefined) return found[0];
  }
  const known = columns.map((column) => `${keyOf(column, columns)} (${String(column.id)})`);
  throw new RelayError('invalid_argument', `There is no column '${text}'.`, {
    hint: `Columns with their ids: ${known.join(', ') || 'none'}.`,
  });
}

/** What is worth knowing of a column before writing into it; settings that are not used are left out. */
export function columnView(column: Column): Record<string, unknown> {
  const labels = optionsOf(column).map(({ label }) => label);
  const settings: Record<string, unknown> = {
    description: column.description,
    mandatory: column.mandatory,
    default: defaultOf(column),
    options: labels.length === 0 ? null : labels,
    min: column.numberMin,
    max: column.numberMax,
    decimals: column.type === 'number' ? column.numberDecimals : null,
    prefix: column.numberPrefix,
    suffix: column.numberSuffix,
    max_length: column.textMaxLength,
    pattern: column.textAllowedPattern,
    unique: column.textUnique,
    multiple: column.usergroupMultipleItems,
    technical_name: column.technicalName,
  };
  const used = Object.entries(settings).filter(
    ([, value]) => value !== undefined && value !== null && value !== '' && value !== false,
  );
  return { id: column.id, title: column.title, type: typeOf(column), ...Object.fromEntries(used) };
}

function defaultOf(column: Column): unknown {
  const { type, subtype, selectionDefault } = column;
  if (type === 'number') return column.numberDefault;
  if (type === 'text') return column.textDefault;
  if (type === 'datetime') return column.datetimeDefault;
  if (type === 'usergroup')
    return column.usergroupDefault?.length === 0 ? null : column.usergroupDefault;
  if (subtype === 'check') return selectionDefault === 'true';
  const ids = selectedIds(selectionDefault);
  const labels = optionsOf(column)
    .filter(({ id }) => ids.includes(String(id)))
    .map(({ label }) => label);
  return subtype === 'multi' ? (labels.length === 0 ? null : labels) : labels[0];
}

/** `"3"` for one option, `"[1,2]"` or `["1","2"]` for several. */
function selectedIds(text: string | null): readonly string[] {
  return text?.match(/\d+/g) ?? [];
}
