import { RelayError } from '../errors.ts';

/**
 * Waits for shared work as long as the caller wants to. The work itself goes on: others wait for it too.
 *
 * @throws RelayError `cancelled`
 */
export async function abandonable<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return work;
  const cancelled = (): RelayError => new RelayError('cancelled', 'The call was cancelled.');
  // the work may fail after nobody waits for it any more
  work.catch(() => undefined);
  if (signal.aborted) throw cancelled();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => {
    reject(cancelled());
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
