import http from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request as it arrived. */
interface Arrived {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface LocalServer {
  readonly url: string;
  /** Every request so far, in order. */
  readonly arrived: Arrived[];
  /** Connections opened so far. */
  connections(): number;
  close(): Promise<void>;
}

export type Handler = (
  request: Arrived,
  response: ServerResponse,
  raw: IncomingMessage,
) => void | Promise<void>;

/** A real HTTP server on a free port of this machine, for faults no Nextcloud gives on demand. */
export async function startLocalServer(handler: Handler): Promise<LocalServer> {
  const arrived: Arrived[] = [];
  let connections = 0;
  const server = http.createServer((raw, response) => {
    void (async () => {
      const { method = '', url = '', headers } = raw;
      const request = { method, url, headers, body: await buffer(raw) };
      arrived.push(request);
      await handler(request, response, raw);
    })().catch(() => response.destroy());
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    connections: () => connections,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

export function ocs(
  response: ServerResponse,
  data: unknown,
  statuscode = 200,
  message = 'OK',
): void {
  const status = statuscode === 200 ? 'ok' : 'failure';
  json(response, statuscode >= 200 && statuscode < 600 ? statuscode : 200, {
    ocs: { meta: { status, statuscode, message }, data },
  });
}
