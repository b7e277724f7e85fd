import { DocumentError, asArray, asObject, isObject, pointerKey } from './document.ts';
import type { JsonObject } from './document.ts';

/** Which dialect a schema is written in: 3.0 has `nullable` and ignores what stands beside a `$ref`. */
export type Dialect = '3.0' | '3.1';

/** Keywords that state facts; everything else (prose, examples, rendering hints) is dropped. */
const FACTS = new Set([
  'type',
  'enum',
  'const',
  'default',
  'required',
  'pattern',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'format',
  'deprecated',
  'readOnly',
  'writeOnly',
  'contentEncoding',
  'contentMediaType',
]);

const ONE_SCHEMA = ['items', 'additionalProperties', 'not', 'contains', 'propertyNames'] as const;
const SCHEMA_LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const;
const SCHEMA_MAPS = ['properties', 'patternProperties'] as const;

/** Number widths say nothing that a JSON client can act on; 34 even sends some 64-bit ids as text. */
const NUMBER_FORMATS = new Set(['int64', 'int32', 'double', 'float']);

/**
 * The facts of one schema as JSON Schema 2020-12. References stay `#/components/schemas/<Name>`.
 * `checkReference` is called with every reference and throws for a bad one.
 */
export function schemaFacts(
  schema: unknown,
  dialect: Dialect,
  checkReference: (reference: string) => void,
): JsonObject | boolean {
  if (typeof schema === 'boolean') return schema;
  if (!isObject(schema)) return {};
  const recurse = (inner: unknown): JsonObject | boolean =>
    schemaFacts(inner, dialect, checkReference);
  const nullable = dialect === '3.0' && schema['nullable'] === true;
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    checkReference(reference);
    const facts: JsonObject = { $ref: reference };
    if (dialect === '3.0') return nullable ? orNull([facts]) : facts;
    return { ...facts, ...plainFacts(schema) };
  }
  const facts = plainFacts(schema);
  for (const keyword of ONE_SCHEMA)
    if (keyword in schema) facts[keyword] = recurse(schema[keyword]);
  for (const keyword of SCHEMA_LISTS) {
    if (Array.isArray(schema[keyword])) facts[keyword] = asArray(schema[keyword]).map(recurse);
  }
  for (const keyword of SCHEMA_MAPS) {
    if (!isObject(schema[keyword])) continue;
    facts[keyword] = Object.fromEntries(
      Object.entries(schema[keyword]).map(([name, inner]) => [name, recurse(inner)]),
    );
  }
  if (dialect === '3.0') modernRange(facts);
  return tidy(facts, nullable);
}

function plainFacts(schema: JsonObject): JsonObject {
  const facts: JsonObject = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (FACTS.has(keyword)) facts[keyword] = value;
    if (keyword.startsWith('x-') && keyword !== 'x-example') facts[keyword] = value;
  }
  if (NUMBER_FORMATS.has(String(facts['format']))) delete facts['format'];
  if (facts['deprecated'] === false) delete facts['deprecated'];
  return facts;
}

/** OpenAPI 3.0 writes an exclusive bound as a flag beside `minimum`. */
function modernRange(facts: JsonObject): void {
  for (const [flag, bound] of [
    ['exclusiveMinimum', 'minimum'],
    ['exclusiveMaximum', 'maximum'],
  ] as const) {
    const exclusive = facts[flag];
    if (typeof exclusive !== 'boolean') continue;
    Reflect.deleteProperty(facts, flag);
    if (!exclusive || facts[bound] === undefined) continue;
    facts[flag] = facts[bound];
    Reflect.deleteProperty(facts, bound);
  }
}

function tidy(facts: JsonObject, nullable: boolean): JsonObject {
  const untyped = isBareObject(facts);
  if (untyped) {
    // nextcloud/openapi-extractor prints PHP `mixed` and untyped arrays like this: any value.
    delete facts['type'];
    delete facts['default'];
    return facts;
  }
  const single = soleBranch(facts);
  if (single !== undefined) return nullable ? orNull([single]) : single;
  if (nullable) return dropBadDefault(withNull(facts));
  return dropBadDefault(facts);
}

