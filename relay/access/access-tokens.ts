import { createHash } from 'node:crypto';
import { BoundedCache } from './bounded-cache.ts';
import { kindOf } from './compact-token.ts';
import type { FetchLike } from './fetch-like.ts';
import { introspect, judgeAnswer } from './introspection.ts';
import type { IntrospectionEndpoint } from './introspection.ts';
import type { IssuerKeys } from './issuer-keys.ts';
import { refused } from './verification.ts';
import type { Verification, VerifiedToken } from './verification.ts';
import { LONGEST_TOKEN, verifyAccessToken } from './verify-access-token.ts';
import type { TokenRules } from './verify-access-token.ts';

/** An issuer whose tokens are taken, named exactly as `iss` spells it. */
export interface TrustedIssuer {
  readonly issuer: string;
  readonly keys?: IssuerKeys;
  readonly introspection?: Omit<IntrospectionEndpoint, 'issuer'>;
}

export interface AccessTokensOptions {
  readonly issuers: readonly TrustedIssuer[];
  readonly rules: TokenRules;
  readonly fetch: FetchLike;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Told why an issuer could not be asked. */
  readonly onFailure?: (issuer: string, cause: unknown) => void;
  /** Verified tokens kept. Default 10 000. */
  readonly mostKept?: number;
  /** Seconds a verified JWT is believed without looking at its key again. Default 300. */
  readonly jwtSeconds?: number;
  /** Seconds an opaque token is believed: that long a revoked one goes on working. Default 30. */
  readonly activeSeconds?: number;
  /** Seconds an inactive token is refused without asking again. Default 10. */
  readonly inactiveSeconds?: number;
}

type Kept =
  { readonly ok: true; readonly token: VerifiedToken } | ReturnType<typeof refused<'inactive'>>;

/**
 * Verifies access tokens of every kind and remembers the good ones under the hash of their text, never past their
 * expiry. The text itself is not kept. Whoever brings the same token at the same time shares one check.
 */
export class AccessTokens {
  readonly #options: AccessTokensOptions;
  readonly #keys: ReadonlyMap<string, IssuerKeys>;
  readonly #endpoints: readonly IntrospectionEndpoint[];
  readonly #kept: BoundedCache<Kept>;
  readonly #underWay = new Map<string, Promise<Verification>>();

  constructor(options: AccessTokensOptions) {
    const names = new Set(options.issuers.map(({ issuer }) => issuer));
    if (names.size !== options.issuers.length) throw new Error('An issuer is named twice.');
    this.#options = options;
    this.#keys = new Map(
      options.issuers.flatMap(({ issuer, keys }) => (keys === undefined ? [] : [[issuer, keys]])),
    );
    this.#endpoints = options.issuers.flatMap(({ issuer, introspection }) =>
      introspection === undefined ? [] : [{ issuer, ...introspection }],
    );
    this.#kept = new BoundedCache(options.mostKept ?? 10_000, options.now);
  }

  verify(token: string): Promise<Verification> {
    if (token.length > LONGEST_TOKEN) return Promise.resolve(refused('too_long'));
    const key = createHash('sha256').update(token).digest('base64url');
    const kept = this.#kept.get(key);
    if (kept !== undefined) return Promise.resolve(kept);
    const underWay = this.#underWay.get(key);
    if (underWay !== undefined) return underWay;
    const checking = this.#check(token, key).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, checking);
    return checking;
  }

  async #check(token: string, key: string): Promise<Verification> {
    switch (kindOf(token)) {
      case 'jwt': {
        const seconds = Math.floor(this.#options.now() / 1000);
        const checked = await verifyAccessToken(token, this.#keys, this.#options.rules, seconds);
        if (checked.ok) this.#keep(key, checked, this.#options.jwtSeconds ?? 300);
        return checked;
      }
      case 'opaque': {
        const checked = await this.#ask(token);
        if (checked.ok) this.#keep(key, checked, this.#options.activeSeconds ?? 30);
        else if (checked.reason === 'inactive')
          this.#keep(key, refused('inactive'), this.#options.inactiveSeconds ?? 10);
        return checked;
      }
      case 'encrypted':
        return refused('encrypted');
    }
  }

  /** One issuer after the other, until one knows the token. Nobody else may see it: only configured ones are asked. */
  async #ask(token: string): Promise<Verification> {
    const { fetch, rules, onFailure, activeSeconds = 30 } = this.#options;
    let unreachable = false;
    for (const endpoint of this.#endpoints) {
      const asked = await introspect(token, endpoint, fetch, (cause) =>
        onFailure?.(endpoint.issuer, cause),
      );
      if (!asked.ok) {
        unreachable = true;
        continue;
      }
      const seconds = Math.floor(this.#options.now() / 1000);
      const judged = judgeAnswer(asked.answer, endpoint, rules, activeSeconds, seconds);
      if (judged.ok || judged.reason !== 'inactive') return judged;
    }
    if (this.#endpoints.length === 0) return refused('opaque');
    // An issuer that did not answer may have known it.
    return refused(unreachable ? 'introspection_unavailable' : 'inactive');
  }

  #keep(key: string, value: Kept, seconds: number): void {
    const until = this.#options.now() + seconds * 1000;
    this.#kept.set(key, value, value.ok ? Math.min(until, value.token.expiresAt * 1000) : until);
  }
}
