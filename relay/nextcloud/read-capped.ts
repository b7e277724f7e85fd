import type { Readable } from 'node:stream';
import { TransportFailure } from './transport-failure.ts';

/** Reads a stream whole, but never more than `limit` bytes of it, and stops when the signal is raised. */
export function readCapped(stream: Readable, limit: number, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let ended = false;
    const abort = (): void => {
      stream.destroy(new Error('aborted'));
    };
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      chunks.push(chunk);
      if (size > limit) stream.destroy(new TransportFailure('too_large', '', true));
    });
    stream.once('end', () => {
      ended = true;
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size));
    });
    stream.once('error', reject);
    stream.once('close', () => {
      signal.removeEventListener('abort', abort);
      // a connection that closes early may end the stream without an error
      if (!ended) reject(Object.assign(new Error('closed early'), { code: 'ECONNRESET' }));
    });
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
  });
}
