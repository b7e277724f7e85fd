import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes from which a body or an answer counts as large. */
export const LARGE = 256 * 1024;

/** What may outlive the small collections before everything is looked through. */
const MOST_LEFT_BYTES = 8 * 1024 * 1024;

type Collect = (options: {
  readonly type: 'minor' | 'major';
  /** Until nothing more is found, and the system has its memory back. */
  readonly flavor?: 'last-resort';
}) => void;

let collect: Collect | undefined;
let settledBytes = Infinity;

/**
 * Frees what large calls left behind, before the next one begins; small calls never come here. Left to itself, V8
 * takes megabytes in use for long-lived whenever it collects in the middle of a call, and lets a hundred MB of such
 * leftovers gather before it looks at them again. It takes about a millisecond, and now and then some tens.
 */
export function collectYoungGarbage(): void {
  collect ??= collector();
  collect({ type: 'minor' });
  if (heldBytes() > settledBytes + MOST_LEFT_BYTES) collect({ type: 'major' });
  settledBytes = Math.min(settledBytes, heldBytes());
}

/**
 * Gives back what starting left behind, a quarter of the memory of a gateway that nobody calls yet: V8 by itself waits
 * for twenty quiet seconds. It holds everything up for some 60 ms.
 */
export function collectStartUpGarbage(): void {
  collect ??= collector();
  collect({ type: 'major', flavor: 'last-resort' });
}

/** In the heap, and outside of it for its objects: long strings, bytes. */
function heldBytes(): number {
  const { used_heap_size: heap, external_memory: outside } = getHeapStatistics();
  return heap + outside;
}

/** V8 gives its collector to contexts that are made while the flag is set; no start option is needed so. */
function collector(): Collect {
  setFlagsFromString('--expose-gc');
  try {
    return runInNewContext('gc') as Collect;
  } finally {
    setFlagsFromString('--no-expose-gc');
  }
}
