import { errors } from 'oidc-provider';
import type { JWK } from 'jose';
import { rowsOf } from '../auth/provider-rows.ts';
import type { Kept } from '../auth/provider-rows.ts';

/** What tokens are issued for: the gateway, or the Nextcloud behind it. */
export const NEXTCLOUD_AUDIENCE = 'https://cloud.example.org';
export const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const SCOPES = 'notes:read notes:write';

interface Person {
  readonly id: string;
  readonly displayName: string;
}

/** An OpenID provider as a company runs one: own accounts, registration, RFC 8707, refresh tokens that rotate. */
export function providerConfiguration(
  key: JWK,
  kept: Kept,
  personOf: (id: string) => Person,
): Readonly<Record<string, unknown>> {
  return {
    adapter: (model: string) => rowsOf(kept, model),
    jwks: { keys: [key] },
    cookies: { keys: ['for tests only'] },
    scopes: ['openid', 'profile', 'offline_access', ...SCOPES.split(' ')],
    claims: { profile: ['name', 'preferred_username'] },
    // the gateway asks for them in the ID token, as it does with Keycloak
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    pkce: { required: () => true },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, name: personOf(id).displayName, preferred_username: id }),
    }),
    extraTokenClaims: (_context: unknown, { accountId }: { accountId: string }) => ({
      preferred_username: accountId,
    }),
    issueRefreshToken: (_context: unknown, _client: unknown, { scopes }: { scopes: Set<string> }) =>
      scopes.has('offline_access'),
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    ttl: {
      AccessToken: 300,
      AuthorizationCode: 60,
      IdToken: 300,
      Interaction: 600,
      Session: 3600,
      Grant: 3600,
      RefreshToken: 3600,
    },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    clientBasedCORS: () => false,
    renderError: (context: { body: unknown }, { error }: { error: string }) =>
      (context.body = `error: ${error}`),
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true, allowedPolicy: () => true },
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        defaultResource: (_context: unknown, _client: unknown, one?: string) => one,
        getResourceServerInfo(_context: unknown, resource: string) {
          if (resource !== NEXTCLOUD_AUDIENCE && !resource.endsWith('/mcp')) {
            throw new errors.InvalidTarget();
          }
          return {
            scope: SCOPES,
            audience: resource,
            accessTokenTTL: 300,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          };
        },
      },
    },
  };
}
