/** Work under way, by what it changes. */
const queues = new Map<string, Promise<unknown>>();

/**
 * Runs work on one thing after all earlier work on the same thing, so that two edits of this process never read the
 * same state and overwrite each other. A failure does not stop what waits behind it.
 */
export async function oneAtATime<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = queues.get(key) ?? Promise.resolve();
  const run = before.then(work, work);
  queues.set(key, run);
  try {
    return await run;
  } finally {
    if (queues.get(key) === run) queues.delete(key);
  }
}
