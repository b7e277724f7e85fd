/** What a verified access token says; `aud`, client and scopes still have to be judged. Nothing here is secret. */
export interface VerifiedToken {
  readonly issuer: string;
  readonly subject: string;
  readonly username: string | undefined;
  /** `azp`, else `client_id`; empty when the token names no client. */
  readonly clientId: string;
  readonly audiences: readonly string[];
  /** In the gateway's spelling, see `scopes.ts`. */
  readonly scopes: ReadonlySet<string>;
  /** Epoch seconds. */
  readonly expiresAt: number;
  /** `gid`: the grant behind a token of the embedded authorization server, so that revoking it works at once. */
  readonly grantId: string | undefined;
}

/** Why a token is refused. For the log: the wire never says more than `invalid_token`. */
export type TokenRefusal =
  | 'too_long'
  | 'malformed'
  | 'encrypted'
  | 'algorithm'
  | 'critical_header'
  | 'embedded_key'
  | 'type'
  | 'issuer'
  | 'unknown_key'
  | 'ambiguous_key'
  | 'unusable_key'
  | 'signature'
  | 'time_claims'
  | 'expired'
  | 'not_yet_valid'
  | 'subject'
  | 'client'
  | 'not_an_access_token'
  | 'sender_constrained'
  | 'opaque'
  | 'inactive';

/** The token may be good, but whoever could tell does not answer. */
export type VerificationOutage = 'keys_unavailable' | 'introspection_unavailable';

export interface Refused<Reason extends string> {
  readonly ok: false;
  readonly reason: Reason;
}

export type Verification =
  { readonly ok: true; readonly token: VerifiedToken } | Refused<TokenRefusal | VerificationOutage>;

export function refused<Reason extends string>(reason: Reason): Refused<Reason> {
  return { ok: false, reason };
}
