import { canonicalJson } from './matching/bodies.ts';
import type { Exchange, StoredBody } from './recording.ts';

/**
 * How live exchanges of a scenario of `app` differ from the recorded ones; empty when the contract holds. What other
 * apps of the server announce is no part of it: they may be missing, or of another version.
 */
export function contractChanges(
  app: string,
  recorded: readonly Exchange[],
  live: readonly Exchange[],
): string[] {
  const changes: string[] = [];
  const left = [...live];
  for (const before of recorded) {
    const at = left.findIndex((after) => place(after) === place(before));
    const [after] = at < 0 ? [] : left.splice(at, 1);
    if (after === undefined) {
      changes.push(`${place(before)}: no longer asked`);
    } else if (after.response.status !== before.response.status) {
      changes.push(
        `${place(before)}: status ${before.response.status} became ${after.response.status}`,
      );
    } else {
      const lost = shapeChanges(before, after).filter((shape) => !isOfAnother(app, before, shape));
      changes.push(...lost.map((shape) => `${place(before)}: answer lost ${shape}`));
    }
  }
  return changes;
}

/** Method and path with ids taken out: they differ from run to run. */
function place({ caller, request }: Exchange): string {
  return `${caller}: ${request.method} ${request.path.replace(/(?<=[/-])[0-9]+(?=\/|\.|$)/g, '{n}')}`;
}

function shapeChanges(before: Exchange, after: Exchange): string[] {
  const old = shapes(before.response.body);
  const now = shapes(after.response.body);
  return [...old].filter((shape) => !now.has(shape));
}

function isOfAnother(app: string, { request }: Exchange, shape: string): boolean {
  if (!request.path.endsWith('/cloud/capabilities')) return false;
  const owner = /^\.ocs\.data\.capabilities\.([^.[]+)/.exec(shape)?.[1];
  return owner !== undefined && owner !== app;
}

/** Every property path of a JSON body, lists folded: `data[].title`. Other bodies have no shape. */
function shapes(body: StoredBody | undefined): Set<string> {
  const found = new Set<string>();
  if (body !== undefined && 'json' in body) collect(body.json, '', found);
  return found;
}

function collect(value: unknown, path: string, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, `${path}[]`, found);
  } else if (value !== null && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) {
      const step = `${path}.${/^\d+$/.test(key) ? '{n}' : key}`;
      found.add(step);
      collect(inner, step, found);
    }
  } else if (path === '') {
    found.add(canonicalJson(typeof value));
  }
}
