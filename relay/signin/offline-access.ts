import type { JWTVerifyGetKey } from 'jose';
import type { ProviderMetadata } from '../credentials/provider-metadata.ts';
import { audiencesOf, claimsOf } from '../credentials/token-claims.ts';
import type { TokenAnswer } from '../credentials/token-answer.ts';
import type { TokenEndpoint } from '../credentials/token-endpoint.ts';
import { RelayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { AuditLog } from '../store/audit-log.ts';
import type { Flows } from '../store/flows.ts';
import type { Grants } from '../store/grants.ts';
import type { Principal } from '../store/principal.ts';
import type { GatewayClient } from './client-registration.ts';
import { authorizationUrl } from './front-door.ts';
import { verifyIdToken } from './id-token.ts';
import type { SignedIn } from './id-token.ts';
import { newVerifier, s256 } from './pkce.ts';

/** Why a callback led to nothing; for the page and the audit log. */
export type CallbackRefusal =
  /** State unknown, used, expired or of another browser. */
  | 'unknown_state'
  /** The answer comes from another provider than was asked (mix-up). */
  | 'wrong_issuer'
  /** The person said no, or the provider did. */
  | 'denied'
  /** Somebody else signed in. */
  | 'another_user'
  /** Tokens came that may not be used. */
  | 'unusable_tokens';

type CallbackOutcome =
  { readonly kind: 'granted' } | { readonly kind: 'refused'; readonly reason: CallbackRefusal };

/**
 * Flow 2: consent to work while the person is away. The gateway signs the person in as its own OAuth client, with a
 * browser that is bound by a cookie to a state that is bound to the person who called the tool.
 */
export interface OfflineAccess {
  /** A single-use link for a person who is recognised by their token. */
  link(principal: Principal, clientId: string): Promise<string>;
  /** Uses the link up. Gives where to send the browser, and what to put into its cookie; undefined for a dead link. */
  begin(state: string): Promise<{ readonly url: string; readonly browser: string } | undefined>;
  /** The provider's answer. @throws RelayError when the provider cannot be reached */
  callback(query: URLSearchParams, browser: string | undefined): Promise<CallbackOutcome>;
  /** Forgets the consent here first, then revokes it at the provider. */
  revoke(principal: Principal): Promise<{ removed: boolean; revokedAtProvider: boolean }>;
}

export interface OfflineAccessOptions {
  readonly flows: Flows;
  readonly grants: Grants;
  readonly audit: AuditLog;
  readonly client: GatewayClient;
  readonly endpoint: TokenEndpoint;
  readonly metadata: () => Promise<ProviderMetadata>;
  readonly keys: JWTVerifyGetKey;
  /** Root of the gateway as browsers reach it. */
  readonly publicUrl: string;
  /** Nextcloud at the provider (`resource`), when it has a URI there. */
  readonly resource: string | undefined;
  /** Names of Nextcloud in `aud`; the first is stored. */
  readonly audiences: readonly string[];
  /** Beside `openid` and `offline_access`. */
  readonly scopes: readonly string[];
  /** Epoch seconds. */
  readonly now: () => number;
  readonly log: Logger;
}

interface Asked {
  readonly clientId: string;
}

interface UnderWay extends Asked {
  readonly verifier: string;
  readonly nonce: string;
  readonly issuer: string;
  /** SHA-256 of the cookie. */
  readonly browser: string;
}

const LINK = 'offline access link';
const STATE = 'offline access state';

export function offlineAccess(options: OfflineAccessOptions): OfflineAccess {
  const { flows, grants, audit, endpoint, log } = options;
  const redirectUri = `${options.publicUrl}/oauth/callback`;

  async function revokeToken(refreshToken: string | undefined): Promise<boolean> {
    if (refreshToken === undefined) return false;
    try {
      return await endpoint.revoke(refreshToken, 'refresh_token');
    } catch (error) {
      log.warn('a refresh token could not be revoked at the provider', { cause: error });
      return false;
    }
  }

  /** Code for tokens, checked in full; what is not for this person is revoked again. */
  async function redeem(
    code: string,
    principal: Principal,
    asked: UnderWay,
    metadata: ProviderMetadata,
  ): Promise<CallbackRefusal | undefined> {
    const { clientId } = await options.client.current();
    const answer = await codeGrant(endpoint, {
      code,
      redirect_uri: redirectUri,
      code_verifier: asked.verifier,
      ...(options.resource === undefined ? {} : { resource: options.resource }),
    });
    if (answer === undefined) return 'denied';
    const refusal = await judge(answer, principal, asked, clientId, metadata);
    if (refusal !== undefined || answer.refreshToken === undefined) {
      await revokeToken(answer.refreshToken);
      return refusal ?? 'unusable_tokens';
    }
    const { refreshExpiresIn } = answer;
    await grants.save(principal, {
      refreshToken: answer.refreshToken,
      audience: options.audiences[0] ?? '',
      scopes: answer.scopes ?? requestedScopes(options),
      clientId,
      // 0: some providers' way to say never
      expiresAt: refreshExpiresIn ? options.now() + refreshExpiresIn : undefined,
    });
    return undefined;
  }

  async function judge(
    answer: TokenAnswer,
    principal: Principal,
    asked: UnderWay,
    clientId: string,
    metadata: ProviderMetadata,
  ): Promise<CallbackRefusal | undefined> {
    if (answer.idToken === undefined) return 'unusable_tokens';
    let signedIn: SignedIn;
    try {
      signedIn = await verifyIdToken(answer.idToken, {
        keys: options.keys,
        issuers: metadata.issuers,
        clientId,
        nonce: asked.nonce,
        accessToken: answer.accessToken,
        now: options.now(),
      });
    } catch (error) {
      if (error instanceof RelayError && error.retryable) throw error;
      log.warn('an ID token was refused', { cause: error });
      return 'unusable_tokens';
    }
    const sameProvider = metadata.issuers.has(principal.issuer);
    if (!sameProvider || signedIn.subject !== principal.subject) return 'another_user';
    const claims = claimsOf(answer.accessToken);
    const isForNextcloud =
      claims !== undefined && audiencesOf(claims).some((one) => options.audiences.includes(one));
    return isForNextcloud ? undefined : 'unusable_tokens';
  }

  return {
    async link(principal, clientId) {
      const payload: Asked = { clientId };
      const state = await flows.start({ kind: LINK, principal, payload });
      return `${options.publicUrl}/oauth/authorize-nextcloud?${new URLSearchParams({ state }).toString()}`;
    },

    async begin(given) {
      const link = await flows.take<Asked>(LINK, given);
      if (link?.principal === undefined) return undefined;
      const { issuer, authorizationEndpoint, pkceMethods } = await options.metadata();
      if (pkceMethods !== undefined && !pkceMethods.includes('S256')) {
        throw new RelayError(
          'configuration',
          'The identity provider does not support PKCE with S256.',
        );
      }
      const { clientId } = await options.client.current();
      const [verifier, nonce, browser] = [newVerifier(), newVerifier(), newVerifier()];
      const payload: UnderWay = {
        ...link.payload,
        verifier,
        nonce,
        issuer,
        browser: s256(browser),
      };
      const state = await flows.start({ kind: STATE, principal: link.principal, payload });
      const url = authorizationUrl(authorizationEndpoint, {
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: requestedScopes(options).join(' '),
        state,
        nonce,
        code_challenge: s256(verifier),
        code_challenge_method: 'S256',
        // without it several providers drop offline_access silently
        prompt: 'consent',
        ...(options.resource === undefined ? {} : { resource: options.resource }),
      });
      return { url, browser };
    },

    async callback(query, browser) {
      const state = only(query, 'state');
      // another browser does not even use the state up
      const seen = state === undefined ? undefined : await flows.peek<UnderWay>(STATE, state);
      if (state === undefined || browser === undefined || seen?.payload.browser !== s256(browser)) {
        return { kind: 'refused', reason: 'unknown_state' };
      }
      const flow = await flows.take<UnderWay>(STATE, state);
      if (flow?.principal === undefined) return { kind: 'refused', reason: 'unknown_state' };
      const { principal, payload } = flow;
      const reason = await answered(query, principal, payload);
      await audit.record({
        event: 'offline_access.granted',
        outcome: reason === undefined ? 'ok' : 'refused',
        principal,
        clientId: payload.clientId,
        target: reason,
      });
      return reason === undefined ? { kind: 'granted' } : { kind: 'refused', reason };
    },

    async revoke(principal) {
      const removed = await grants.remove(principal);
      if (removed === undefined) return { removed: false, revokedAtProvider: false };
      const revokedAtProvider = await revokeToken(removed.refreshToken);
      await audit.record({ event: 'offline_access.revoked', outcome: 'ok', principal });
      return { removed: true, revokedAtProvider };
    },
  };

  async function answered(
    query: URLSearchParams,
    principal: Principal,
    payload: UnderWay,
  ): Promise<CallbackRefusal | undefined> {
    const metadata = await options.metadata();
    if (payload.issuer !== metadata.issuer || !isFrom(query, metadata)) return 'wrong_issuer';
    const code = only(query, 'code');
    if (query.has('error') || code === undefined) return 'denied';
    return await redeem(code, principal, payload, metadata);
  }
}

function requestedScopes({ scopes }: OfflineAccessOptions): string[] {
  return [...new Set(['openid', 'offline_access', ...scopes])];
}

/** RFC 9207: an answer that names its issuer has to name this one; where the provider always does, it must. */
function isFrom(query: URLSearchParams, { issuers, issInResponses }: ProviderMetadata): boolean {
  if (!query.has('iss')) return !issInResponses;
  const issuer = only(query, 'iss');
  return issuer !== undefined && issuers.has(issuer);
}

function only(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  return values.length === 1 && values[0] !== '' ? values[0] : undefined;
}

/** Undefined when the provider does not take the code: used, expired, or for another client. */
async function codeGrant(
  endpoint: TokenEndpoint,
  form: Readonly<Record<string, string>>,
): Promise<TokenAnswer | undefined> {
  try {
    return await endpoint.grant({ grant_type: 'authorization_code', ...form });
  } catch (error) {
    if (error instanceof RelayError && error.details?.oauth_error === 'invalid_grant') {
      return undefined;
    }
    throw error;
  }
}
