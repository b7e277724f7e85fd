import { createLocalJWKSet, errors } from 'jose';
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { RelayError } from '../errors.ts';
import type { ProviderHttp } from '../credentials/provider-http.ts';
import type { ProviderMetadata } from '../credentials/provider-metadata.ts';

export interface ProviderKeysOptions {
  readonly http: ProviderHttp;
  readonly metadata: () => Promise<ProviderMetadata>;
  /** Epoch seconds. */
  readonly now: () => number;
}

const KEEP_SECONDS = 600;
/** A key nobody knows makes us look again, but a stream of such tokens must not become a stream of requests. */
const COOL_DOWN_SECONDS = 30;

/** The provider's signing keys for ID tokens, read on use and again when a key is new. */
export function providerKeys({ http, metadata, now }: ProviderKeysOptions): JWTVerifyGetKey {
  let known: { readonly keys: JWTVerifyGetKey; readonly at: number } | undefined;

  async function read(): Promise<JWTVerifyGetKey> {
    const { status, json } = await http.send({ method: 'GET', url: (await metadata()).jwksUri });
    if (status !== 200 || !Array.isArray(json?.keys)) {
      throw new RelayError('unavailable', 'The identity provider does not give its keys.', {
        status,
        retryable: true,
      });
    }
    const keys = createLocalJWKSet(json as unknown as JSONWebKeySet);
    known = { keys, at: now() };
    return keys;
  }

  return async (header, token) => {
    const age = known === undefined ? Infinity : now() - known.at;
    const keys = known === undefined || age > KEEP_SECONDS ? await read() : known.keys;
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || age < COOL_DOWN_SECONDS) throw error;
      return (await read())(header, token);
    }
  };
}