function isBareObject(facts: JsonObject): boolean {
  return (
    facts['type'] === 'object' &&
    ![
      'properties',
      'additionalProperties',
      'patternProperties',
      'propertyNames',
      'allOf',
      'anyOf',
      'oneOf',
      'enum',
      'const',
      'minProperties',
      'maxProperties',
    ].some((keyword) => keyword in facts)
  );
}

/** `{allOf: [x]}` with nothing else (defaults aside) is x: PHP writes nullable references that way. */
function soleBranch(facts: JsonObject): JsonObject | undefined {
  const branches = asArray(facts['allOf']);
  const only = branches[0];
  if (branches.length !== 1 || !isObject(only)) return undefined;
  const rest = Object.keys(facts).filter((keyword) => keyword !== 'allOf' && keyword !== 'default');
  return rest.length === 0 ? only : undefined;
}

function orNull(branches: JsonObject[]): JsonObject {
  return { anyOf: [...branches, { type: 'null' }] };
}

function withNull(facts: JsonObject): JsonObject {
  for (const keyword of ['anyOf', 'oneOf'] as const) {
    const branches = facts[keyword];
    if (Array.isArray(branches) && !('type' in facts)) {
      const has = branches.some((branch) => asObject(branch)['type'] === 'null');
      return has ? facts : { ...facts, [keyword]: [...(branches as unknown[]), { type: 'null' }] };
    }
  }
  if ('allOf' in facts) {
    const { default: initial, ...rest } = facts;
    return { ...orNull([rest]), ...(initial === undefined ? {} : { default: initial }) };
  }
  if (!('type' in facts)) return Object.keys(facts).length === 0 ? { type: 'null' } : facts;
  const types = asArray(facts['type']).length > 0 ? asArray(facts['type']) : [facts['type']];
  const nullableFacts: JsonObject = {
    ...facts,
    type: types.includes('null') ? types : [...types, 'null'],
  };
  const values = facts['enum'];
  if (Array.isArray(values) && !values.includes(null)) {
    nullableFacts['enum'] = [...(values as unknown[]), null];
  }
  return nullableFacts;
}

/** PHP prints `[]` for an empty map and `null` for "not given"; a default must fit its own schema. */
function dropBadDefault(facts: JsonObject): JsonObject {
  if (!('default' in facts) || fitsType(facts['default'], facts)) return facts;
  const { default: _bad, ...rest } = facts;
  return rest;
}

function fitsType(value: unknown, facts: JsonObject): boolean {
  if (Array.isArray(facts['enum']) && !facts['enum'].includes(value)) return false;
  const type = facts['type'];
  if (type === undefined) return value !== null || allowsNull(facts);
  return (Array.isArray(type) ? type : [type]).some((name) => isOfType(value, name));
}

function allowsNull(facts: JsonObject): boolean {
  return ['anyOf', 'oneOf'].some((keyword) =>
    asArray(facts[keyword]).some((branch) => isObject(branch) && isNullType(branch['type'])),
  );
}

function isNullType(type: unknown): boolean {
  return type === 'null' || (Array.isArray(type) && type.includes('null'));
}

function isOfType(value: unknown, type: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

/** Throws unless the reference is `#/components/schemas/<existing name>`. */
export function schemaReferenceCheck(
  file: string,
  place: string,
  schemas: JsonObject,
): (reference: string) => void {
  return (reference) => {
    const match = /^#\/components\/schemas\/([^/]+)$/.exec(reference);
    if (match === null) {
      throw new DocumentError(file, place, `$ref ${reference} is not a local component schema`);
    }
    const name = pointerKey(match[1] ?? '');
    if (name === undefined || !Object.hasOwn(schemas, name)) {
      throw new DocumentError(file, place, `$ref ${reference} points to nothing`);
    }
  };
}
