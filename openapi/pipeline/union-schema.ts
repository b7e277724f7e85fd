import { asArray, deepEqual, isObject } from './document.ts';
import type { JsonObject } from './document.ts';

/**
 * One schema that fits what any of the releases sends: properties that one release lacks become optional, what
 * differs becomes an alternative.
 */
export function unionSchema(schemas: readonly JsonObject[]): JsonObject {
  return schemas.reduce((left, right) => union(left, right));
}

function union(left: JsonObject, right: JsonObject): JsonObject {
  if (deepEqual(left, right)) return left;
  if (isPlainObject(left) && isPlainObject(right)) return unionObjects(left, right);
  if (
    left['type'] === 'array' &&
    right['type'] === 'array' &&
    isObject(left['items']) &&
    isObject(right['items'])
  ) {
    return { type: 'array', items: union(left['items'], right['items']) };
  }
  const branches = [...alternatives(left), ...alternatives(right)];
  const distinct = branches.filter(
    (branch, index) => branches.findIndex((other) => deepEqual(other, branch)) === index,
  );
  return distinct.some((branch) => Object.keys(branch).length === 0) ? {} : { anyOf: distinct };
}

function isPlainObject(schema: JsonObject): boolean {
  const rest = Object.keys(schema).filter(
    (keyword) => !['type', 'properties', 'required'].includes(keyword),
  );
  return schema['type'] === 'object' && isObject(schema['properties']) && rest.length === 0;
}

function unionObjects(left: JsonObject, right: JsonObject): JsonObject {
  const ours = left['properties'] as Record<string, JsonObject>;
  const theirs = right['properties'] as Record<string, JsonObject>;
  const properties: JsonObject = {};
  for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const a = ours[name];
    const b = theirs[name];
    properties[name] = a !== undefined && b !== undefined ? union(a, b) : (a ?? b);
  }
  const inBoth = asArray(left['required']).filter((name) =>
    asArray(right['required']).includes(name),
  );
  return { type: 'object', properties, ...(inBoth.length === 0 ? {} : { required: inBoth }) };
}

function alternatives(schema: JsonObject): JsonObject[] {
  const only = Object.keys(schema).length === 1 && Array.isArray(schema['anyOf']);
  return only ? (schema['anyOf'] as JsonObject[]) : [schema];
}
