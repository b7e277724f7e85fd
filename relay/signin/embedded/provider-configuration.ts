import { errors } from 'oidc-provider';
import type { Client, Context, Provider } from 'oidc-provider';
import type { ArtifactAdapter } from './artifact-adapter.ts';
import { applyClientPolicy } from './client-policy.ts';
import type { ClientMetadata, ClientPolicy } from './client-policy.ts';
import { UNNAMED_SCOPES, offerAllScopes, startingGrant } from './consent.ts';
import type { ConsentRules } from './consent.ts';
import type { ClientDescription } from './client-description.ts';
import { describeClient } from './client-description.ts';
import { isDocumentId, READ_AT_MOST } from './fetched-for-clients.ts';
import { SIGNING_ALGORITHM } from './signing-keys.ts';
import type { KeySet } from './signing-keys.ts';

export const ROUTES = {
  authorization: '/oauth/authorize',
  token: '/oauth/token',
  jwks: '/oauth/jwks',
  registration: '/oauth/register',
  revocation: '/oauth/revoke',
} as const;

const INTERACTION_PATH = '/oauth/interaction';

export interface ProviderFacts {
  readonly resource: string;
  readonly rules: ConsentRules;
  readonly policy: ClientPolicy;
  readonly keys: KeySet;
  readonly adapter: (model: string) => ArtifactAdapter;
  readonly accessTokenSeconds: number;
  readonly refreshTokenSeconds: number;
  readonly grantSeconds: number;
  readonly usable: (subject: string) => Promise<boolean>;
  readonly permitsClient: (client: ClientDescription) => Promise<boolean>;
  readonly showProblem: (context: Context, problem: ProviderProblem) => void;
  /** For what clients name. */
  readonly fetch: typeof globalThis.fetch;
}

/** What the library says when it cannot send the browser back to the client. */
export interface ProviderProblem {
  readonly error: string;
  readonly error_description?: string;
}

const SESSION_SECONDS = 8 * 3600;
/** Nextcloud's login link lives longer, but a person who was away this long should start again from the client. */
const INTERACTION_SECONDS = 600;
const CODE_SECONDS = 60;
const CACHED_DOCUMENT = { min: 60, max: 3600 };
const off = { enabled: false };

/** @param provider gives the provider that is made with this: some answers need it */
export function providerConfiguration(
  facts: ProviderFacts,
  provider: () => Provider,
): Record<string, unknown> {
  const { keys, adapter, rules } = facts;
  const secure = rules.issuer.startsWith('https:');
  const cookie = { signed: true, httpOnly: true, sameSite: 'lax' };
  return {
    adapter,
    jwks: { keys: keys.signing },
    routes: ROUTES,
    cookies: {
      keys: keys.cookies,
      names: {
        session: secure ? '__Host-authorization' : 'authorization',
        interaction: secure ? '__Secure-interaction' : 'interaction',
        resume: secure ? '__Secure-resume' : 'resume',
      },
      long: cookie,
      short: cookie,
    },
    responseTypes: ['code'],
    scopes: ['openid'],
    claims: { openid: ['sub'] },
    pkce: { required: () => true },
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    clientDefaults: {
      id_token_signed_response_alg: SIGNING_ALGORITHM,
      token_endpoint_auth_method: 'none',
    },
    enabledJWA: { idTokenSigningAlgValues: [SIGNING_ALGORITHM] },
    // Asking for offline_access is not needed: who signs in once wants to stay signed in.
    issueRefreshToken: (_context: Context, client: Client) =>
      client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    ttl: lives(facts),
    findAccount: accountFinder(facts),
    loadExistingGrant: (context: Context) => startingGrant(provider(), context, rules),
    extraParams: { [UNNAMED_SCOPES]: authorizationCheck(facts) },
    extraClientMetadata: {
      properties: ['software_id'],
      validator(_context: unknown, _name: string, _value: unknown, metadata: ClientMetadata) {
        applyClientPolicy(metadata, facts.policy);
      },
    },
    extraTokenClaims: (_context: Context, token: { readonly grantId: string }) => ({
      gid: token.grantId,
    }),
    clientBasedCORS: (_context: Context, origin: string, client: Client) =>
      client.redirectUris.some((uri) => URL.parse(uri)?.origin === origin),
    interactions: {
      url: (_context: Context, { uid }: { readonly uid: string }) => `${INTERACTION_PATH}/${uid}`,
    },
    renderError(context: Context, problem: ProviderProblem) {
      facts.showProblem(context, problem);
    },
    features: features(facts),
    fetch: facts.fetch,
    fetchResponseBodyLimits: READ_AT_MOST,
  };
}

