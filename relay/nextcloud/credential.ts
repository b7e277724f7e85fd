/** As whom a request is made. The relay knows nothing of where it came from. */
export interface Credential {
  readonly kind: 'basic' | 'bearer';
  /** The whole `Authorization` header value. Never logged, never shown. */
  readonly authorization: string;
  /** Stable, non-secret key of this credential (a hash); cookie jars and caches are kept per key. */
  readonly cacheKey: string;
}
