import https from 'node:https';
import { isIP } from 'node:net';
import axios, { AxiosError } from 'axios';
import type { AxiosResponse } from 'axios';
import { RelayError } from '../errors.ts';
import { createAgents } from '../nextcloud/agents.ts';
import type { AgentOptions } from '../nextcloud/agents.ts';
import { PRODUCT } from '../version.ts';
import { isPublicAddress, publicLookup } from './public-address.ts';

export interface ProviderHttpOptions extends AgentOptions {
  /**
   * URLs an administrator configured: they may lie in an inner network and may be plain HTTP. Everything else that
   * metadata names has to be HTTPS at a public address.
   */
  readonly trusted: readonly string[];
  /** For a whole request, in milliseconds. Default 10 000. */
  readonly timeoutMs?: number;
  /** Largest answer, unpacked. Default 256 KiB. */
  readonly maxBytes?: number;
}

interface ProviderRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** For public documents: Nextcloud's web server answers `/.well-known/…` with a redirect to the app. */
  readonly followsOnSameOrigin?: boolean;
}

export interface ProviderAnswer {
  readonly status: number;
  /** The body, when it is a JSON object. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

/** Requests to identity providers. Redirects are not followed: a secret would follow them. */
export interface ProviderHttp {
  /** @throws RelayError `unreachable`, `timeout`, `cancelled`, `upstream_error`, `configuration`; none carries the request */
  send(request: ProviderRequest): Promise<ProviderAnswer>;
  close(): void;
}

const MAX_REDIRECTS = 2;

export function providerHttp(options: ProviderHttpOptions): ProviderHttp {
  const trusted = new Set(options.trusted.map((url) => new URL(url).origin));
  const agents = createAgents(options);
  const publicAgent = new https.Agent({ lookup: publicLookup });
  const client = axios.create({
    maxRedirects: 0,
    maxContentLength: options.maxBytes ?? 256 * 1024,
    proxy: false,
    responseType: 'text',
    transformResponse: [(body: unknown) => body],
    validateStatus: () => true,
  });

  async function once(
    { method, form, json, headers }: ProviderRequest,
    target: URL,
    signal: AbortSignal,
  ): Promise<AxiosResponse<string>> {
    return client.request<string>({
      method,
      url: target.href,
      data: form === undefined ? json : new URLSearchParams(form),
      signal,
      httpAgent: agents.http,
      httpsAgent: trusted.has(target.origin) ? agents.https : publicAgent,
      headers: {
        Accept: 'application/json',
        'User-Agent': `${PRODUCT.name}/${PRODUCT.version}`,
        ...headers,
      },
    });
  }

  return {
    async send(request) {
      const { signal } = request;
      let target = usable(request.url, trusted);
      const deadline = AbortSignal.timeout(options.timeoutMs ?? 10_000);
      const ended = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
      try {
        for (let hop = 0; ; hop += 1) {
          const answer = await once(request, target, ended);
          if (answer.status < 300 || answer.status >= 400) {
            return { status: answer.status, json: objectIn(answer.data) };
          }
          const next = URL.parse(String(answer.headers.location), target.href);
          const follows = request.followsOnSameOrigin === true && request.method === 'GET';
          if (!follows || next?.origin !== target.origin || hop === MAX_REDIRECTS) {
            throw redirected(target);
          }
          target = next;
        }
      } catch (error) {
        if (error instanceof RelayError) throw error;
        throw failure(error, target, signal, deadline);
      }
    },
    close() {
      agents.http.destroy();
      agents.https.destroy();
      publicAgent.destroy();
    },
  };
}

function usable(url: string, trusted: ReadonlySet<string>): URL {
  const target = URL.parse(url);
  if (target !== null && trusted.has(target.origin)) return target;
  const host = target?.hostname.replace(/^\[|\]$/g, '') ?? '';
  if (target?.protocol === 'https:' && (isIP(host) === 0 || isPublicAddress(host))) return target;
  throw new RelayError(
    'configuration',
    'The identity provider names an address that is not to be used.',
    {
      hint: 'Addresses beside its own have to be https at a public address.',
      details: { origin: target?.origin ?? 'not a URL' },
    },
  );
}

function objectIn(body: string): ProviderAnswer['json'] {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function redirected({ origin }: URL): RelayError {
  return new RelayError(
    'upstream_error',
    'The identity provider redirects where it should answer.',
    {
      hint: 'Configure the address it redirects to.',
      details: { origin },
    },
  );
}

/** The library's error stays behind: it carries the form with the tokens in it. */
function failure(
  error: unknown,
  { origin }: URL,
  signal: AbortSignal | undefined,
  deadline: AbortSignal,
): RelayError {
  if (signal?.aborted === true) return new RelayError('cancelled', 'The call was cancelled.');
  const details = { origin };
  if (deadline.aborted) {
    return new RelayError('timeout', 'The identity provider does not answer in time.', {
      retryable: true,
      details,
    });
  }
  const code = error instanceof AxiosError ? error.code : undefined;
  if (code === 'ERR_BAD_RESPONSE') {
    return new RelayError(
      'upstream_error',
      'The identity provider’s answer is too large or broke off.',
      {
        details,
      },
    );
  }
  return new RelayError(
    'unreachable',
    `The identity provider cannot be reached (${code ?? 'unknown'}).`,
    {
      retryable: true,
      details,
    },
  );
}
