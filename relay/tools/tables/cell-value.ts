import { RelayError } from '../../errors.ts';
import { optionsOf, typeOf } from './column.ts';
import type { Column } from './column.ts';

/*
 * Tables stores values it cannot read as "empty" and answers 200 (lib/Service/ColumnTypes/*Business.php: an unknown
 * option, "abc" in a number column). So values are checked and translated here, before they are sent.
 */

type Write = (value: unknown, column: Column) => unknown;

const WRITERS: Readonly<Record<string, Write>> = {
  'text-link': linkText,
  number: numberValue,
  'number-stars': numberValue,
  'number-progress': numberValue,
  selection: optionId,
  'selection-multi': optionIds,
  'selection-check': checkValue,
  datetime: dateTime,
  'datetime-date': dateOnly,
  'datetime-time': timeOnly,
  usergroup: members,
};

/**
 * The value as Tables wants it, from what people write: option labels, `true`, `2026-05-01`, `{title, url}`.
 *
 * @throws RelayError `invalid_argument`, naming the column and what it takes
 */
export function toCell(value: unknown, column: Column): unknown {
  if (value === null || value === undefined) return column.type === 'usergroup' ? [] : null;
  return (WRITERS[typeOf(column)] ?? textValue)(value, column);
}

function textValue(value: unknown, column: Column): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw unfit(column, 'text');
}

/** `Title (url)` is the one form that Tables takes whatever link providers the column allows. */
function linkText(value: unknown, column: Column): string {
  if (value === '') return '';
  const { title, url } =
    typeof value === 'object' ? (value as { title?: unknown; url?: unknown }) : { url: value };
  if (typeof url !== 'string' || !/^https?:\/\/\S+$/i.test(url)) {
    throw unfit(column, 'an http(s) address, or {title, url}');
  }
  return `${typeof title === 'string' && title !== '' ? title : url} (${url})`;
}

function numberValue(value: unknown, column: Column): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw unfit(column, 'a number');
}

function optionId(value: unknown, column: Column): number {
  const options = optionsOf(column);
  const text = String(value);
  const found =
    options.find(({ label }) => label === value) ??
    options.find(({ id }) => String(id) === text) ??
    options.find(({ label }) => label.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found.id;
  throw unfit(column, `one of ${options.map(({ label }) => label).join(', ') || 'no options yet'}`);
}

function optionIds(value: unknown, column: Column): number[] {
  return (Array.isArray(value) ? value : [value]).map((item) => optionId(item, column));
}

function checkValue(value: unknown, column: Column): boolean {
  if (value === true || value === 'true' || value === 1) return true;
  if (value === false || value === 'false' || value === 0) return false;
  throw unfit(column, 'true or false');
}

/** Tables keeps wall-clock time without a zone; seconds and an offset would be dropped there too. */
function dateTime(value: unknown, column: Column): string {
  const match =
    typeof value === 'string'
      ? /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$/.exec(
          value,
        )
      : null;
  if (match?.[1] === undefined || match[2] === undefined || !isTime(match[2])) {
    throw unfit(column, 'YYYY-MM-DD HH:MM');
  }
  return `${dateOnly(match[1], column)} ${match[2]}`;
}

function dateOnly(value: unknown, column: Column): string {
  if (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)) {
    const time = new Date(`${value}T00:00:00Z`);
    if (!Number.isNaN(time.getTime()) && time.toISOString().startsWith(value)) return value;
  }
  throw unfit(column, 'a date YYYY-MM-DD');
}

function timeOnly(value: unknown, column: Column): string {
  if (typeof value === 'string' && isTime(value)) return value;
  throw unfit(column, 'a time HH:MM');
}

function isTime(text: string): boolean {
  return /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text);
}

/** Order as in Tables: 0 user, 1 group, 2 team. */
const MEMBER_TYPES = ['user', 'group', 'team'];

function members(value: unknown, column: Column): { id: string; type: number }[] {
  return (Array.isArray(value) ? value : [value]).map((item: unknown) => {
    const { id, type } =
      typeof item === 'object' && item !== null ? (item as Record<string, unknown>) : { id: item };
    const number =
      type === undefined
        ? 0
        : typeof type === 'number'
          ? type
          : MEMBER_TYPES.findIndex((name) => name === type);
    if (typeof id !== 'string' || MEMBER_TYPES[number] === undefined) {
      throw unfit(column, 'user ids, or {id, type} with type user, group or team');
    }
    return { id, type: number };
  });
}

function unfit(column: Column, wanted: string): RelayError {
  return new RelayError('invalid_argument', `Column '${column.title}' takes ${wanted}.`);
}

/** The value as people read it: labels for options, true or false, `{title, url}`; undefined for an empty cell. */
export function fromCell(value: unknown, column: Column): unknown {
  if (value === null || value === undefined || value === '') return undefined;
  switch (typeOf(column)) {
    case 'selection':
      return labelOf(value, column);
    case 'selection-multi':
      return Array.isArray(value) ? value.map((id) => labelOf(id, column)) : value;
    case 'selection-check':
      return value === true || value === 'true';
    case 'text-link':
      return readLink(value);
    case 'usergroup':
      return Array.isArray(value) ? value.map(readMember) : value;
    default:
      return value;
  }
}

function labelOf(id: unknown, column: Column): unknown {
  return optionsOf(column).find((option) => String(option.id) === String(id))?.label ?? id;
}

function readLink(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    const link = JSON.parse(value) as { title?: unknown; value?: unknown; resourceUrl?: unknown };
    return { title: link.title, url: link.value ?? link.resourceUrl };
  } catch {
    return value;
  }
}

function readMember(member: unknown): unknown {
  const { id, type, displayName } = member as { id: unknown; type: number; displayName?: unknown };
  return {
    id,
    type: MEMBER_TYPES[type] ?? type,
    ...(displayName === undefined ? {} : { name: displayName }),
  };
}
