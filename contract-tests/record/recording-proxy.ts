import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { storeBody } from '../matching/bodies.ts';
import { meaningfulHeaders } from '../matching/requests.ts';
import { BASE_PLACEHOLDER } from '../recording.ts';
import type { Exchange, RecordedRequest } from '../recording.ts';
import { keptResponseHeaders } from './redact.ts';

export interface RecordingProxy {
  readonly url: string;
  /** What has passed so far, in order. */
  readonly exchanges: Exchange[];
  /** Requests that the Nextcloud gave no whole answer to. */
  broken: number;
  /** Names the caller of the requests that follow. */
  caller: string;
  close(): Promise<void>;
}

/** Stands between the gateway and a real Nextcloud on loopback and keeps every exchange. */
export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const exchanges: Exchange[] = [];
  const proxy = { caller: 'session', broken: 0 };
  const server = createServer((incoming, outgoing) => {
    const { caller } = proxy;
    forward(target, ownUrl(server), incoming, outgoing, (exchange) => {
      exchanges.push({ caller, ...exchange });
    }).catch(() => {
      proxy.broken += 1;
      outgoing.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(proxy, {
    url: ownUrl(server),
    exchanges,
    close: () => closeServer(server),
  });
}

function ownUrl(server: Server): string {
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

export async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A request as it is stored and compared; `own` is the URL the gateway was given as its Nextcloud. */
export function recordedRequest(
  own: string,
  incoming: IncomingMessage,
  body: Buffer,
): RecordedRequest {
  const url = new URL(incoming.url ?? '/', own);
  const headers = meaningfulHeaders(incoming.headers);
  const text = placeholder(body, own);
  const stored = storeBody(text, headers['content-type'] ?? '');
  const query = [...url.searchParams] as [string, string][];
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    ...(query.length > 0 ? { query } : {}),
    headers: replaceIn(headers, own),
    ...(stored === undefined ? {} : { body: stored }),
  };
}

type Seen = Omit<Exchange, 'caller'>;

async function forward(
  target: string,
  own: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  keep: (exchange: Seen) => void,
): Promise<void> {
  const body = await readAll(incoming);
  const recorded = recordedRequest(own, incoming, body);
  const answer = await send(target, own, incoming, body);
  const bytes = await readAll(answer);
  const headers = keptResponseHeaders(answer.headers);
  const stored = storeBody(placeholder(bytes, target), headers['content-type'] ?? '');
  keep({
    request: recorded,
    response: {
      status: answer.statusCode ?? 0,
      headers: replaceIn(headers, target),
      ...(stored === undefined ? {} : { body: stored }),
    },
  });
  outgoing.writeHead(answer.statusCode ?? 502, {
    ...replaceIn(stripHopByHop(answer.headers), target, own),
  });
  outgoing.end(replaceBytes(bytes, target, own));
}

function send(
  target: string,
  own: string,
  incoming: IncomingMessage,
  body: Buffer,
): Promise<IncomingMessage> {
  const url = new URL(incoming.url ?? '/', target);
  const start = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const payload = replaceBytes(body, own, target);
  const headers = {
    ...replaceIn(stripHopByHop(incoming.headers), own, target),
    host: url.host,
    'accept-encoding': 'identity',
    ...(payload.length > 0 || incoming.headers['content-length'] !== undefined
      ? { 'content-length': String(payload.length) }
      : {}),
  };
  return new Promise((resolve, reject) => {
    // A connection of its own: a kept one may be gone just when a change travels on it.
    const request = start(url, { method: incoming.method, headers, agent: false }, resolve);
    request.on('error', reject);
    request.end(payload);
  });
}

function stripHopByHop(headers: IncomingMessage['headers']): Record<string, string | string[]> {
  const dropped =
    /^(?:connection|keep-alive|transfer-encoding|content-length|content-encoding|upgrade|te|trailer)$/;
  return Object.fromEntries(
    Object.entries(headers).filter(([name, value]) => value !== undefined && !dropped.test(name)),
  ) as Record<string, string | string[]>;
}

function replaceIn<T extends Record<string, string | string[]>>(
  headers: T,
  from: string,
  to = BASE_PLACEHOLDER,
): T {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value)
        ? value.map((one) => one.replaceAll(from, to))
        : value.replaceAll(from, to),
    ]),
  ) as T;
}

/** Replaces a URL in text bodies; JSON of PHP escapes slashes, so both spellings are looked for. */
export function replaceBytes(bytes: Buffer, from: string, to: string): Buffer {
  const escaped = (url: string): string => url.replaceAll('/', '\\/');
  if (!bytes.includes(from) && !bytes.includes(escaped(from))) return bytes;
  const text = bytes.toString('latin1').replaceAll(from, to).replaceAll(escaped(from), escaped(to));
  return Buffer.from(text, 'latin1');
}

function placeholder(bytes: Buffer, url: string): Buffer {
  return replaceBytes(bytes, url, BASE_PLACEHOLDER);
}
