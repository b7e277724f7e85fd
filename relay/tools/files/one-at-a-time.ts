import type { ToolContext } from '../tool.ts';

/** Last work under way per file; entries go when their work is done. */
const queues = new Map<string, Promise<unknown>>();

/**
 * Runs changes of one file after another. ETags of local storage are made of the second of change and the size, so
 * `If-Match` alone would let two quick writes of equal size through.
 */
export async function oneAtATime<T>(
  path: string,
  { nextcloud }: Pick<ToolContext, 'nextcloud'>,
  work: () => Promise<T>,
): Promise<T> {
  const key = `${nextcloud.baseUrl} ${await nextcloud.userId()} ${path}`;
  const before = queues.get(key) ?? Promise.resolve();
  const mine = before.then(work, work);
  queues.set(key, mine);
  try {
    return await mine;
  } finally {
    if (queues.get(key) === mine) queues.delete(key);
  }
}