function features(facts: ProviderFacts): Record<string, unknown> {
  return {
    devInteractions: off,
    userinfo: off,
    rpInitiatedLogout: off,
    pushedAuthorizationRequests: off,
    introspection: off,
    // A bound token is only as good as the check of its proof, which the MCP endpoint does not make.
    dPoP: off,
    revocation: {
      enabled: true,
      allowedPolicy: (_context: Context, client: Client, token: { readonly clientId: string }) =>
        token.clientId === client.clientId,
    },
    registration: { enabled: true, initialAccessToken: false, issueRegistrationAccessToken: false },
    clientIdMetadataDocument: {
      enabled: true,
      ack: 'draft-02',
      cacheDuration: CACHED_DOCUMENT,
      allowFetch: (_context: Context, id: string) => isDocumentId(id),
      allowClient: () => true,
    },
    resourceIndicators: {
      enabled: true,
      useGrantedResource: () => true,
      defaultResource: (_context: Context, _client: Client, oneOf?: readonly string[]) =>
        oneOf?.[0] ?? facts.resource,
      getResourceServerInfo: resourceServer(facts),
    },
  };
}

/** RFC 9068 tokens for the MCP endpoint and for nothing else (RFC 8707); its address may end with a slash. */
function resourceServer({ resource, rules, accessTokenSeconds }: ProviderFacts) {
  return (_context: Context, indicator: string) => {
    if (indicator !== resource && indicator !== `${resource}/`) throw new errors.InvalidTarget();
    return {
      scope: rules.scopes.join(' '),
      audience: resource,
      accessTokenTTL: accessTokenSeconds,
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: SIGNING_ALGORITHM } },
    };
  };
}

function lives({ accessTokenSeconds, refreshTokenSeconds, grantSeconds }: ProviderFacts) {
  return {
    AccessToken: accessTokenSeconds,
    AuthorizationCode: CODE_SECONDS,
    IdToken: accessTokenSeconds,
    Interaction: INTERACTION_SECONDS,
    Session: SESSION_SECONDS,
    Grant: grantSeconds,
    // However often it is renewed, it ends with the grant.
    RefreshToken({ oidc }: Context) {
      const end = oidc.grant?.exp ?? Number.POSITIVE_INFINITY;
      const left = Math.floor(end - Date.now() / 1000);
      return Math.max(1, Math.min(refreshTokenSeconds, left));
    },
  };
}

/** For a code or a refresh token the person must still be served; then the client starts a new sign-in. */
function accountFinder({ usable, permitsClient }: ProviderFacts) {
  return async ({ oidc }: Context, accountId: string, token?: unknown) => {
    if (token !== undefined) {
      const permitted = await permitsClient(describeClient(oidc.client, oidc.params));
      if (!permitted || !(await usable(accountId))) return undefined;
    }
    return { accountId, claims: () => ({ sub: accountId }) };
  };
}

function authorizationCheck({ rules, permitsClient }: ProviderFacts) {
  return async (context: Context) => {
    if (!(await permitsClient(describeClient(context.oidc.client, context.oidc.params))))
      throw new errors.AccessDenied('an administrator does not allow this client');
    offerAllScopes(context, rules);
  };
}
