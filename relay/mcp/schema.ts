import type { JsonSchema } from '../../openapi/index.ts';

/** The properties of an object schema; empty when it names none. */
export function propertiesOf(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  return (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>;
}

export function requiredOf(schema: JsonSchema): readonly string[] {
  return (schema.required ?? []) as readonly string[];
}

/** Follows local references (`#/$defs/x`) in `root`; gives an empty schema for a dangling one. */
export function resolve(schema: JsonSchema, root: JsonSchema): JsonSchema {
  let current = schema;
  for (let depth = 0; typeof current.$ref === 'string' && depth < 16; depth += 1) {
    const name = /^#\/\$defs\/(.+)$/.exec(current.$ref)?.[1];
    const definitions = (root.$defs ?? {}) as Readonly<Record<string, JsonSchema>>;
    current = (name === undefined ? undefined : definitions[decodeURIComponent(name)]) ?? {};
  }
  return current;
}

/**
 * JSON types a schema admits, through references, unions and enums. Undefined when it admits anything, which is also
 * the answer when the schema is too clever to tell.
 */
export function typesOf(
  schema: JsonSchema,
  root: JsonSchema,
  depth = 0,
): ReadonlySet<string> | undefined {
  const resolved = resolve(schema, root);
  if (depth > 8) return undefined;
  if (typeof resolved.type === 'string') return new Set([resolved.type]);
  if (Array.isArray(resolved.type)) return new Set(resolved.type as string[]);
  const values = 'const' in resolved ? [resolved.const] : (resolved.enum as unknown[] | undefined);
  if (values !== undefined) return new Set(values.map(typeOf));
  const branches = (resolved.anyOf ?? resolved.oneOf) as JsonSchema[] | undefined;
  if (branches === undefined) return undefined;
  const types = new Set<string>();
  for (const branch of branches) {
    const branchTypes = typesOf(branch, root, depth + 1);
    if (branchTypes === undefined) return undefined;
    for (const type of branchTypes) types.add(type);
  }
  return types;
}

/** JSON type of a value; whole numbers are `integer`. */
export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}
