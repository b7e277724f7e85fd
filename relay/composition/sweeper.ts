import type { Logger } from '../log.ts';

const EVERY_MS = 60_000;

/** Runs the given clean-ups every minute, one after the other, until it is stopped. */
export function startSweeper(
  sweeps: readonly (() => Promise<unknown>)[],
  log: Logger,
): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  async function sweep(): Promise<void> {
    for (const one of sweeps) {
      try {
        await one();
      } catch (cause) {
        log.warn('a clean-up failed', { cause });
      }
    }
  }
  const timer = setInterval(() => {
    running = running.then(sweep);
  }, EVERY_MS);
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      return running;
    },
  };
}
