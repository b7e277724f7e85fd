import { isDeepStrictEqual } from 'node:util';
import { RelayError } from '../errors.ts';
import { perishableCache } from './perishable-cache.ts';
import type { ProviderHttp } from './provider-http.ts';
import { readProviderMetadata } from './provider-metadata.ts';
import type { ProviderMetadata, ProviderNames } from './provider-metadata.ts';

export interface DiscoveryOptions extends ProviderNames {
  readonly http: ProviderHttp;
  /** Epoch seconds. */
  readonly now: () => number;
  /** Waits; milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  readonly tries?: number;
  /** How long a document is used before it is read again. Default an hour. */
  readonly seconds?: number;
}

const FIRST_PAUSE_MS = 250;

/** A renewal may take that long: calls wait for it, and the old document would do. */
const RENEWAL_MS = 2_000;

/**
 * The provider's metadata, read on first use. A provider that starts after us is asked again with growing pauses; when
 * a document in use cannot be renewed at once, the old one stays. It is the same object as long as nothing changes, so
 * that what was built on it (keys, verified tokens) stays too.
 */
export function discovery(options: DiscoveryOptions): () => Promise<ProviderMetadata> {
  const { now, seconds = 3600 } = options;
  const cache = perishableCache<ProviderMetadata>(now, 1);
  let last: ProviderMetadata | undefined;
  return () =>
    cache.get('', async () => {
      if (last === undefined) last = await readWithRetry(options);
      else {
        try {
          const next = await read(options, AbortSignal.timeout(RENEWAL_MS));
          if (!isDeepStrictEqual(next, last)) last = next;
        } catch {
          return { value: last, until: now() + 60 };
        }
      }
      return { value: last, until: now() + seconds };
    });
}

async function readWithRetry(options: DiscoveryOptions): Promise<ProviderMetadata> {
  const { tries = 5 } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read(options);
    } catch (error) {
      if (!(error instanceof RelayError) || !error.retryable || attempt >= tries) throw error;
      await options.pause(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    }
  }
}

async function read(options: DiscoveryOptions, signal?: AbortSignal): Promise<ProviderMetadata> {
  const { status, json } = await options.http.send({
    method: 'GET',
    url: options.discoveryUrl,
    followsOnSameOrigin: true,
    signal,
  });
  if (status === 200 && json !== undefined) return readProviderMetadata(json, options);
  throw new RelayError('unavailable', 'The identity provider does not give its metadata.', {
    status,
    hint: 'Check OIDC_DISCOVERY_URL.',
    retryable: status >= 500 || status === 429,
  });
}
