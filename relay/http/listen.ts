import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Listening {
  /** Address to connect to, with the port that was really taken. */
  readonly url: string;
  /** Stops accepting, waits for requests under way up to `graceMs`, then ends what is left. */
  stop(graceMs: number, endStreams: () => Promise<void>): Promise<void>;
}

/** Listens, or throws with Node's code (EADDRINUSE, EACCES, …). */
export async function listen(app: RequestListener, host: string, port: number): Promise<Listening> {
  const server = createServer(app);
  // Longer than the idle time of common proxies, so that they do not reuse a connection we just closed.
  server.keepAliveTimeout = 75_000;
  const stopping = new AbortController();
  server.on('request', (_request, response) => {
    response.once('close', () => {
      // Its connection is idle from the next turn on, and would hold a stopping server until the client drops it.
      if (stopping.signal.aborted)
        setImmediate(() => {
          server.closeIdleConnections();
        });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    url: urlOf(server),
    stop(graceMs, endStreams) {
      stopping.abort();
      return stop(server, graceMs, endStreams);
    },
  };
}

async function stop(
  server: Server,
  graceMs: number,
  endStreams: () => Promise<void>,
): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  server.closeIdleConnections();
  const grace = new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref());
  await Promise.race([closed, grace]);
  await endStreams();
  server.closeAllConnections();
  await closed;
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${String(port)}`;
}
