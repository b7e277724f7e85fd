import { releaseTable } from '../openapi/index.ts';
import type { Operation, Release } from '../openapi/index.ts';
import { decode, documentedResponse } from '../relay/nextcloud/decode.ts';
import { Drift } from '../relay/nextcloud/drift.ts';
import { EmptyMaps } from '../relay/nextcloud/empty-maps.ts';
import { bodyBytes } from './matching/bodies.ts';
import { readRecordings } from './recording.ts';
import type { Exchange } from './recording.ts';

/** Operation → where the first recorded answer strays from its document. */
export type Deviations = Readonly<Record<string, string>>;

/** Compares every recorded success with the document of its operation. */
export async function recordedDeviations(release: Release): Promise<{
  readonly checked: number;
  readonly deviations: Deviations;
}> {
  const table = releaseTable(release);
  const find = finder(Object.values(table.operations));
  const emptyMaps = new EmptyMaps(table.definitions);
  const deviations: Record<string, string> = {};
  let checked = 0;
  for (const exchange of readRecordings(release).flatMap((recording) => recording.exchanges)) {
    const operation = find(exchange);
    const { response } = exchange;
    if (operation === undefined || response.status >= 300) continue;
    const schema = documentedResponse(operation, response.status)?.schema;
    if (schema === undefined || operation.key in deviations) continue;
    const bytes = bodyBytes(response.body);
    const drift = new Drift(table.definitions);
    const data = await decode(operation, { ...response, bytes }, { emptyMaps, basePath: '' }).catch(
      () => null, // a refusal inside a 200
    );
    if (data === null) continue;
    drift.check(operation.key, schema, data);
    checked += 1;
    const [entry] = drift.report();
    if (entry !== undefined) deviations[operation.key] = entry.last ?? 'strays';
  }
  return { checked, deviations };
}

/** Finds the operation of an exchange: same method, path template fits, most literal template first. */
function finder(operations: readonly Operation[]): (exchange: Exchange) => Operation | undefined {
  const patterns = operations
    .map((operation) => ({
      operation,
      pattern: pathPattern(operation),
      holes: countHoles(operation),
      // Cookbook prints the path of core's capabilities as its own
      weight: operation.path.length + Number(operation.app === 'core'),
    }))
    .sort((a, b) => a.holes - b.holes || b.weight - a.weight);
  return ({ request }) =>
    patterns.find(
      ({ operation, pattern }) => operation.method === request.method && pattern.test(request.path),
    )?.operation;
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function countHoles({ path, constants = {} }: Operation): number {
  return [...path.matchAll(/\{([^}]+)\}/g)].filter(([, name = '']) => !(name in constants)).length;
}

function pathPattern({ path, constants = {}, parameters }: Operation): RegExp {
  const parts = path.split(/(\{[^}]+\})/).map((part) => {
    const name = /^\{([^}]+)\}$/.exec(part)?.[1];
    if (name === undefined) return literal(part);
    const constant = constants[name];
    if (constant !== undefined) return literal(constant);
    const parameter = Object.values(parameters).find(
      ({ in: place, wire }) => place === 'path' && wire === name,
    );
    return parameter?.slashes === true ? '.*' : '[^/]+';
  });
  return new RegExp(`^${parts.join('')}$`);
}
