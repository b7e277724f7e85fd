import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What reached the upstream. */
export interface Seen {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Settles when the connection is gone before the answer was complete, or after it. */
  readonly closed: Promise<void>;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: string | Uint8Array;
}

export type Handle = (seen: Seen) => Answer | undefined | Promise<Answer | undefined>;

export interface LocalNextcloud {
  readonly url: string;
  readonly seen: Seen[];
  /** Requests beside those about the server itself (version, apps, user). */
  calls(): Seen[];
  close(): Promise<void>;
}

/**
 * A local HTTP server that answers like a Nextcloud 32 with Notes and Cookbook, for tests of what lies in front of the
 * real one. What `handle` does not answer is 404.
 */
export async function startLocalNextcloud(
  handle: Handle = () => undefined,
): Promise<LocalNextcloud> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks).toString('utf8');
      const one: Seen = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body,
        closed: new Promise((resolve) => response.once('close', resolve)),
      };
      seen.push(one);
      const answer = (await handle(one)) ??
        aboutServer(one) ?? { status: 404, json: { message: 'Not found' } };
      const type = answer.json === undefined ? {} : { 'Content-Type': 'application/json' };
      response.writeHead(answer.status ?? 200, { ...type, ...answer.headers });
      response.end(answer.json === undefined ? answer.body : JSON.stringify(answer.json));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    seen,
    calls: () =>
      seen.filter(
        (one) => !/^\/(?:ocs\/v2\.php\/(?:cloud|core\/navigation)|status\.php)/.test(one.url),
      ),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function ocs(data: unknown): Answer {
  return { json: { ocs: { meta: { status: 'ok', statuscode: 200, message: 'OK' }, data } } };
}

function aboutServer({ url }: Seen): Answer | undefined {
  if (url.startsWith('/status.php')) {
    return {
      json: {
        installed: true,
        maintenance: false,
        productname: 'Nextcloud',
        versionstring: '32.0.1',
      },
    };
  }
  if (url.startsWith('/ocs/v2.php/cloud/capabilities')) {
    const version = { major: 32, minor: 0, micro: 1, string: '32.0.1' };
    return ocs({
      version,
      capabilities: { notes: { api_version: ['1.4'] }, cookbook: {}, core: {} },
    });
  }
  if (url.startsWith('/ocs/v2.php/core/navigation/apps'))
    return ocs([{ id: 'cookbook', app: 'cookbook' }]);
  if (url.startsWith('/ocs/v2.php/cloud/user')) return ocs({ id: 'alice' });
  return undefined;
}
