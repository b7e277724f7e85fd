import type { JsonSchema } from '../../openapi/index.ts';

type Schema = JsonSchema & {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly minItems?: number;
  readonly const?: unknown;
};

/** Arguments that fit a tool's schema: every one it has, so that as many as possible go out. `text` fills texts. */
export function sampleArguments(
  schema: JsonSchema,
  text: string,
  all: boolean,
): Record<string, unknown> {
  const root = schema as Schema;
  const required = root.required ?? [];
  return Object.fromEntries(
    Object.entries(root.properties ?? {})
      .filter(([name]) => all || required.includes(name))
      .map(([name, property]) => [name, sample(property, name, text, root, 0)]),
  );
}

function sample(given: Schema, name: string, text: string, root: Schema, depth: number): unknown {
  const schema = resolve(given, root);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const choice = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (choice !== undefined) return sample(choice, name, text, root, depth);
  const type = Array.isArray(schema.type) ? (schema.type as string[])[0] : schema.type;
  switch (type) {
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1);
    case 'boolean':
      return true;
    case 'array':
      return schema.items === undefined || depth > 3
        ? []
        : [sample(schema.items, name, text, root, depth + 1)];
    case 'object':
      return depth > 3
        ? {}
        : Object.fromEntries(
            Object.entries(schema.properties ?? {})
              .filter(([key]) => (schema.required ?? []).includes(key))
              .map(([key, inner]) => [key, sample(inner, key, text, root, depth + 1)]),
          );
    default:
      return sampleText(name, schema, text);
  }
}

function sampleText(name: string, schema: Schema, text: string): string {
  if (schema.format === 'date' || /date$|^day$/.test(name)) return '2026-01-05';
  if (/start|from|since/.test(name)) return '2026-01-05T10:00:00Z';
  if (/end|until|due|_at$|time/.test(name)) return '2026-01-05T11:00:00Z';
  if (/base64/.test(name)) return 'aGVsbG8=';
  if (/url|link|uri/.test(name)) return 'https://example.org/x';
  if (/color|colour/.test(name)) return 'ff0000';
  if (/email/.test(name)) return 'a@example.org';
  return text;
}

function resolve(schema: Schema, root: Schema): Schema {
  const name = /^#\/\$defs\/(.+)$/.exec(schema.$ref ?? '')?.[1];
  return name === undefined ? schema : (root.$defs?.[name] ?? schema);
}
