import { Worker } from 'node:worker_threads';
import { UnreadableDocument } from './document.ts';
import type { Extraction, Format, Wish } from './document.ts';
import type { Outcome } from './worker.ts';

export interface Bounds {
  readonly timeoutMs: number;
  /** Heap of the worker. */
  readonly maxHeapMb: number;
}

export const DEFAULT_BOUNDS: Bounds = { timeoutMs: 30_000, maxHeapMb: 256 };

/** Workers at once; each may take `maxHeapMb` and a core. */
const MAX_WORKERS = 2;
const waiting: (() => void)[] = [];
let running = 0;

/**
 * Takes the text out of a document in a worker of its own, which ends when it takes too long, too much memory, or the
 * caller gives up. `bytes` are handed over and cannot be used afterwards.
 *
 * @throws UnreadableDocument with a message fit to be shown; the signal's reason when it was raised
 */
export async function readDocument(
  format: Format,
  bytes: Uint8Array,
  wish: Wish,
  signal: AbortSignal,
  bounds: Bounds = DEFAULT_BOUNDS,
): Promise<Extraction> {
  await turn();
  try {
    signal.throwIfAborted();
    const outcome = await inWorker({ format, bytes, wish }, signal, bounds);
    if ('extraction' in outcome) return outcome.extraction;
    throw new UnreadableDocument(outcome.unreadable ?? 'Its reader failed; it may be damaged.');
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

async function turn(): Promise<void> {
  while (running >= MAX_WORKERS) {
    await new Promise<void>((go) => {
      waiting.push(go);
    });
  }
  running += 1;
}

function inWorker(
  order: { format: Format; bytes: Uint8Array; wish: Wish },
  signal: AbortSignal,
  { timeoutMs, maxHeapMb }: Bounds,
): Promise<Outcome> {
  // a copy of its own: the memory of a pooled Buffer is shared with others
  const bytes = new Uint8Array(order.bytes);
  const worker = new Worker(workerFile(), {
    workerData: { ...order, bytes },
    transferList: [bytes.buffer],
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, maxYoungGenerationSizeMb: 32 },
    // nothing of the process's secrets is needed to read a document
    env: {},
    stdout: true,
    stderr: true,
  });
  return new Promise<Outcome>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new UnreadableDocument(`It took longer than ${String(timeoutMs / 1000)} seconds.`));
    }, timeoutMs);
    const cancel = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('Cancelled'));
    };
    signal.addEventListener('abort', cancel, { once: true });
    worker.once('message', (outcome: Outcome) => {
      resolve(outcome);
    });
    worker.once('error', (error: NodeJS.ErrnoException) => {
      const full = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      reject(
        new UnreadableDocument(
          full ? 'It needs too much memory.' : 'Its reader failed; it may be damaged.',
        ),
      );
    });
    worker.once('exit', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      reject(new UnreadableDocument('Its reader ended early.'));
    });
  }).finally(() => void worker.terminate());
}

/** Sources run as they are; a built package has JavaScript beside it. */
function workerFile(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);
}
