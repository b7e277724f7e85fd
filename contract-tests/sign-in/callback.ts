import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where a native client waits for its browser: an address on this machine. */
export interface Callback {
  readonly url: string;
  /** The next answer that nobody took yet. */
  next(): Promise<URLSearchParams>;
  /** Answers that nobody took yet. */
  waiting(): number;
  close(): Promise<void>;
}

const PAGE = `<!doctype html><html lang="en"><title>Back in the app</title><h1>Back in the app</h1>
<p>You can close this window.</p></html>`;

export async function openCallback(): Promise<Callback> {
  const answers: URLSearchParams[] = [];
  const takers: ((answer: URLSearchParams) => void)[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname === '/callback') {
      const taker = takers.shift();
      if (taker === undefined) answers.push(url.searchParams);
      else taker(url.searchParams);
    }
    response.writeHead(200, { 'Content-Type': 'text/html' });
    response.end(PAGE);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/callback`,
    next() {
      const answer = answers.shift();
      if (answer !== undefined) return Promise.resolve(answer);
      return new Promise((resolve) => takers.push(resolve));
    },
    waiting: () => answers.length,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
