import { asArray, isObject } from './document.ts';
import type { JsonObject } from './document.ts';

/** Keywords whose schemas apply to the very same value, not to a part of it. */
const SAME_VALUE = ['allOf', 'anyOf', 'oneOf'] as const;

const COMPONENT = /^#\/components\/schemas\/([^/]+)$/;

/**
 * A reference that comes back to its own schema without stepping into a property or an item (`A` is `allOf: [A, …]`;
 * a base that is one of its children, each of which is all of the base) says nothing, and a validator never ends
 * following it. The one that closes the circle is taken out of `schemas`. Gives what was taken out, `A → A`.
 */
export function removeEndlessReferences(schemas: JsonObject): string[] {
  const removed: string[] = [];
  const done = new Set<string>();
  const visit = (name: string, open: readonly string[]): void => {
    if (done.has(name)) return;
    for (const holder of sameValue(schemas[name])) {
      const target = COMPONENT.exec(String(holder['$ref']))?.[1];
      if (target === undefined) continue;
      if (![...open, name].includes(target)) visit(target, [...open, name]);
      else {
        Reflect.deleteProperty(holder, '$ref');
        removed.push(`${name} → ${target}`);
      }
    }
    done.add(name);
  };
  for (const name of Object.keys(schemas).sort()) visit(name, []);
  return removed;
}

function sameValue(schema: unknown): JsonObject[] {
  if (!isObject(schema)) return [];
  const inner = SAME_VALUE.flatMap((keyword) => asArray(schema[keyword]));
  return [schema, ...[...inner, schema['not']].flatMap(sameValue)];
}
