import { isIP } from 'node:net';
import { TokenBuckets } from '../../access/token-bucket.ts';

type Fetch = typeof globalThis.fetch;

/** Requests a minute: to one host, on behalf of one caller, and all together. */
export interface FetchLimits {
  readonly host: number;
  readonly caller: number;
  readonly all: number;
}

export interface FetchForClientsOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly perMinute?: FetchLimits | undefined;
  /** Whose request makes us ask, as address limits name them; undefined: nobody's. */
  readonly caller: () => string | undefined;
  /** Goes out in the end. */
  readonly fetch: Fetch;
}

/** Bytes read of an answer; the library’s own limit of keys is none. */
export const READ_AT_MOST = { 'client_id metadata document': 5 * 1024, jwks_uri: 32 * 1024 };

const LIMITS: FetchLimits = { host: 10, caller: 20, all: 60 };

/** As long as the name of a client in a token may be, see `access/token-claims.ts`. */
const LONGEST_ID = 255;

const LOCAL_NAME = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home\.arpa|onion)$/;

/** Whether a client may be called by the address of its metadata document. */
export function isDocumentId(clientId: string): boolean {
  const url = URL.parse(clientId);
  return clientId.length <= LONGEST_ID && url !== null && isPublicName(url);
}

/**
 * The way to addresses that clients name: their metadata documents and their keys. First of two fences: addresses by
 * number, names of local networks and other ports are refused without a connection; a name that leads to such an address
 * after all is cut off by oidc-provider when the connection stands, whatever the name service said before (so rebinding
 * gains nothing). Failures are not remembered by the library, hence the limits; one caller cannot use up those of all.
 */
export function fetchForClients({ now, perMinute, caller, fetch }: FetchForClientsOptions): Fetch {
  const limits = perMinute ?? LIMITS;
  const buckets = (limit: number) => new TokenBuckets({ burst: limit, perMinute: limit, now });
  const hosts = buckets(limits.host);
  const callers = buckets(limits.caller);
  const together = buckets(limits.all);
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (!isPublicName(url)) throw new Error('not an address of the public internet');
    const asker = caller();
    const permitted =
      hosts.take(url.hostname).ok &&
      (asker === undefined || callers.take(asker).ok) &&
      together.take('all').ok;
    if (!permitted) throw new Error('too many requests for clients in a minute');
    return fetch(input, { ...init, redirect: 'manual' });
  };
}

/** A host name of the public internet, on the usual port, and a path. */
function isPublicName({ protocol, hostname, port, pathname }: URL): boolean {
  const name = hostname.replace(/\.$/, '');
  return (
    protocol === 'https:' &&
    port === '' &&
    pathname !== '/' &&
    name.includes('.') &&
    isIP(name.replace(/^\[|\]$/g, '')) === 0 &&
    !LOCAL_NAME.test(name)
  );
}
