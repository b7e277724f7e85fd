import type { JsonSchema } from '../operation.ts';
import { asArray, isObject } from './document.ts';
import type { JsonObject } from './document.ts';

/** Formats that every client's schema dialect knows; others are refused by some and ignored by the rest. */
const FORMATS = new Set(['date-time', 'date', 'email', 'uuid']);
const DROPPED = ['readOnly', 'writeOnly', 'deprecated', 'contentEncoding', 'contentMediaType'];

/**
 * A schema that any MCP client can take: references resolved in place (recursive ones kept), enums of text only, no
 * exotic formats. `definitions` are those of the release table.
 */
export class PortableSchemas {
  readonly #definitions: Readonly<Record<string, JsonSchema>>;
  readonly #recursive = new Map<string, JsonObject>();

  constructor(definitions: Readonly<Record<string, JsonSchema>>) {
    this.#definitions = definitions;
  }

  /** Recursive definitions met so far, by the name used in references. */
  get recursive(): ReadonlyMap<string, JsonObject> {
    return this.#recursive;
  }

  convert(schema: unknown, open: readonly string[] = []): JsonObject {
    if (!isObject(schema)) return {};
    const reference = schema['$ref'];
    if (typeof reference === 'string') {
      const { $ref: _reference, ...beside } = schema;
      return { ...this.#resolve(reference, open), ...this.#plain(beside, open) };
    }
    return this.#plain(schema, open);
  }

  #resolve(reference: string, open: readonly string[]): JsonObject {
    const key = reference.replace(/^#\/\$defs\//, '');
    const definition = this.#definitions[key];
    if (!this.#isRecursive(key)) return this.convert(definition, open);
    const name = key.slice(key.indexOf('.') + 1);
    if (!this.#recursive.has(name)) {
      this.#recursive.set(name, {});
      this.#recursive.set(name, this.convert(definition, [...open, key]));
    }
    return { $ref: `#/$defs/${name}` };
  }

  #isRecursive(key: string): boolean {
    const seen = new Set<string>();
    const queue = [...references(this.#definitions[key])];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      if (next === key) return true;
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push(...references(this.#definitions[next]));
    }
    return false;
  }

  #plain(schema: JsonObject, open: readonly string[]): JsonObject {
    const result: JsonObject = {};
    for (const [keyword, value] of Object.entries(schema)) {
      if (DROPPED.includes(keyword) || keyword.startsWith('x-')) continue;
      if (keyword === 'format' && !FORMATS.has(String(value))) continue;
      if (keyword === 'pattern' && !isPortablePattern(value)) continue;
      result[keyword] = this.#keyword(keyword, value, open);
    }
    return plainEnum(tidyObject(result));
  }

  #keyword(keyword: string, value: unknown, open: readonly string[]): unknown {
    if (keyword === 'properties' || keyword === 'patternProperties') {
      if (!isObject(value)) return {};
      const writable = Object.entries(value).filter(
        ([, inner]) => !(isObject(inner) && inner['readOnly'] === true),
      );
      return Object.fromEntries(writable.map(([name, inner]) => [name, this.convert(inner, open)]));
    }
    if (['allOf', 'anyOf', 'oneOf', 'prefixItems'].includes(keyword)) {
      return asArray(value).map((inner) => this.convert(inner, open));
    }
    const isSchema = ['items', 'additionalProperties', 'not', 'contains', 'propertyNames'].includes(
      keyword,
    );
    if (!isSchema || !isObject(value)) return value;
    const converted = this.convert(value, open);
    // The empty schema and `true` mean the same; some clients stumble over the former here.
    return keyword === 'additionalProperties' && Object.keys(converted).length === 0
      ? true
      : converted;
  }
}

function references(value: unknown, found: string[] = []): string[] {
  if (Array.isArray(value)) for (const inner of value) references(inner, found);
  else if (isObject(value)) {
    for (const [key, inner] of Object.entries(value)) {
      if (key === '$ref' && typeof inner === 'string')
        found.push(inner.replace(/^#\/\$defs\//, ''));
      else references(inner, found);
    }
  }
  return found;
}

/** JavaScript-only or PHP-only syntax stays out: clients compile patterns with their own engines. */
function isPortablePattern(value: unknown): boolean {
  if (typeof value !== 'string' || /\(\?[<!=]/.test(value)) return false;
  try {
    new RegExp(value, 'u');
    return true;
  } catch {
    return false;
  }
}

function tidyObject(schema: JsonObject): JsonObject {
  if (schema['default'] === null) delete schema['default'];
  const properties = schema['properties'];
  if (isObject(properties) && Array.isArray(schema['required'])) {
    schema['required'] = schema['required'].filter((name) => String(name) in properties);
  }
  if (Array.isArray(schema['required']) && schema['required'].length === 0)
    delete schema['required'];
  return schema;
}

/** Some clients take only text in `enum`: numbers become a range, or a list in words. */
function plainEnum(schema: JsonObject): JsonObject {
  const values = asArray('const' in schema ? [schema['const']] : schema['enum']);
  if (values.length === 0) return schema;
  const { enum: _enum, const: _const, ...rest } = schema;
  const filled = values.filter((value) => value !== null);
  if (filled.every((value) => typeof value === 'string')) {
    if (filled.length === values.length) return { ...rest, type: 'string', enum: filled };
    return { ...rest, type: ['string', 'null'], enum: values };
  }
  if (filled.every((value) => Number.isInteger(value))) {
    const numbers = filled.map(Number).sort((a, b) => a - b);
    const least = numbers[0] ?? 0;
    const most = numbers.at(-1) ?? 0;
    const range = { ...rest, minimum: least, maximum: most };
    const gapless = most - least + 1 === new Set(numbers).size;
    return gapless ? range : { ...range, description: `One of ${numbers.join(', ')}` };
  }
  return rest;
}

/** The same schema without `null`, for arguments that can simply be left out. */
export function withoutNull(schema: JsonObject): JsonObject {
  const result: JsonObject = { ...schema };
  const type = result['type'];
  if (Array.isArray(type)) {
    const kept = type.filter((name) => name !== 'null') as unknown[];
    if (kept.length === 0) return {};
    result['type'] = kept.length === 1 ? kept[0] : kept;
  }
  if (Array.isArray(result['enum']))
    result['enum'] = result['enum'].filter((value) => value !== null);
  for (const keyword of ['anyOf', 'oneOf'] as const) {
    if (!Array.isArray(result[keyword])) continue;
    const kept = (result[keyword] as unknown[]).filter(
      (branch) => !(isObject(branch) && branch['type'] === 'null'),
    );
    const only = kept[0];
    if (kept.length !== 1 || !isObject(only)) {
      result[keyword] = kept;
      continue;
    }
    const { [keyword]: _branches, ...rest } = result;
    return { ...only, ...rest };
  }
  return result;
}
