import type { Flows } from '../store/flows.ts';
import type { Principal } from '../store/principal.ts';
import { isFrom, isProviderError, onlyOne, requireS256 } from './authorization-code.ts';
import { authorizationUrl } from './front-door.ts';
import { codeRedemption } from './offline-access-redemption.ts';
import type { Recovered, RedemptionOptions } from './offline-access-redemption.ts';
import { newVerifier, s256 } from './pkce.ts';

/** Why a callback led to nothing; for the page and the audit log. */
export type CallbackRefusal =
  /** State unknown, used, expired, of another browser, or given up for a newer one. */
  | 'unknown_state'
  /** The answer comes from another provider than was asked (mix-up). */
  | 'wrong_issuer'
  /** The person said no. */
  | 'denied'
  /** The provider did not take the gateway's request. */
  | 'provider_error'
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
  /**
   * Brings to an end what a crash or a lost answer cut off between the provider's step and ours. Soon after a start, with
   * `patiently`: codes live for about a minute, and a process that died moments before still holds its lease.
   */
  recover(how?: { readonly patiently: boolean }): Promise<Recovered>;
}

export interface OfflineAccessOptions extends RedemptionOptions {
  readonly flows: Flows;
  /** Root of the gateway as browsers reach it. */
  readonly publicUrl: string;
  /** Beside `openid` and `offline_access`. */
  readonly scopes: readonly string[];
  /** Waits; milliseconds. */
  readonly pause?: (ms: number) => Promise<void>;
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
  const { flows, grants, redemptions, audit, endpoint, log, pause = paused } = options;
  const redirectUri = `${options.publicUrl}/oauth/callback`;
  const redemption = codeRedemption(options);

  async function revokeToken(refreshToken: string | undefined): Promise<boolean> {
    if (refreshToken === undefined) return false;
    try {
      return await endpoint.revoke(refreshToken, 'refresh_token');
    } catch (error) {
      log.warn('a refresh token could not be revoked at the provider', { cause: error });
      return false;
    }
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
      // who starts anew is done with what came before, also when that was cut off
      await redemption.recover(link.principal);
      const metadata = await options.metadata();
      requireS256(metadata);
      const { issuer, authorizationEndpoint } = metadata;
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
      const state = onlyOne(query, 'state');
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
      await redemption.giveUp(principal);
      const removed = await grants.remove(principal);
      if (removed === undefined) return { removed: false, revokedAtProvider: false };
      const revokedAtProvider = await revokeToken(removed.refreshToken);
      await audit.record({ event: 'offline_access.revoked', outcome: 'ok', principal });
      return { removed: true, revokedAtProvider };
    },

    async recover({ patiently } = { patiently: false }) {
      const first = await redemption.recover();
      const end = patiently ? await redemptions.nextEnd() : undefined;
      if (end === undefined) return first;
      await pause((end - options.now()) * 1000);
      const second = await redemption.recover();
      return { stored: first.stored + second.stored, ended: first.ended + second.ended };
    },
  };

  async function answered(
    query: URLSearchParams,
    principal: Principal,
    payload: UnderWay,
  ): Promise<CallbackRefusal | undefined> {
    const metadata = await options.metadata();
    if (payload.issuer !== metadata.issuer || !isFrom(query, metadata)) return 'wrong_issuer';
    const code = onlyOne(query, 'code');
    if (isProviderError(query, log)) return 'provider_error';
    if (query.has('error') || code === undefined) return 'denied';
    const { verifier, nonce, issuer, clientId } = payload;
    const refusal = await redemption.redeem(principal, {
      code,
      redirectUri,
      verifier,
      nonce,
      issuer,
      clientId,
      scopes: requestedScopes(options),
    });
    return refusal === 'superseded' ? 'unknown_state' : refusal;
  }
}

function requestedScopes({ scopes }: OfflineAccessOptions): string[] {
  return [...new Set(['openid', 'offline_access', ...scopes])];
}

function paused(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
