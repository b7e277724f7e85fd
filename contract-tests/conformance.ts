import { releaseTable } from '../openapi/index.ts';
import type { Release } from '../openapi/index.ts';
import { decode, documentedResponse } from '../relay/nextcloud/decode.ts';
import { Drift } from '../relay/nextcloud/drift.ts';
import { EmptyMaps } from '../relay/nextcloud/empty-maps.ts';
import { bodyBytes } from './matching/bodies.ts';
import { operationFinder } from './operation-finder.ts';
import { readRecordings } from './recording.ts';

/** Operation → where the first recorded answer strays from its document. */
export type Deviations = Readonly<Record<string, string>>;

/** Compares every recorded success with the document of its operation. */
export async function recordedDeviations(release: Release): Promise<{
  readonly checked: number;
  readonly deviations: Deviations;
}> {
  const table = releaseTable(release);
  const find = operationFinder(Object.values(table.operations));
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
