export interface BucketOptions {
  /** Requests that may come at once. */
  readonly burst: number;
  /** Requests a minute that may go on coming. */
  readonly perMinute: number;
  /** Callers remembered; beyond, the one not seen longest is forgotten (and starts anew). Default 20 000. */
  readonly mostKeys?: number;
  /** Milliseconds, monotonic or not. */
  readonly now: () => number;
}

export type Taken =
  | { readonly ok: true }
  /** Whole seconds until one more request is taken. */
  | { readonly ok: false; readonly retryAfter: number };

/** Token buckets by key: what fills is the right to call. Memory is bounded, time is given. */
export class TokenBuckets {
  readonly #buckets = new Map<string, { level: number; at: number }>();
  readonly #options: BucketOptions;

  constructor(options: BucketOptions) {
    if (!(options.burst >= 1) || !(options.perMinute > 0))
      throw new Error('A rate limit must let something through.');
    this.#options = options;
  }

  /** Takes `cost` from the bucket of `key`; more than a full bucket never waits longer than for a full one. */
  take(key: string, cost = 1): Taken {
    const { burst, perMinute, mostKeys = 20_000 } = this.#options;
    const now = this.#options.now();
    const bucket = this.#buckets.get(key) ?? { level: burst, at: now };
    this.#buckets.delete(key);
    bucket.level = Math.min(
      burst,
      bucket.level + (Math.max(0, now - bucket.at) * perMinute) / 60_000,
    );
    bucket.at = now;
    if (this.#buckets.size >= mostKeys) {
      const oldest = this.#buckets.keys().next();
      if (oldest.done !== true) this.#buckets.delete(oldest.value);
    }
    this.#buckets.set(key, bucket);
    const wanted = Math.min(cost, burst);
    if (bucket.level >= wanted) {
      bucket.level -= wanted;
      return { ok: true };
    }
    return { ok: false, retryAfter: Math.ceil(((wanted - bucket.level) * 60) / perMinute) };
  }

  get size(): number {
    return this.#buckets.size;
  }
}
