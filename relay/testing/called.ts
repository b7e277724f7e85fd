import { createServer, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { ErrorRequestHandler, RequestHandler } from 'express';

export interface Called {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** How often the handler behind the checks ran. */
  readonly reached: number;
}

export interface CalledRequest {
  readonly method?: string;
  readonly path?: string;
  /** Lists are sent as several header lines. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
}

/**
 * Sends one real request through the given checks with a counting handler behind them: a refusal counts only when the
 * handler was not reached. Error handlers stand behind it, as in the app.
 */
export async function called(
  checks: readonly RequestHandler[],
  sent: CalledRequest = {},
  behind: { handler?: RequestHandler; errors?: readonly ErrorRequestHandler[] } = {},
): Promise<Called> {
  let reached = 0;
  const app = express();
  for (const check of checks) app.use(check);
  app.use((request, response, next) => {
    reached += 1;
    if (behind.handler === undefined) response.json({ body: request.body as unknown });
    else void behind.handler(request, response, next);
  });
  for (const errors of behind.errors ?? []) app.use(errors);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const answer = await send((server.address() as AddressInfo).port, sent);
    return { ...answer, reached };
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Not `fetch`: it does not let a Host be chosen. */
function send(port: number, sent: CalledRequest): Promise<Omit<Called, 'reached'>> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        port,
        host: '127.0.0.1',
        method: sent.method ?? 'GET',
        path: sent.path ?? '/',
        headers: sent.headers ?? {},
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(sent.body);
  });
}
