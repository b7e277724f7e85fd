import { Validator } from '@cfworker/json-schema';
import type { JsonSchema } from '../../openapi/index.ts';
import type { Definitions } from './empty-maps.ts';

/** How far real answers of one operation strayed from its document. */
export interface DriftEntry {
  readonly operation: string;
  readonly checked: number;
  readonly strayed: number;
  /** Where and how, of the last answer that strayed; no content. */
  readonly last?: string;
}

const ALWAYS = 10;
const THEN_EVERY = 100;

interface Counter {
  seen: number;
  checked: number;
  strayed: number;
  last?: string;
}

/**
 * Compares answers with their documents and counts. It never changes or refuses an answer: the server is right and
 * the document is to be corrected. After the first answers of an operation only some are compared, to stay cheap.
 */
export class Drift {
  readonly #definitions: Definitions;
  readonly #validators = new Map<JsonSchema, Validator | undefined>();
  readonly #counters = new Map<string, Counter>();

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  check(operation: string, schema: JsonSchema | undefined, value: unknown): void {
    if (schema === undefined) return;
    const counter = this.#counters.get(operation) ?? { seen: 0, checked: 0, strayed: 0 };
    this.#counters.set(operation, counter);
    counter.seen += 1;
    if (counter.seen > ALWAYS && counter.seen % THEN_EVERY !== 0) return;
    counter.checked += 1;
    const deviation = this.#deviation(schema, value);
    if (deviation === undefined) return;
    counter.strayed += 1;
    counter.last = deviation;
  }

  /** Operations whose answers strayed, most often first. */
  report(): DriftEntry[] {
    return [...this.#counters]
      .filter(([, counter]) => counter.strayed > 0)
      .map(([operation, { checked, strayed, last }]) => ({
        operation,
        checked,
        strayed,
        ...(last === undefined ? {} : { last }),
      }))
      .sort((a, b) => b.strayed - a.strayed || a.operation.localeCompare(b.operation));
  }

  #deviation(schema: JsonSchema, value: unknown): string | undefined {
    try {
      const result = this.#validator(schema)?.validate(value);
      if (result === undefined || result.valid) return undefined;
      const { instanceLocation, keyword, keywordLocation } = result.errors.at(-1) ?? {};
      return `${instanceLocation ?? '#'}: ${keyword ?? 'schema'} (${keywordLocation ?? '#'})`;
    } catch (error) {
      return `document cannot be checked (${error instanceof Error ? error.name : 'unknown'})`;
    }
  }

  #validator(schema: JsonSchema): Validator | undefined {
    if (!this.#validators.has(schema)) {
      this.#validators.set(schema, undefined);
      const whole = { ...schema, $defs: reachable(schema, this.#definitions) };
      this.#validators.set(schema, new Validator(whole, '2020-12'));
    }
    return this.#validators.get(schema);
  }
}

/** Only the definitions a schema needs: preparing all of them for each would take seconds. */
function reachable(schema: JsonSchema, definitions: Definitions): Record<string, JsonSchema> {
  const found: Record<string, JsonSchema> = {};
  const open: JsonSchema[] = [schema];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const name of references(next)) {
      const definition = definitions[name];
      if (definition === undefined || Object.hasOwn(found, name)) continue;
      found[name] = definition;
      open.push(definition);
    }
  }
  return found;
}

function references(schema: JsonSchema): string[] {
  const names: string[] = [];
  JSON.stringify(schema, (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string') names.push(value.replace('#/$defs/', ''));
    return value;
  });
  return names;
}
