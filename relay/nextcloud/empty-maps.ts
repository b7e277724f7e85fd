import type { JsonSchema } from '../../openapi/index.ts';

export type Definitions = Readonly<Record<string, JsonSchema>>;
type Fix = (value: unknown) => unknown;

/**
 * PHP prints an empty map as `[]`. Reads it as `{}` wherever the schema means an object, at any depth. A schema that
 * allows an array there keeps `[]`, and so does a bare `{type: object}`, which is how documents print *anything*.
 */
export class EmptyMaps {
  readonly #definitions: Definitions;
  readonly #fixes = new Map<JsonSchema, Fix | undefined>();

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  read(value: unknown, schema: JsonSchema | undefined): unknown {
    const fix = schema === undefined ? undefined : this.#fixOf(schema);
    return fix === undefined ? value : fix(value);
  }

  /** The change a schema asks for, found once; undefined when there is none. */
  #fixOf(schema: JsonSchema): Fix | undefined {
    if (this.#fixes.has(schema)) return this.#fixes.get(schema);
    // stands while the schema is looked at, and so ends its cycles
    const found: { fix: Fix | undefined } = { fix: undefined };
    this.#fixes.set(schema, (value) => (found.fix === undefined ? value : found.fix(value)));
    found.fix = this.#build(schema);
    this.#fixes.set(schema, found.fix);
    return found.fix;
  }

  #build(schema: JsonSchema): Fix | undefined {
    const target = this.#target(schema);
    if (target !== undefined) return this.#fixOf(target);
    const fixes = [
      meansObject(schema) ? emptyToObject : undefined,
      this.#properties(schema),
      this.#items(schema),
      ...schemas(schema['allOf']).map((part) => this.#fixOf(part)),
      this.#alternatives([...schemas(schema['anyOf']), ...schemas(schema['oneOf'])]),
    ].filter((fix) => fix !== undefined);
    if (fixes.length === 0) return undefined;
    return (value) => fixes.reduce((result, fix) => fix(result), value);
  }

  #target(schema: JsonSchema): JsonSchema | undefined {
    const reference = schema['$ref'];
    if (typeof reference !== 'string') return undefined;
    return this.#definitions[reference.replace('#/$defs/', '')];
  }

  #properties(schema: JsonSchema): Fix | undefined {
    const named = new Map<string, Fix>();
    for (const [name, part] of Object.entries((schema['properties'] ?? {}) as Definitions)) {
      const fix = this.#fixOf(part);
      if (fix !== undefined) named.set(name, fix);
    }
    const rest = isSchema(schema['additionalProperties'])
      ? this.#fixOf(schema['additionalProperties'])
      : undefined;
    if (named.size === 0 && rest === undefined) return undefined;
    const declared = new Set(Object.keys(schema['properties'] ?? {}));
    return (value) => {
      if (!isRecord(value)) return value;
      const entries = Object.entries(value).map(([name, part]) => {
        const fix = declared.has(name) ? named.get(name) : rest;
        return [name, fix === undefined ? part : fix(part)];
      });
      return Object.fromEntries(entries) as unknown;
    };
  }

  #items(schema: JsonSchema): Fix | undefined {
    const fix = isSchema(schema['items']) ? this.#fixOf(schema['items']) : undefined;
    if (fix === undefined) return undefined;
    return (value) => (Array.isArray(value) ? value.map((item) => fix(item)) : value);
  }

  /** Of several shapes only the empty one is decided: what is not empty keeps the shape it came in. */
  #alternatives(parts: readonly JsonSchema[]): Fix | undefined {
    const whole = parts.map((part) => this.#resolved(part));
    if (whole.some(allowsArray)) return undefined;
    const fixes = parts.map((part) => this.#fixOf(part)).filter((fix) => fix !== undefined);
    if (fixes.length === 0) return undefined;
    return (value) => fixes.reduce((result, fix) => fix(result), value);
  }

  #resolved(schema: JsonSchema): JsonSchema {
    const seen = new Set<JsonSchema>();
    let current = schema;
    for (let next = this.#target(current); next !== undefined && !seen.has(next);) {
      seen.add(next);
      current = next;
      next = this.#target(current);
    }
    return current;
  }
}

function meansObject(schema: JsonSchema): boolean {
  const says = schema['properties'] !== undefined || schema['additionalProperties'] !== undefined;
  const types = typesOf(schema);
  return says && !types.includes('array') && (types.length === 0 || types.includes('object'));
}

function allowsArray(schema: JsonSchema): boolean {
  const types = typesOf(schema);
  if (types.length > 0) return types.includes('array');
  const untyped = ['properties', 'allOf', 'anyOf', 'oneOf', 'const', 'enum'];
  return !untyped.some((keyword) => keyword in schema);
}

function typesOf(schema: JsonSchema): readonly unknown[] {
  const type = schema['type'];
  return Array.isArray(type) ? type : type === undefined ? [] : [type];
}

function emptyToObject(value: unknown): unknown {
  return Array.isArray(value) && value.length === 0 ? {} : value;
}

function schemas(value: unknown): JsonSchema[] {
  return Array.isArray(value) ? value.filter(isSchema) : [];
}

function isSchema(value: unknown): value is JsonSchema {
  return isRecord(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
