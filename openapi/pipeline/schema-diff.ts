import type { ReleaseTable } from '../operation.ts';
import { asArray, asObject, deepEqual, isObject } from './document.ts';
import type { JsonObject } from './document.ts';

export type Severity = 'breaking' | 'warning' | 'info';

export interface SchemaChange {
  /** Path below the argument or answer: ``, `.name`, `[]`, `{*}`. */
  readonly place: string;
  readonly severity: Severity;
  readonly message: string;
}

/** References replaced by what they point to; a recursive one stays, by name. */
export function resolvedSchema(
  schema: unknown,
  table: ReleaseTable,
  open: readonly string[] = [],
): JsonObject {
  if (!isObject(schema)) return {};
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    const key = reference.replace(/^#\/\$defs\//, '');
    if (open.includes(key)) return { $ref: reference };
    return resolvedSchema(table.definitions[key], table, [...open, key]);
  }
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, resolvedValue(value, table, open)]),
  );
}

function resolvedValue(value: unknown, table: ReleaseTable, open: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((entry) => resolvedValue(entry, table, open));
  return isObject(value) ? resolvedSchema(value, table, open) : value;
}

const LIMITS: readonly [string, 1 | -1][] = [
  ['minimum', 1],
  ['exclusiveMinimum', 1],
  ['minLength', 1],
  ['minItems', 1],
  ['maximum', -1],
  ['exclusiveMaximum', -1],
  ['maxLength', -1],
  ['maxItems', -1],
];

/** Input that became narrower breaks callers; output that lost something is a warning, since readers are tolerant. */
export function schemaChanges(
  before: JsonObject,
  after: JsonObject,
  direction: 'input' | 'output',
  place = '',
): SchemaChange[] {
  if (deepEqual(before, after)) return [];
  const changes: SchemaChange[] = [];
  const harm: Severity = direction === 'input' ? 'breaking' : 'warning';
  const tell = (severity: Severity, message: string): void => {
    changes.push({ place, severity, message });
  };
  const oldTypes = typesOf(before);
  const newTypes = typesOf(after);
  const lost = oldTypes.filter((type) => !accepts(newTypes, type));
  const gained = newTypes.filter((type) => !accepts(oldTypes, type));
  if (lost.length > 0 || gained.length > 0) {
    const narrower = direction === 'input' ? lost.length > 0 : gained.length > 0;
    tell(
      narrower ? harm : 'info',
      `type ${oldTypes.join('|') || 'any'} → ${newTypes.join('|') || 'any'}`,
    );
  }
  enumChange(before, after, direction, harm, tell);
  for (const [keyword, sign] of LIMITS) {
    const old = before[keyword];
    const fresh = after[keyword];
    if (old === fresh || (typeof fresh !== 'number' && typeof old !== 'number')) continue;
    const narrower =
      typeof fresh === 'number' && (typeof old !== 'number' || (fresh - old) * sign > 0);
    tell(
      narrower && direction === 'input' ? harm : 'info',
      `${keyword} ${shown(old)} → ${shown(fresh)}`,
    );
  }
  if (!deepEqual(before['default'], after['default'])) {
    tell('info', `default ${shown(before['default'])} → ${shown(after['default'])}`);
  }
  if (before['pattern'] !== after['pattern'])
    tell(after['pattern'] === undefined ? 'info' : 'warning', 'pattern changed');
  return [...changes, ...innerChanges(before, after, direction, place)];
}

function enumChange(
  before: JsonObject,
  after: JsonObject,
  direction: 'input' | 'output',
  harm: Severity,
  tell: (severity: Severity, message: string) => void,
): void {
  const old = before['enum'];
  const fresh = after['enum'];
  if (deepEqual(old, fresh)) return;
  if (!Array.isArray(fresh)) {
    tell('info', 'any value is allowed now');
    return;
  }
  const values = fresh.map((value) => JSON.stringify(value)).join(', ');
  if (!Array.isArray(old)) {
    tell(direction === 'input' ? harm : 'info', `only ${values} now`);
    return;
  }
  const lost = old.filter((value) => !fresh.includes(value));
  const gained = fresh.filter((value) => !old.includes(value));
  if (lost.length > 0)
    tell(
      direction === 'input' ? harm : 'info',
      `no longer ${lost.map((value) => JSON.stringify(value)).join(', ')}`,
    );
  if (gained.length > 0)
    tell('info', `also ${gained.map((value) => JSON.stringify(value)).join(', ')}`);
}

function innerChanges(
  before: JsonObject,
  after: JsonObject,
  direction: 'input' | 'output',
  place: string,
): SchemaChange[] {
  const changes: SchemaChange[] = [];
  const old = asObject(before['properties']);
  const fresh = asObject(after['properties']);
  const harm: Severity = direction === 'input' ? 'breaking' : 'warning';
  const needed = (schema: JsonObject, name: string): boolean =>
    asArray(schema['required']).includes(name);
  for (const name of new Set([...Object.keys(old), ...Object.keys(fresh)])) {
    const inner = `${place}.${name}`;
    if (!(name in fresh)) changes.push({ place: inner, severity: harm, message: 'gone' });
    else if (!(name in old))
      changes.push({
        place: inner,
        severity: direction === 'input' && needed(after, name) ? harm : 'info',
        message: 'new',
      });
    else {
      changes.push(...schemaChanges(asObject(old[name]), asObject(fresh[name]), direction, inner));
      const was = needed(before, name);
      const is = needed(after, name);
      if (was !== is) {
        const bad = direction === 'input' ? is : was;
        changes.push({
          place: inner,
          severity: bad ? harm : 'info',
          message: is ? 'now always there' : 'now optional',
        });
      }
    }
  }
  for (const [keyword, mark] of [
    ['items', '[]'],
    ['additionalProperties', '{*}'],
  ] as const) {
    if (isObject(before[keyword]) || isObject(after[keyword])) {
      changes.push(
        ...schemaChanges(
          asObject(before[keyword]),
          asObject(after[keyword]),
          direction,
          `${place}${mark}`,
        ),
      );
    }
  }
  for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
    if (!deepEqual(before[keyword], after[keyword]))
      changes.push({ place, severity: 'warning', message: `${keyword} changed` });
  }
  return changes;
}

function typesOf(schema: JsonObject): string[] {
  const type = schema['type'];
  if (type === undefined) return [];
  return (Array.isArray(type) ? type : [type]).map(String).sort();
}

/** No type means any; a number takes integers too. */
function accepts(types: readonly string[], type: string): boolean {
  return (
    types.length === 0 || types.includes(type) || (type === 'integer' && types.includes('number'))
  );
}

function shown(value: unknown): string {
  return value === undefined ? 'none' : JSON.stringify(value);
}
