import type { IncomingHttpHeaders } from 'node:http';
import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';
import axios from 'axios';
import type { AxiosResponse } from 'axios';
import { PRODUCT } from '../version.ts';
import { createAgents } from './agents.ts';
import type { AgentOptions } from './agents.ts';
import type { SessionCookies } from './cookies.ts';
import { startDeadline } from './deadline.ts';
import type { Deadline } from './deadline.ts';
import { readCapped } from './read-capped.ts';
import { TransportFailure } from './transport-failure.ts';
import { watchedTransport } from './watched-transport.ts';
import type { Watch } from './watched-transport.ts';

export interface HttpOptions extends AgentOptions {
  /** Time to connect, TLS included, in milliseconds. Default 10 000. */
  readonly connectTimeoutMs?: number;
  /** Time for a whole request, and longest silence of a stream, in milliseconds. Default 30 000. */
  readonly timeoutMs?: number;
  /** Largest answer that is read into memory, after unpacking. Default 32 MiB. */
  readonly maxResponseBytes?: number;
  readonly userAgent?: string;
}

export interface RawRequest {
  readonly method: string;
  /** Absolute and already encoded. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly cookies?: SessionCookies;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly maxResponseBytes?: number;
  /** `answer`: a redirect is the answer. Otherwise reads follow it on the same server. */
  readonly redirects?: 'follow' | 'answer';
}

interface StreamingRequest extends Omit<RawRequest, 'body'> {
  readonly body?: Uint8Array | string | Readable;
}

export interface RawResponse {
  readonly status: number;
  /** Lower-case names; `set-cookie` is kept in the jar and not shown. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

export interface StreamingResponse extends Omit<RawResponse, 'bytes'> {
  /** Must be read to its end or destroyed, else the connection stays taken. */
  readonly stream: Readable;
}

/** The one HTTP client. Every status is an answer; only transport trouble throws, as TransportFailure. */
export interface HttpClient {
  send(request: RawRequest): Promise<RawResponse>;
  /** For large bodies: `timeoutMs` limits any silence on the connection, not the whole transfer. */
  sendStreaming(request: StreamingRequest): Promise<StreamingResponse>;
  /** Drops idle connections. */
  close(): void;
}

const MAX_REDIRECTS = 3;
const DEFAULTS = { connectMs: 10_000, totalMs: 30_000, bytes: 32 * 1024 * 1024 };

