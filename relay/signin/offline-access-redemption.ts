import type { JWTVerifyGetKey } from 'jose';
import type { ProviderMetadata } from '../credentials/provider-metadata.ts';
import type { TokenAnswer } from '../credentials/token-answer.ts';
import { audiencesOf, claimsOf } from '../credentials/token-claims.ts';
import type { TokenEndpoint } from '../credentials/token-endpoint.ts';
import { RelayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { AuditLog } from '../store/audit-log.ts';
import type { Grants } from '../store/grants.ts';
import type { Principal } from '../store/principal.ts';
import type { Redemption, Redemptions } from '../store/redemptions.ts';
import { redeemCode } from './authorization-code.ts';
import type { GatewayClient } from './client-registration.ts';
import { verifyIdToken } from './id-token.ts';
import type { SignedIn } from './id-token.ts';

export interface RedemptionOptions {
  readonly grants: Grants;
  readonly redemptions: Redemptions;
  readonly audit: AuditLog;
  readonly client: GatewayClient;
  readonly endpoint: TokenEndpoint;
  readonly metadata: () => Promise<ProviderMetadata>;
  readonly keys: JWTVerifyGetKey;
  /** Nextcloud at the provider (`resource`), when it has a URI there. */
  readonly resource: string | undefined;
  /** Names of Nextcloud in `aud`; the first is stored. */
  readonly audiences: readonly string[];
  /** Epoch seconds. */
  readonly now: () => number;
  readonly log: Logger;
}

/** What a code has to be redeemed with; stored encrypted while that is under way. */
export interface CodeInHand {
  readonly code: string;
  readonly redirectUri: string;
  readonly verifier: string;
  readonly nonce: string;
  readonly issuer: string;
  /** The MCP client on whose behalf the person was asked. */
  readonly clientId: string;
  /** Asked for, and granted unless the provider says otherwise. */
  readonly scopes: readonly string[];
}

/** Why a code led to no grant. `superseded`: the person started anew meanwhile. */
export type RedemptionRefusal = 'denied' | 'another_user' | 'unusable_tokens' | 'superseded';

/** How codes ended that a crash or a lost answer had cut off. */
export interface Recovered {
  /** Had not been spent yet: the grant is stored now. */
  readonly stored: number;
  /** Led to nothing, here and (as far as presenting a code again can do it) at the provider. */
  readonly ended: number;
}

/** Turns authorization codes into grants, so that a death at any moment leaves no grant that nobody knows of. */
export interface CodeRedemption {
  /** Undefined: granted. @throws RelayError when the provider cannot be reached; `recover` goes on from there */
  redeem(principal: Principal, inHand: CodeInHand): Promise<RedemptionRefusal | undefined>;
  /** Brings to an end what was cut off; of `principal` at once, of everybody when their leases are over. */
  recover(principal?: Principal): Promise<Recovered>;
  /** This person wants none of it: whatever is on its way will not be stored. */
  giveUp(principal: Principal): Promise<void>;
}

/** Longer than the two requests it takes may last. */
const LEASE_SECONDS = 30;
const AT_ONCE = 100;

export function codeRedemption(options: RedemptionOptions): CodeRedemption {
  const { grants, redemptions, audit, endpoint, log } = options;

  async function revoke(refreshToken: string): Promise<boolean> {
    try {
      return await endpoint.revoke(refreshToken, 'refresh_token');
    } catch (error) {
      log.warn('a refresh token could not be revoked at the provider', { cause: error });
      return false;
    }
  }

  /** Tokens that will not be used. Where they cannot be revoked, presenting their code again is what is left to do. */
  async function discard(id: string, { refreshToken }: TokenAnswer): Promise<void> {
    if (refreshToken === undefined || (await revoke(refreshToken))) await redemptions.end(id);
  }

  /** Code for tokens, checked in full; what is not for this person is revoked again. */
  async function spend(
    { id, principal, payload }: Redemption<CodeInHand>,
    clientId: string,
  ): Promise<RedemptionRefusal | undefined> {
    const answer = await redeemCode(options, { ...payload, resource: options.resource }).catch(
      async (error: unknown) => {
        if (isAnswered(error)) await redemptions.end(id);
        throw error;
      },
    );
    if (answer === undefined) {
      await redemptions.end(id);
      return 'denied';
    }
    try {
      const refusal = await judge(answer, principal, payload, clientId);
      const { refreshToken } = answer;
      if (refusal === undefined && refreshToken !== undefined) {
        const grant = grantOf({ ...answer, refreshToken }, payload, clientId, options);
        if (await grants.save(principal, grant, id)) return undefined;
        await revoke(refreshToken);
        return 'superseded';
      }
      await discard(id, answer);
      return refusal ?? 'unusable_tokens';
    } catch (error) {
      await discard(id, answer);
      throw error;
    }
  }

  async function judge(
    answer: TokenAnswer,
    principal: Principal,
    inHand: CodeInHand,
    clientId: string,
  ): Promise<RedemptionRefusal | undefined> {
    if (answer.idToken === undefined) return 'unusable_tokens';
    const { issuers } = await options.metadata();
    let signedIn: SignedIn;
    try {
      signedIn = await verifyIdToken(answer.idToken, {
        keys: options.keys,
        issuers,
        clientId,
        nonce: inHand.nonce,
        accessToken: answer.accessToken,
        now: options.now(),
      });
    } catch (error) {
      if (error instanceof RelayError && error.retryable) throw error;
      log.warn('an ID token was refused', { cause: error });
      return 'unusable_tokens';
    }
    const sameProvider = issuers.has(principal.issuer);
    if (!sameProvider || signedIn.subject !== principal.subject) return 'another_user';
    const claims = claimsOf(answer.accessToken);
    const isForNextcloud =
      claims !== undefined && audiencesOf(claims).some((one) => options.audiences.includes(one));
    return isForNextcloud ? undefined : 'unusable_tokens';
  }

  async function resolve(cutOff: Redemption<CodeInHand>): Promise<'stored' | 'ended'> {
    const { principal, payload, id, createdAt } = cutOff;
    const newer = await grants.find(principal);
    const { issuer } = await options.metadata();
    // A provider may keep one grant for both: presenting the older code again could end the newer grant.
    const isOver = newer !== undefined && newer.createdAt >= createdAt;
    if (isOver || payload.issuer !== issuer) {
      await redemptions.end(id);
      return 'ended';
    }
    const { clientId } = await options.client.current();
    const refusal = await spend(cutOff, clientId);
    await audit.record({
      event: 'offline_access.granted',
      outcome: refusal === undefined ? 'ok' : 'failed',
      principal,
      clientId: payload.clientId,
      target: refusal === undefined ? undefined : 'interrupted',
    });
    return refusal === undefined ? 'stored' : 'ended';
  }

  const claim = (principal: Principal | undefined): Promise<readonly Redemption<CodeInHand>[]> =>
    redemptions.claim({
      leaseSeconds: LEASE_SECONDS,
      limit: AT_ONCE,
      ...(principal === undefined ? {} : { principal }),
    });

  async function recover(principal?: Principal): Promise<Recovered> {
    const recovered = { stored: 0, ended: 0 };
    for (const one of await claim(principal)) {
      try {
        recovered[await resolve(one)] += 1;
      } catch (error) {
        log.warn('a sign-in that was cut off cannot be ended yet', { cause: error });
      }
    }
    return recovered;
  }

  return {
    async redeem(principal, payload) {
      const { clientId } = await options.client.current();
      const id = await redemptions.begin(principal, payload, LEASE_SECONDS);
      return spend({ id, principal, payload, createdAt: options.now() }, clientId);
    },

    recover,

    async giveUp(principal) {
      await recover(principal);
      // what the provider could not be asked about
      for (const { id } of await claim(principal)) await redemptions.end(id);
    },
  };
}

/** The provider has said no, in its own words; anything else may hide that it said yes. */
function isAnswered(error: unknown): boolean {
  return error instanceof RelayError && error.details?.oauth_error !== undefined;
}

function grantOf(
  answer: TokenAnswer & { readonly refreshToken: string },
  inHand: CodeInHand,
  clientId: string,
  { audiences, now }: RedemptionOptions,
) {
  const { refreshToken, refreshExpiresIn } = answer;
  return {
    refreshToken,
    audience: audiences[0] ?? '',
    scopes: answer.scopes ?? inHand.scopes,
    clientId,
    // 0: some providers' way to say never
    expiresAt: refreshExpiresIn ? now() + refreshExpiresIn : undefined,
  };
}
