import { parentPort, workerData } from 'node:worker_threads';
import { UnreadableDocument } from './document.ts';
import type { Extraction, Format, Wish } from './document.ts';
import { readFormat } from './read-format.ts';

interface Order {
  readonly format: Format;
  readonly bytes: Uint8Array;
  readonly wish: Wish;
}

export type Outcome =
  | { readonly extraction: Extraction }
  /** `unreadable` is fit to be shown; undefined when the reader broke. */
  | { readonly unreadable: string | undefined };

/** One document per worker: it ends, or is ended, with it. */
const { format, bytes, wish } = workerData as Order;
parentPort?.postMessage(await outcome());

async function outcome(): Promise<Outcome> {
  try {
    return { extraction: await readFormat(format, bytes, wish) };
  } catch (error) {
    return { unreadable: error instanceof UnreadableDocument ? error.message : undefined };
  }
}
