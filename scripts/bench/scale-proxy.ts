import { createServer, request as startRequest } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Bodies only: headers are the same few hundred bytes for every request. */
export interface Traffic {
  readonly requests: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
}

export interface CountingProxy {
  readonly url: string;
  /** What passed since the last call, then begins again at zero. */
  take(): Traffic;
  close(): Promise<void>;
}

/** Stands between a gateway and a Nextcloud and counts; bodies are passed on as they come, never held. */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const traffic = { requests: 0, bytesUp: 0, bytesDown: 0 };
  const server = createServer((incoming, outgoing) => {
    traffic.requests += 1;
    const counters = {
      up: counter((bytes) => (traffic.bytesUp += bytes)),
      down: counter((bytes) => (traffic.bytesDown += bytes)),
    };
    forward({ target, own: urlOf(server) }, incoming, outgoing, counters).catch(() => {
      outgoing.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: urlOf(server),
    take() {
      const taken = { ...traffic };
      Object.assign(traffic, { requests: 0, bytesUp: 0, bytesDown: 0 });
      return taken;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function forward(
  { target, own }: { target: string; own: string },
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  counters: { up: Transform; down: Transform },
): Promise<void> {
  const url = new URL(incoming.url ?? '/', target);
  const headers = {
    ...moved(incoming.headers, own, target),
    host: url.host,
    // compressed sizes would depend on the server's settings
    'accept-encoding': 'identity',
  };
  const request = startRequest(url, { method: incoming.method, headers });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', reject);
  });
  const sent = pipeline(incoming, counters.up, request);
  const [answer] = await Promise.all([answered, sent]);
  outgoing.writeHead(answer.statusCode ?? 502, moved(answer.headers, target, own));
  await pipeline(answer, counters.down, outgoing);
}

/** Headers with URLs of one side told as URLs of the other; `Destination` is such a one. */
function moved(headers: IncomingHttpHeaders, from: string, to: string): IncomingHttpHeaders {
  const dropped = new Set(['connection', 'keep-alive', 'transfer-encoding']);
  const swap = (text: string): string => text.replaceAll(from, to);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      if (value === undefined || dropped.has(name)) return [];
      return [[name, Array.isArray(value) ? value.map(swap) : swap(value)]];
    }),
  );
}

function counter(add: (bytes: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      add(chunk.length);
      done(null, chunk);
    },
  });
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}
