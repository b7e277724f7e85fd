import * as z from 'zod';
import type { ArgumentsOf } from '../../../openapi/index.ts';
import { toCell } from './cell-value.ts';
import { RelayError } from '../../errors.ts';
import { typeOf } from './column.ts';
import type { Column, SelectionOption } from './column.ts';

/** What both creating and changing a column take; each type uses its own part. */
export const settingsInput = {
  description: z.string().optional().describe('Help text'),
  mandatory: z.boolean().optional().describe('Every row needs a value'),
  options: z.array(z.string().min(1)).optional().describe('selection: labels to choose from'),
  default: z
    .union([z.string(), z.number(), z.boolean(), z.array(z.string())])
    .optional()
    .describe('Value of new rows; today or now for dates and times; empty for none'),
  min: z.number().optional().describe('number: smallest value'),
  max: z.number().optional().describe('number: largest value'),
  decimals: z.int().min(0).max(10).optional().describe('number: digits after the point'),
  prefix: z.string().optional().describe('number: text before it'),
  suffix: z.string().optional().describe('number: text after it, e.g. a unit'),
  max_length: z.int().optional().describe('text: most characters'),
  pattern: z.string().optional().describe('text: regular expression values must match'),
  unique: z.boolean().optional().describe('text: no value twice'),
  multiple: z.boolean().optional().describe('usergroup: more than one'),
  members: z
    .array(z.enum(['users', 'groups', 'teams']))
    .optional()
    .describe('usergroup: who can be chosen'),
};

export type Settings = z.output<z.ZodObject<typeof settingsInput>>;

/** Which settings a type of column knows. */
const KNOWN: Readonly<Record<string, readonly (keyof Settings)[]>> = {
  number: ['min', 'max', 'decimals', 'prefix', 'suffix'],
  'number-stars': [],
  'number-progress': [],
  'text-line': ['max_length', 'pattern', 'unique'],
  'text-rich': ['max_length'],
  'text-long': ['max_length'],
  'text-link': ['pattern'],
  selection: ['options'],
  'selection-multi': ['options'],
  'selection-check': [],
  usergroup: ['multiple', 'members'],
};
const ALWAYS: readonly (keyof Settings)[] = ['description', 'mandatory', 'default'];

/** @throws RelayError `invalid_argument` for a setting that this type of column would ignore */
export function refuseForeign(given: Settings, type: string): void {
  const known = [...ALWAYS, ...(KNOWN[type] ?? [])];
  const foreign = (Object.keys(settingsInput) as (keyof Settings)[]).filter(
    (name) => given[name] !== undefined && !known.includes(name),
  );
  if (foreign.length === 0) return;
  throw new RelayError('invalid_argument', `A ${type} column has no ${foreign.join(', ')}.`, {
    hint: `It takes ${known.join(', ')}.`,
  });
}

/**
 * Options as Tables stores them. An option that is still there keeps its id, so that rows keep their value; new ones
 * get the next free id. Ids begin at 1: 0 counts as empty in places of the app.
 */
export function numbered(
  labels: readonly string[],
  present: readonly SelectionOption[],
): SelectionOption[] {
  if (new Set(labels).size < labels.length) {
    throw new RelayError('invalid_argument', 'Two options have the same label.');
  }
  let next = Math.max(0, ...present.map(({ id }) => id));
  return labels.map((label) => {
    const kept = present.find((option) => option.label === label);
    return { id: kept?.id ?? ++next, label };
  });
}

export type ColumnChange = Partial<ArgumentsOf<'tables.api1-update-column'>>;

/** The default in the field of its type. `column` carries type and options as they will be. */
export function defaultFields(value: Settings['default'], column: Column): ColumnChange {
  if (value === undefined) return {};
  if (value === '') return noDefault(column.type);
  switch (column.type) {
    case 'number':
      return { numberDefault: toCell(value, column) as number };
    case 'datetime':
      return { datetimeDefault: dateDefault(value, typeOf(column)) };
    case 'usergroup':
      return { usergroupDefault: JSON.stringify(toCell(value, column)) };
    case 'selection':
      return { selectionDefault: selectionDefault(toCell(value, column)) };
    default:
      return { textDefault: String(value) };
  }
}

function noDefault(type: string): ColumnChange {
  if (type === 'number') return { numberDefault: null };
  if (type === 'datetime') return { datetimeDefault: '' };
  if (type === 'usergroup') return { usergroupDefault: '[]' };
  return type === 'selection' ? { selectionDefault: '' } : { textDefault: '' };
}

function dateDefault(value: unknown, type: string): string {
  const wanted = type === 'datetime-date' ? 'today' : 'now';
  if (value === wanted) return wanted;
  throw new RelayError(
    'invalid_argument',
    `The default of a ${type} column can only be '${wanted}'.`,
  );
}

/** One id as text, several as a JSON list, a check box as `true` or `false`. */
function selectionDefault(value: unknown): string {
  return Array.isArray(value) ? JSON.stringify(value) : String(value);
}

/** Settings under the names Tables knows them by; those left out are not in the result. */
export function settingFields(given: Settings): ColumnChange {
  const members = given.members;
  const fields: Record<string, unknown> = {
    description: given.description,
    mandatory: given.mandatory,
    numberMin: given.min,
    numberMax: given.max,
    numberDecimals: given.decimals,
    numberPrefix: given.prefix,
    numberSuffix: given.suffix,
    textMaxLength: given.max_length,
    textAllowedPattern: given.pattern,
    textUnique: given.unique,
    usergroupMultipleItems: given.multiple,
    usergroupSelectUsers: members?.includes('users'),
    usergroupSelectGroups: members?.includes('groups'),
    usergroupSelectTeams: members?.includes('teams'),
  };
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  );
}
