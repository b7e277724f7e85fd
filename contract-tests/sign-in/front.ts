import { createServer, request as send } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A load balancer as small as can be: every request goes to the next backend, whoever sends it. */
export interface Front {
  /** `http://localhost:…`: a name of its own, for browsers share cookies among all ports of one. */
  readonly url: string;
  /** Roots of the backends, in turn. */
  backends: string[];
  /** Which backend answered, by `METHOD path`. */
  readonly answered: { readonly request: string; readonly backend: string }[];
  /** Backends that work on a request just now. */
  busy(): string[];
  close(): Promise<void>;
}

export async function openFront(): Promise<Front> {
  let turn = 0;
  const underWay = new Set<{ readonly backend: string }>();
  const server = createServer((request, response) => {
    void forward(request, response).catch(() => response.destroy());
  });

  /** Like real ones, it asks the next when nobody listens: such a request has reached nobody. */
  async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    for (let left = front.backends.length; left > 0; left -= 1) {
      const backend = front.backends[(turn += 1) % front.backends.length] ?? '';
      const work = { backend };
      underWay.add(work);
      const answer = await ask(backend, request, body).finally(() => underWay.delete(work));
      if (answer === 'not there') continue;
      const path = (request.url ?? '').split('?')[0] ?? '';
      front.answered.push({ request: `${request.method ?? ''} ${path}`, backend });
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
      response.on('close', () => answer.destroy());
      return;
    }
    response.writeHead(502).end();
  }

  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const front: Front = {
    url: `http://localhost:${String((server.address() as AddressInfo).port)}`,
    backends: [],
    answered: [],
    busy: () => Array.from(underWay, ({ backend }) => backend),
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return front;
}

function ask(
  backend: string,
  { method = 'GET', url = '/', rawHeaders }: IncomingMessage,
  body: Buffer,
): Promise<IncomingMessage | 'not there'> {
  const { hostname, port } = new URL(backend);
  return new Promise((resolve, reject) => {
    // a connection for each request: none outlives a backend
    const options = { hostname, port, method, path: url, headers: rawHeaders, agent: false };
    const outgoing = send(options, resolve);
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') resolve('not there');
      else reject(error);
    });
    outgoing.end(body);
  });
}
