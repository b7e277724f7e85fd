import type { Readable } from 'node:stream';
import type { Logger } from '../log.ts';
import type { SessionCookies } from './cookies.ts';
import type { Credential } from './credential.ts';
import { errorFromAnswer, errorFromTransport } from './error-factory.ts';
import type { HttpClient, RawResponse, StreamingResponse } from './http.ts';
import { readCapped } from './read-capped.ts';
import { withRetry } from './retry.ts';
import type { Pauses } from './retry.ts';
import { TransportFailure } from './transport-failure.ts';

/** One request below the server's root. */
interface ExchangeRequest {
  readonly method: string;
  /** Path and query, encoded, beginning with `/`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Bytes of the answer that are read at most. */
  readonly maxResponseBytes?: number;
}

interface StreamingExchangeRequest extends Omit<ExchangeRequest, 'body' | 'maxResponseBytes'> {
  readonly body?: Uint8Array | string | Readable;
}

/**
 * Requests as one user: credential, cookies, retries and errors are seen to. Answers below 400 are returned; every
 * refusal and every transport failure is thrown as RelayError. What OCS says inside a 200 is not looked at here.
 */
export interface Exchange {
  send(request: ExchangeRequest): Promise<RawResponse>;
  /** Sent once, never repeated: a stream cannot be read twice. */
  sendStreaming(request: StreamingExchangeRequest): Promise<StreamingResponse>;
}

export interface ExchangeParts {
  readonly http: HttpClient;
  readonly baseUrl: string;
  readonly credential: Credential;
  readonly cookies: SessionCookies;
  readonly pauses: Pauses;
  readonly log: Logger;
}

/** Of a refusal to a streamed request only the beginning is read. */
const MAX_REFUSAL_BYTES = 64 * 1024;

export function createExchange(parts: ExchangeParts): Exchange {
  const { http, cookies, log, pauses } = parts;

  function complete<T extends Omit<ExchangeRequest, 'body'>>(request: T) {
    return {
      ...request,
      url: parts.baseUrl + request.path,
      cookies,
      headers: {
        ...request.headers,
        Authorization: parts.credential.authorization,
        // without it OCS refuses, and CORS routes refuse a bearer token
        'OCS-APIRequest': 'true',
      },
    };
  }

  async function logged<T extends { readonly status: number }>(
    request: StreamingExchangeRequest,
    work: () => Promise<T>,
  ): Promise<T> {
    const fields = { method: request.method, path: request.path.split('?')[0] };
    const began = pauses.now();
    try {
      const answer = await work();
      log.debug('upstream answer', { ...fields, status: answer.status, ms: pauses.now() - began });
      return answer;
    } catch (error) {
      if (!(error instanceof TransportFailure)) throw error;
      log.debug('upstream failure', {
        ...fields,
        failure: error.message,
        ms: pauses.now() - began,
      });
      throw errorFromTransport(request.method, error);
    }
  }

  return {
    async send(request) {
      const full = complete(request);
      const answer = await logged(request, () =>
        withRetry(request.method, () => http.send(full), pauses, request.signal),
      );
      if (isRefusal(answer.status)) throw errorFromAnswer(request.method, answer);
      return answer;
    },
    async sendStreaming(request) {
      const answer = await logged(request, () => http.sendStreaming(complete(request)));
      if (!isRefusal(answer.status)) return answer;
      throw errorFromAnswer(request.method, { ...answer, bytes: await beginning(answer) });
    },
  };
}

/** A redirect that was not followed is one too; 304 is an answer. */
function isRefusal(status: number): boolean {
  return status >= 300 && status !== 304;
}

async function beginning(answer: StreamingResponse): Promise<Buffer> {
  try {
    return await readCapped(answer.stream, MAX_REFUSAL_BYTES, AbortSignal.timeout(5000));
  } catch {
    return Buffer.alloc(0);
  }
}
