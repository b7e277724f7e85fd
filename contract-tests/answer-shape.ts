import type { JsonSchema, Operation, ReleaseTable } from '../openapi/index.ts';
import { documentedResponse } from '../relay/nextcloud/decode.ts';
import { canonicalJson } from './matching/bodies.ts';
import { operationFinder } from './operation-finder.ts';
import type { Exchange } from './recording.ts';

/** Every property path of an answer's JSON body; other bodies have no shape. */
export type AnswerShape = (exchange: Exchange) => ReadonlySet<string>;

type Schemas = readonly JsonSchema[];

/**
 * Lists are folded (`data[].title`), and so are ids and the names of what a document calls a map: they are data, of this
 * server or that (`users.{key}.email`).
 */
export function answerShapes({
  operations,
  definitions,
}: Pick<ReleaseTable, 'operations' | 'definitions'>): AnswerShape {
  const find = operationFinder(Object.values(operations));

  /** A schema with all it may stand for: what it refers to, and its alternatives. */
  function spread(schema: unknown, seen: ReadonlySet<unknown> = new Set()): Schemas {
    if (typeof schema !== 'object' || schema === null || seen.has(schema)) return [];
    const one = schema as JsonSchema;
    const within = new Set([...seen, schema]);
    const reference = one['$ref'];
    const inner = [
      ...(typeof reference === 'string' ? [definitions[reference.replace('#/$defs/', '')]] : []),
      ...['allOf', 'anyOf', 'oneOf'].flatMap((word) => (one[word] as unknown[] | undefined) ?? []),
    ];
    return [one, ...inner.flatMap((alternative) => spread(alternative, within))];
  }

  const itemsOf = (schemas: Schemas): Schemas => schemas.flatMap(({ items }) => spread(items));

  /** What is said of one property; undefined where its name is data. */
  function propertyOf(schemas: Schemas, name: string): Schemas | undefined {
    const named = schemas.flatMap(({ properties }) =>
      spread((properties as Record<string, unknown> | undefined)?.[name]),
    );
    return named.length === 0 && valuesOf(schemas).length > 0 ? undefined : named;
  }

  /** What is said of the values of a map; nothing where a document only leaves room for more. */
  const valuesOf = (schemas: Schemas): Schemas =>
    schemas
      .flatMap(({ additionalProperties }) => spread(additionalProperties))
      .filter((schema) => Object.keys(schema).length > 0);

  function collect(value: unknown, schemas: Schemas, path: string, found: Set<string>): void {
    if (Array.isArray(value)) {
      for (const item of value) collect(item, itemsOf(schemas), `${path}[]`, found);
    } else if (value !== null && typeof value === 'object') {
      for (const [name, inner] of Object.entries(value)) {
        const property = propertyOf(schemas, name);
        const step = `${path}.${property === undefined ? '{key}' : withoutId(name)}`;
        found.add(step);
        collect(inner, property ?? valuesOf(schemas), step, found);
      }
    } else if (path === '') {
      found.add(canonicalJson(typeof value));
    }
  }

  return (exchange) => {
    const found = new Set<string>();
    const { body, status } = exchange.response;
    if (body === undefined || !('json' in body)) return found;
    const operation = find(exchange);
    const schema = operation && documentedResponse(operation, status)?.schema;
    collect(body.json, spread(schema && enveloped(operation, schema)), '', found);
    return found;
  };
}

/** Documents speak of what is in the envelope. */
function enveloped({ envelope }: Operation, schema: JsonSchema): JsonSchema {
  if (envelope === 'none') return schema;
  const within = (name: string, inner: JsonSchema): JsonSchema => ({
    properties: { [name]: inner },
  });
  return within('ocs', within('data', schema));
}

/** Ids are names in answers that no document describes, too: `57`, `column_57`. */
function withoutId(name: string): string {
  return name.replace(/(?<=^|_)\d+$/, '{n}');
}
