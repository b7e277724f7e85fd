import { bearer } from '../../credentials/bearer.ts';
import { tokenPairOf } from '../../credentials/nextcloud-oauth2.ts';
import type { NextcloudOauth2 } from '../../credentials/nextcloud-oauth2.ts';
import type { ProviderMetadata } from '../../credentials/provider-metadata.ts';
import type { TokenAnswer } from '../../credentials/token-answer.ts';
import type { TokenEndpoint } from '../../credentials/token-endpoint.ts';
import type { Logger } from '../../log.ts';
import type { NextcloudServer } from '../../nextcloud/connect.ts';
import type { AccessRules } from '../../store/access-rules.ts';
import type { NextcloudTokens } from '../../store/nextcloud-tokens.ts';
import { isFrom, onlyOne, redeemCode } from '../authorization-code.ts';
import { authorizationUrl } from '../front-door.ts';
import { askAccount } from './ask-account.ts';
import { isPermitted } from './logged-in.ts';
import type { LoginOutcome } from './logged-in.ts';
import type { RedirectWay } from './login-way.ts';

export interface NextcloudOauth2WayOptions {
  readonly clientId: string;
  /** With `nextcloudOauth2Metadata` and the same client. */
  readonly endpoint: TokenEndpoint;
  readonly metadata: ProviderMetadata;
  readonly access: NextcloudOauth2;
  readonly tokens: NextcloudTokens;
  readonly server: NextcloudServer;
  readonly accessRules: AccessRules;
  /** Root of the gateway as browsers reach it. */
  readonly publicUrl: string;
  /** Root of the Nextcloud as configured. */
  readonly nextcloudUrl: string;
  /** Epoch seconds. */
  readonly now: () => number;
  /** Told when Nextcloud does not take a code. */
  readonly log?: Logger;
}

/**
 * Nextcloud's core app `oauth2`: comes back in the same tab, so a login started here can only end here. An administrator
 * has registered the gateway. The app knows neither PKCE nor nonces; the client's secret stands in for them.
 */
export function nextcloudOauth2Way(options: NextcloudOauth2WayOptions): RedirectWay {
  const { clientId, metadata, access, tokens, server, accessRules } = options;
  const { publicUrl, nextcloudUrl, now } = options;
  const redirectUri = `${publicUrl}/oauth/login/callback`;

  async function settleTokens(answer: TokenAnswer): Promise<LoginOutcome> {
    const names = { issuer: publicUrl, nextcloudUrl };
    const { person, groups } = await askAccount(server, bearer(answer.accessToken), names);
    if (!(await isPermitted(accessRules, person, groups))) {
      await access.withdraw(answer);
      return { kind: 'refused', reason: 'not_permitted', person };
    }
    const { principal, userId } = person;
    const pair = tokenPairOf(answer, now());
    const replaced = await tokens.save(principal, { ...pair, userId, server: nextcloudUrl });
    // one that has ended or is dead would only count as a failed login
    if (replaced !== undefined && replaced.deadAt === undefined && replaced.expiresAt > now()) {
      await access.withdraw(replaced);
    }
    return { kind: 'person', person };
  }

  return {
    kind: 'redirect',
    name: 'oauth2 app',

    target: () => Promise.resolve(metadata.authorizationEndpoint),

    address: (state) =>
      Promise.resolve(
        authorizationUrl(metadata.authorizationEndpoint, {
          response_type: 'code',
          client_id: clientId,
          redirect_uri: redirectUri,
          state,
        }),
      ),

    async settle(query) {
      // Nextcloud does not say who it is; an answer that says so must not be somebody else's (RFC 9207)
      if (!isFrom(query, metadata)) return { kind: 'refused', reason: 'wrong_issuer' };
      const code = onlyOne(query, 'code');
      const answer =
        query.has('error') || code === undefined
          ? undefined
          : await redeemCode(options, { code, redirectUri });
      if (answer === undefined) return { kind: 'refused', reason: 'denied' };
      try {
        return await settleTokens(answer);
      } catch (error) {
        // tokens nobody knows of would stay good in Nextcloud's list
        await access.withdraw(answer);
        throw error;
      }
    },
  };
}
