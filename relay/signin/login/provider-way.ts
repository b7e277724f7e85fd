import type { JWTVerifyGetKey } from 'jose';
import type { ProviderMetadata } from '../../credentials/provider-metadata.ts';
import type { TokenAnswer } from '../../credentials/token-answer.ts';
import type { TokenEndpoint } from '../../credentials/token-endpoint.ts';
import { RelayError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import type { AccessRules } from '../../store/access-rules.ts';
import {
  isFrom,
  isProviderError,
  onlyOne,
  redeemCode,
  requireS256,
} from '../authorization-code.ts';
import type { GatewayClient } from '../client-registration.ts';
import { authorizationUrl } from '../front-door.ts';
import { verifyIdToken } from '../id-token.ts';
import type { SignedIn } from '../id-token.ts';
import { s256 } from '../pkce.ts';
import { isPermitted } from './logged-in.ts';
import type { LoggedIn } from './logged-in.ts';
import type { RedirectSecrets, RedirectWay } from './login-way.ts';

export interface ProviderWayOptions {
  readonly client: GatewayClient;
  readonly endpoint: TokenEndpoint;
  readonly metadata: () => Promise<ProviderMetadata>;
  readonly keys: JWTVerifyGetKey;
  readonly accessRules: AccessRules;
  /** Root of the gateway as browsers reach it. */
  readonly publicUrl: string;
  /** Who asks for the password, as the page says it. */
  readonly provider: string;
  /** What of the ID token is the Nextcloud user id. */
  readonly userClaim: 'preferred_username' | 'sub';
  /** Epoch seconds. */
  readonly now: () => number;
  readonly log: Logger;
}

const SCOPE = 'openid profile';

/** An external identity provider (OpenID Connect), for our own pages: it says who somebody is, and nothing is kept. */
export function providerWay(options: ProviderWayOptions): RedirectWay {
  const { client, accessRules, log } = options;
  const redirectUri = `${options.publicUrl}/oauth/login/callback`;

  async function verified(
    { idToken, accessToken }: TokenAnswer,
    { issuers }: ProviderMetadata,
    { nonce }: RedirectSecrets,
  ): Promise<SignedIn | undefined> {
    if (idToken === undefined) return undefined;
    const { clientId } = await client.current();
    const expected = { keys: options.keys, issuers, clientId, nonce, accessToken };
    try {
      return await verifyIdToken(idToken, { ...expected, now: options.now() });
    } catch (error) {
      if (error instanceof RelayError && error.retryable) throw error;
      log.warn('an ID token was refused', { cause: error });
      return undefined;
    }
  }

  return {
    kind: 'redirect',
    name: 'identity provider',
    provider: options.provider,

    target: async () => (await options.metadata()).authorizationEndpoint,

    async address(state, { verifier, nonce }) {
      const metadata = await options.metadata();
      requireS256(metadata);
      const { clientId } = await client.current();
      return authorizationUrl(metadata.authorizationEndpoint, {
        response_type: 'code',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: SCOPE,
        state,
        nonce,
        code_challenge: s256(verifier),
        code_challenge_method: 'S256',
      });
    },

    async settle(query, secrets) {
      const metadata = await options.metadata();
      if (!isFrom(query, metadata)) return { kind: 'refused', reason: 'wrong_issuer' };
      if (isProviderError(query, log)) return { kind: 'refused', reason: 'provider_error' };
      const code = onlyOne(query, 'code');
      const answer =
        query.has('error') || code === undefined
          ? undefined
          : await redeemCode(options, { code, redirectUri, verifier: secrets.verifier });
      if (answer === undefined) return { kind: 'refused', reason: 'denied' };
      const signedIn = await verified(answer, metadata, secrets);
      if (signedIn === undefined) return { kind: 'refused', reason: 'unusable_answer' };
      const person = personOf(signedIn, options.userClaim);
      return (await isPermitted(accessRules, person, signedIn.groups ?? []))
        ? { kind: 'person', person }
        : { kind: 'refused', reason: 'not_permitted', person };
    },
  };
}

function personOf(
  { issuer, subject, username, name }: SignedIn,
  userClaim: ProviderWayOptions['userClaim'],
): LoggedIn {
  return {
    principal: { issuer, subject },
    userId: userClaim === 'sub' ? subject : (username ?? subject),
    ...(name === undefined ? {} : { displayName: name }),
  };
}
