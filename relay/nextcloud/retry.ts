import { setTimeout as wait } from 'node:timers/promises';
import type { RawResponse } from './http.ts';
import { parseRetryAfter } from './retry-after.ts';
import { isSafe } from './safe-methods.ts';
import { TransportFailure } from './transport-failure.ts';

/** Time and chance, replaced in tests. */
export interface Pauses {
  /** Rejects when the signal is raised. */
  sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void>;
  /** 0 ≤ n < 1 */
  random(): number;
  /** Milliseconds since the epoch. */
  now(): number;
}

export const REAL_PAUSES: Pauses = {
  sleep: async (milliseconds, signal) => {
    await wait(milliseconds, undefined, signal === undefined ? {} : { signal });
  },
  random: Math.random,
  now: Date.now,
};

const MAX_ATTEMPTS = 3;
/** A server that asks for more patience gets the question back: the caller decides. */
const MAX_WAIT_MS = 10_000;
const LOCK_WAIT_MS = 200;

/**
 * Repeats a request where that is safe. Reads: 429 and 503 that name a time, 423, and a connection that broke.
 * Writes: only 429 and 423, which say that nothing was done; never after silence.
 */
export async function withRetry(
  method: string,
  attempt: () => Promise<RawResponse>,
  pauses: Pauses,
  signal: AbortSignal | undefined,
): Promise<RawResponse> {
  for (let tries = 1; ; tries += 1) {
    const last = tries >= MAX_ATTEMPTS;
    try {
      const answer = await attempt();
      const pause = last ? undefined : pauseAfter(method, answer, tries, pauses);
      if (pause === undefined) return answer;
      await paused(pause, pauses, signal);
    } catch (error) {
      if (last || !brokeSafely(method, error)) throw error;
    }
  }
}

function pauseAfter(
  method: string,
  answer: RawResponse,
  tries: number,
  pauses: Pauses,
): number | undefined {
  if (answer.status === 423) return spread(LOCK_WAIT_MS * 2 ** tries, pauses);
  const counts = answer.status === 429 || (answer.status === 503 && isSafe(method));
  const seconds = counts ? parseRetryAfter(answer.headers['retry-after'], pauses.now()) : undefined;
  if (seconds === undefined || seconds * 1000 > MAX_WAIT_MS) return undefined;
  return seconds * 1000 + spread(250, pauses);
}

/** Somewhere in the upper half, so that many clients do not come back at once. */
function spread(milliseconds: number, pauses: Pauses): number {
  return Math.round(milliseconds * (0.5 + pauses.random() / 2));
}

/** An idle connection that the server had just closed is the usual reason. */
function brokeSafely(method: string, error: unknown): boolean {
  return error instanceof TransportFailure && error.code === 'ECONNRESET' && isSafe(method);
}

async function paused(
  milliseconds: number,
  pauses: Pauses,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await pauses.sleep(milliseconds, signal);
  } catch (error) {
    // whatever was tried so far had answered: nothing is under way
    throw signal?.aborted === true ? new TransportFailure('cancelled', '', false) : error;
  }
}
