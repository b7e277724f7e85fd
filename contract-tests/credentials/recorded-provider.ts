import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProviderExchange, ProviderRecording } from './recordings.ts';

/** A request as our code sent it. */
interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly form: Readonly<Record<string, string>>;
  readonly json: unknown;
}

/** An identity provider on loopback that answers as the real one was recorded to. */
export interface RecordedProvider {
  readonly origin: string;
  /** All requests but those for metadata. */
  readonly sent: SentRequest[];
  /** Answers the next request to the exchange's path with it. */
  play(exchange: ProviderExchange): void;
  /** With the origins of this run and with tokens that have the recorded claims, but no signature. */
  filled<T>(value: T, exchange: ProviderExchange): T;
  close(): Promise<void>;
}

/** Origins that stand in for the recorded ones. */
const ORIGINS: Readonly<Record<string, string>> = {
  gateway: 'https://gateway.example.org',
  nextcloud: 'https://cloud.example.org',
  client: 'http://127.0.0.1:7777',
};

/** GETs are answered from the recording at any time; everything else only when it is to be played. */
export async function startRecordedProvider(
  recording: ProviderRecording,
): Promise<RecordedProvider> {
  const sent: SentRequest[] = [];
  let playing: ProviderExchange | undefined;

  const server = createServer((request, response) => {
    void (async () => {
      const body = await bodyOf(request);
      const exchange = answerTo(request);
      if (exchange === undefined) {
        response.writeHead(599).end();
        return;
      }
      if (request.method !== 'GET') sent.push(sentRequest(request, body));
      const { status, headers, body: recorded } = provider.filled(exchange.response, exchange);
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
      response.end(recorded === undefined ? '' : JSON.stringify(recorded));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

  function answerTo({ method, url = '' }: IncomingMessage): ProviderExchange | undefined {
    const fits = (one: ProviderExchange): boolean =>
      one.request.method === method &&
      provider.filled(one.request.path, one) === new URL(url, origin).pathname;
    if (method === 'GET') return recording.exchanges.find(fits);
    const exchange = playing;
    playing = undefined;
    return exchange !== undefined && fits(exchange) ? exchange : undefined;
  }

  const provider: RecordedProvider = {
    origin,
    sent,
    play(exchange) {
      playing = exchange;
    },
    filled<T>(value: T, { tokens = {} }: ProviderExchange): T {
      const fill = (text: string, ownTokens: boolean): string =>
        text.replace(/\{\{([\w-]+)\}\}/g, (_, name: string) => {
          const token = tokens[name];
          if (name === 'provider') return origin;
          if (token === undefined || !ownTokens) return ORIGINS[name] ?? `recorded-${name}`;
          const parts = [token.header, token.payload].map((part) => fillIn(part, false));
          return [...parts.map(encoded), 'c2lnbmF0dXJl'].join('.');
        });
      const fillIn = <V>(inner: V, ownTokens: boolean): V =>
        mapTexts(inner, (text) => fill(text, ownTokens)) as V;
      return fillIn(value, true);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return provider;
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, mapTexts(inner, change)]),
  );
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function sentRequest(request: IncomingMessage, body: string): SentRequest {
  const isJson = request.headers['content-type']?.includes('json') === true;
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    authorization: request.headers.authorization,
    form: isJson ? {} : Object.fromEntries(new URLSearchParams(body)),
    json: isJson ? JSON.parse(body) : undefined,
  };
}
