import type { JsonSchema } from '../../openapi/index.ts';
import { propertiesOf, resolve, typeOf, typesOf } from './schema.ts';

/**
 * A value as its schema wants it, for the slips models make: `"12"` for 12 and the other way round (newer releases
 * turn ids into text), `"true"` for true, an object as JSON text, null for "not given" (undefined comes back). A text
 * is never touched where a text is allowed.
 */
export function coerce(value: unknown, schema: JsonSchema, root: JsonSchema, depth = 0): unknown {
  const types = typesOf(schema, root);
  if (types === undefined || depth > 8) return value;
  if (value === null) return types.has('null') ? null : undefined;
  const fitting = scalarAs(value, types);
  if (Array.isArray(fitting)) return coerceItems(fitting, schema, root, depth);
  if (typeOf(fitting) === 'object') return coerceProperties(fitting as object, schema, root, depth);
  return fitting;
}

function scalarAs(value: unknown, types: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return types.has('string') ? value : fromText(value, types);
  const onlyText = types.has('string') && !types.has('number') && !types.has('integer');
  return onlyText && Number.isSafeInteger(value) ? String(value) : value;
}

function fromText(text: string, types: ReadonlySet<string>): unknown {
  const trimmed = text.trim();
  if (types.has('boolean') && /^(?:true|false)$/i.test(trimmed))
    return trimmed.toLowerCase() === 'true';
  if (types.has('integer') || types.has('number')) {
    const number = /^-?\d+(?:\.\d+)?$/.test(trimmed) ? Number(trimmed) : Number.NaN;
    // A longer id would silently become another one.
    if (
      Number.isInteger(number)
        ? Number.isSafeInteger(number)
        : types.has('number') && !Number.isNaN(number)
    ) {
      return number;
    }
  }
  if (types.has('object') || types.has('array')) {
    const parsed = parseJson(trimmed);
    if (types.has(typeOf(parsed)) && typeof parsed === 'object') return parsed;
  }
  return text;
}

function parseJson(text: string): unknown {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function coerceItems(
  items: readonly unknown[],
  schema: JsonSchema,
  root: JsonSchema,
  depth: number,
): unknown[] {
  const itemSchema = resolve(schema, root).items as JsonSchema | undefined;
  if (itemSchema === undefined) return [...items];
  return items.map((item) => (item === null ? null : coerce(item, itemSchema, root, depth + 1)));
}

function coerceProperties(
  value: object,
  schema: JsonSchema,
  root: JsonSchema,
  depth: number,
): object {
  const properties = propertiesOf(resolve(schema, root));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
      const keep = property === undefined || inner === null;
      return [name, keep ? (inner as unknown) : coerce(inner, property, root, depth + 1)];
    }),
  );
}
