import { canonicalJson } from './matching/bodies.ts';
import type { Exchange, StoredBody } from './recording.ts';

/** What live exchanges say of a contract that was recorded. */
export interface ContractChanges {
  /** The server answers otherwise. */
  readonly changed: readonly string[];
  /** Asked when it was recorded, and not this time: some requests depend on how fast the server is. */
  readonly unasked: readonly string[];
}

/**
 * How live exchanges of a scenario of `app` differ from the recorded ones. What other apps of the server announce is no
 * part of it: they may be missing, or of another version.
 */
export function contractChanges(
  app: string,
  recorded: readonly Exchange[],
  live: readonly Exchange[],
): ContractChanges {
  const changed: string[] = [];
  const left = [...live];
  const take = (isIt: (after: Exchange) => boolean): Exchange | undefined => {
    const at = left.findIndex(isIt);
    return at < 0 ? undefined : left.splice(at, 1)[0];
  };
  // one that was answered alike is the same one, wherever it stands between its repeats
  const otherwise = recorded.filter((before) => {
    const after = take((one) => isSame(one, before) && statusOf(one) === statusOf(before));
    if (after === undefined) return true;
    const lost = shapeChanges(before, after).filter((shape) => !isOfAnother(app, before, shape));
    changed.push(...lost.map((shape) => `${place(before)}: answer lost ${shape}`));
    return false;
  });
  const unasked = otherwise.filter((before) => {
    const after = take((one) => isSame(one, before));
    if (after === undefined) return true;
    changed.push(`${place(before)}: status ${statusOf(before)} became ${statusOf(after)}`);
    return false;
  });
  return { changed, unasked: unasked.map((before) => `${place(before)}: not asked this time`) };
}

function isSame(one: Exchange, other: Exchange): boolean {
  return place(one) === place(other);
}

function statusOf({ response }: Exchange): number {
  return response.status;
}

/** Method and path with ids and times of deletion taken out: they differ from run to run. */
function place({ caller, request }: Exchange): string {
  return `${caller}: ${request.method} ${request.path.replace(/(?<=[/-]|\.d)[0-9]+(?=\/|\.|$)/g, '{n}')}`;
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
      const step = `${path}.${withoutId(key)}`;
      found.add(step);
      collect(inner, step, found);
    }
  } else if (path === '') {
    found.add(canonicalJson(typeof value));
  }
}

/** Some maps go by ids: `57`, `column_57`. */
function withoutId(key: string): string {
  return key.replace(/(?<=^|_)\d+$/, '{n}');
}
