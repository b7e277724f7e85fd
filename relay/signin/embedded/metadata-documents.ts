import { isIP } from 'node:net';
import { TokenBuckets } from '../../access/token-bucket.ts';

export interface MetadataDocumentOptions {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Documents a minute, from one host and from all together. */
  readonly perMinute?: { readonly host: number; readonly all: number };
}

const LOCAL_NAME = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home\.arpa|onion)$/;

/**
 * Whether a client's metadata document may be fetched now. First of two fences: addresses by number, names of local
 * networks and other ports are refused without a connection; a name that leads to such an address after all is cut off
 * by oidc-provider when the connection stands, whatever the name service said before (so rebinding gains nothing).
 * Failures are not remembered by the library, hence the limits.
 */
export function mayFetchDocument(options: MetadataDocumentOptions): (clientId: string) => boolean {
  const { now, perMinute = { host: 10, all: 60 } } = options;
  const hosts = new TokenBuckets({ burst: perMinute.host, perMinute: perMinute.host, now });
  const all = new TokenBuckets({ burst: perMinute.all, perMinute: perMinute.all, now });
  return (clientId) => {
    const url = URL.parse(clientId);
    return (
      url !== null && isPublicName(url) && hosts.take(url.hostname).ok && all.take('documents').ok
    );
  };
}

/** A document needs a host name of the public internet, on the usual port, and a path. */
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