export function createHttpClient(options: HttpOptions = {}): HttpClient {
  const agents = createAgents(options);
  const client = axios.create({
    httpAgent: agents.http,
    httpsAgent: agents.https,
    responseType: 'stream',
    maxRedirects: 0,
    maxBodyLength: Infinity,
    proxy: false,
    validateStatus: () => true,
    transformRequest: [],
    transformResponse: [],
  });
  // What the library sends by itself would be put together anew for each request; `once` names all there is to send.
  Object.assign(client.defaults, { headers: {} });

  const timeLimit = (request: StreamingRequest): number =>
    request.timeoutMs ?? options.timeoutMs ?? DEFAULTS.totalMs;

  async function once(request: StreamingRequest, url: string, watch: Watch, signal: AbortSignal) {
    const cookie = request.cookies?.header(url) ?? '';
    const answer = await client.request<Readable>({
      method: request.method,
      url,
      data: sendable(request.body),
      signal,
      headers: {
        Accept: '*/*',
        'Content-Type': null, // else the library claims a form
        'User-Agent': options.userAgent ?? `${PRODUCT.name}/${PRODUCT.version}`,
        'Accept-Encoding': 'gzip',
        ...request.headers,
        ...(cookie === '' ? {} : { Cookie: cookie }),
      },
      transport: watchedTransport(watch, {
        connectMs: options.connectTimeoutMs ?? DEFAULTS.connectMs,
        idleMs: timeLimit(request),
      }),
    });
    request.cookies?.store(url, answer.headers['set-cookie'] ?? []);
    return answer;
  }

  async function open(request: StreamingRequest, watch: Watch, signal: AbortSignal) {
    let url = request.url;
    const most = request.redirects === 'answer' ? 0 : MAX_REDIRECTS;
    for (let hop = 0; ; hop += 1) {
      const answer = await once(request, url, watch, signal);
      const next = hop < most ? redirectTarget(request.method, url, answer) : undefined;
      if (next === undefined) return answer;
      answer.data.destroy();
      url = next;
    }
  }

  async function guarded<T>(
    request: StreamingRequest,
    totalMs: number | undefined,
    work: (watch: Watch, deadline: Deadline) => Promise<T>,
  ): Promise<T> {
    const deadline = startDeadline(request.signal, totalMs);
    const watch: Watch = { sent: false, timedOut: false };
    try {
      return await work(watch, deadline);
    } catch (error) {
      throw asFailure(error, watch, deadline.raisedBy());
    } finally {
      deadline.clear();
    }
  }

  return {
    send: (request) =>
      guarded(request, timeLimit(request), async (watch, deadline) => {
        const answer = await open(request, watch, deadline.signal);
        const limit = request.maxResponseBytes ?? options.maxResponseBytes ?? DEFAULTS.bytes;
        const bytes = await readCapped(answer.data, limit, deadline.signal);
        return { status: answer.status, headers: plainHeaders(answer.headers), bytes };
      }),
    sendStreaming: (request) =>
      guarded(request, undefined, async (watch, deadline) => {
        const answer = await open(request, watch, deadline.signal);
        const stream = guardedStream(answer.data, watch, request.signal);
        return { status: answer.status, headers: plainHeaders(answer.headers), stream };
      }),
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

/** axios takes no other view of bytes than Buffer. */
function sendable(body: StreamingRequest['body']): Buffer | string | Readable | undefined {
  if (!(body instanceof Uint8Array)) return body;
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

/** Only reads follow a redirect, and only on the same server: the Authorization header goes nowhere else. */
function redirectTarget(method: string, from: string, answer: AxiosResponse): string | undefined {
  const location: unknown = answer.headers['location'];
  const follows = [301, 302, 303, 307, 308].includes(answer.status);
  if (!follows || typeof location !== 'string' || !['GET', 'HEAD'].includes(method)) {
    return undefined;
  }
  const target = URL.parse(location, from);
  return target?.origin === new URL(from).origin ? target.href : undefined;
}

function plainHeaders(headers: AxiosResponse['headers']): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers as IncomingHttpHeaders)) {
    if (name === 'set-cookie' || value === undefined) continue;
    plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}

/**
 * The answer's body as the caller gets it: it ends with the caller's signal, and its errors are TransportFailures,
 * because those of the library carry the request with its Authorization header.
 */
function guardedStream(source: Readable, watch: Watch, signal: AbortSignal | undefined): Readable {
  const out = new PassThrough();
  const cancel = (): void => {
    out.destroy(new TransportFailure('cancelled', '', true));
  };
  source.once('error', (error) => out.destroy(asFailure(error, watch, undefined)));
  source.once('close', () => {
    if (!source.readableEnded) out.destroy(new TransportFailure('network', 'ECONNRESET', true));
  });
  out.once('close', () => {
    signal?.removeEventListener('abort', cancel);
    source.destroy();
  });
  if (signal?.aborted === true) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  return source.pipe(out);
}

function asFailure(
  error: unknown,
  watch: Watch,
  raised: 'timeout' | 'cancelled' | undefined,
): TransportFailure {
  if (error instanceof TransportFailure) return error;
  if (raised !== undefined) return new TransportFailure(raised, '', watch.sent);
  if (watch.timedOut) return new TransportFailure('timeout', 'ETIMEDOUT', watch.sent);
  return new TransportFailure('network', errorCode(error), watch.sent);
}

function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  // axios gives this code to an answer that broke off
  return code === 'ERR_BAD_RESPONSE' ? 'ECONNRESET' : typeof code === 'string' ? code : '';
}
