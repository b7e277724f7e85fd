import type { AnswerShape } from './answer-shape.ts';
import type { Exchange } from './recording.ts';

/** What live exchanges say of a contract that was recorded. */
export interface ContractChanges {
  /** The server answers otherwise. */
  readonly changed: readonly string[];
  /** Asked when it was recorded, and not this time: some requests depend on how fast the server is. */
  readonly unasked: readonly string[];
}

export interface Scope {
  /** App of the scenario. What others announce is no part of it: they may be missing, or of another version. */
  readonly app: string;
  readonly shapeOf: AnswerShape;
}

/** How live exchanges of a scenario differ from the recorded ones. */
export function contractChanges(
  { app, shapeOf }: Scope,
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
    const now = shapeOf(after);
    const lost = [...shapeOf(before)].filter(
      (shape) => !now.has(shape) && !isOfAnother(app, before, shape),
    );
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

function isOfAnother(app: string, { request }: Exchange, shape: string): boolean {
  if (!request.path.endsWith('/cloud/capabilities')) return false;
  const owner = /^\.ocs\.data\.capabilities\.([^.[]+)/.exec(shape)?.[1];
  return owner !== undefined && owner !== app;
}
