import { createLocalJWKSet, errors } from 'jose';
import type { CryptoKey, JSONWebKeySet } from 'jose';
import { fetchObject } from './fetch-like.ts';
import type { FetchLike } from './fetch-like.ts';
import { refused } from './verification.ts';
import type { Refused } from './verification.ts';

/** What a token's header says about its key. */
export interface KeyWanted {
  readonly alg: string;
  readonly kid: string | undefined;
}

export type KeyAnswer =
  | { readonly ok: true; readonly key: CryptoKey }
  | Refused<'unknown_key' | 'ambiguous_key' | 'unusable_key' | 'keys_unavailable'>;

/** The signing keys of one issuer. */
export interface IssuerKeys {
  find(wanted: KeyWanted): Promise<KeyAnswer>;
}

/** Keys that are at hand: those of the embedded authorization server. */
export function localKeys(keys: JSONWebKeySet): IssuerKeys {
  const keySet = createLocalJWKSet(keys);
  return { find: (wanted) => findIn(keySet, wanted) };
}

export interface RemoteKeysOptions {
  readonly jwksUri: string;
  readonly fetch: FetchLike;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Told why the keys could not be fetched. */
  readonly onFailure?: (cause: unknown) => void;
  /** Seconds after which keys are fetched again, so that a withdrawn key stops working. Default 600. */
  readonly maxAgeSeconds?: number;
  /** Seconds that keys stay in use while the issuer cannot be reached. Default 24 hours. */
  readonly staleSeconds?: number;
  /** Least seconds between two fetches, whatever tokens come in. Default 15. */
  readonly refetchSeconds?: number;
  /** Seconds for which an unknown key id is not asked for again. Default 60. */
  readonly unknownSeconds?: number;
  readonly timeoutMs?: number;
}

const MOST_UNKNOWN = 1000;

/**
 * The keys an issuer publishes (RFC 7517). A key id that is not there makes us look again, because issuers rotate keys
 * without notice; but strangers choose key ids, so one look serves everybody who waits, looks have a least distance,
 * and an id that was not found is remembered for a while.
 */
export function remoteKeys(options: RemoteKeysOptions): IssuerKeys {
  const maxAge = (options.maxAgeSeconds ?? 600) * 1000;
  const stale = (options.staleSeconds ?? 86_400) * 1000;
  const distance = (options.refetchSeconds ?? 15) * 1000;
  const unknownFor = (options.unknownSeconds ?? 60) * 1000;
  const unknown = new Map<string, number>();
  let known: { readonly keySet: KeySet; readonly at: number } | undefined;
  let lastLook = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    try {
      const init = { method: 'GET', headers: { Accept: 'application/json' } } as const;
      const answer = await fetchObject(
        options.fetch,
        options.jwksUri,
        init,
        options.timeoutMs ?? 5000,
      );
      known = { keySet: createLocalJWKSet(answer as unknown as JSONWebKeySet), at: options.now() };
    } catch (cause) {
      options.onFailure?.(cause);
    }
  }

  /** Resolves at once when it is too early for another look. */
  function lookAgain(): Promise<void> {
    if (looking !== undefined) return looking;
    if (options.now() - lastLook < distance) return Promise.resolve();
    lastLook = options.now();
    looking = look().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  function isUnknown(kid: string | undefined): boolean {
    return kid !== undefined && (unknown.get(kid) ?? 0) > options.now();
  }

  function rememberUnknown(kid: string | undefined): void {
    if (kid === undefined) return;
    if (unknown.size >= MOST_UNKNOWN) unknown.clear();
    unknown.set(kid, options.now() + unknownFor);
  }

  return {
    async find(wanted) {
      if (known === undefined || options.now() - known.at >= maxAge) await lookAgain();
      if (known === undefined || options.now() - known.at >= stale)
        return refused('keys_unavailable');
      const found = await findIn(known.keySet, wanted);
      if (found.ok || found.reason !== 'unknown_key' || isUnknown(wanted.kid)) return found;
      const before: unknown = known;
      await lookAgain();
      // Too early for a look, or the issuer is away: that says nothing about the id.
      if (known === before) return found;
      const again = await findIn(known.keySet, wanted);
      if (!again.ok && again.reason === 'unknown_key') rememberUnknown(wanted.kid);
      return again;
    },
  };
}

type KeySet = ReturnType<typeof createLocalJWKSet>;

async function findIn(keySet: KeySet, { alg, kid }: KeyWanted): Promise<KeyAnswer> {
  try {
    const key = await keySet({ alg, ...(kid === undefined ? {} : { kid }) });
    return { ok: true, key };
  } catch (thrown) {
    if (thrown instanceof errors.JWKSNoMatchingKey) return refused('unknown_key');
    if (thrown instanceof errors.JWKSMultipleMatchingKeys) return refused('ambiguous_key');
    return refused('unusable_key');
  }
}
