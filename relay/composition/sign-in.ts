import { randomBytes } from 'node:crypto';
import { principalIn } from '../access/access-info.ts';
import { audienceRule, checkAudience, checkBothAudiences } from '../access/audience.ts';
import type { AudienceRule } from '../access/audience.ts';
import { ConfigurationError } from '../config/problem.ts';
import type { Config } from '../config.ts';
import type { SignInConfig } from '../config/sign-in.ts';
import { SIGN_IN_TOOLSET } from '../config/toolsets.ts';
import { appPasswordStrategy } from '../credentials/app-password.ts';
import { backgroundCredentials } from '../credentials/background.ts';
import { readSigningKey } from '../credentials/client-authentication.ts';
import type { OAuthClient } from '../credentials/client-authentication.ts';
import { multiAudience } from '../credentials/multi-audience.ts';
import type { ProviderMetadata } from '../credentials/provider-metadata.ts';
import type { CredentialStrategy } from '../credentials/strategy.ts';
import { tokenBroker } from '../credentials/token-broker.ts';
import type { TokenBroker } from '../credentials/token-broker.ts';
import { tokenEndpoint } from '../credentials/token-endpoint.ts';
import type { TokenEndpoint } from '../credentials/token-endpoint.ts';
import { tokenExchange } from '../credentials/token-exchange.ts';
import { RelayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { ServerSignIn } from '../mcp/server.ts';
import type { Session } from '../mcp/session.ts';
import type { AgentOptions } from '../nextcloud/agents.ts';
import type { NextcloudServer } from '../nextcloud/connect.ts';
import { createHttpClient } from '../nextcloud/http.ts';
import { configuredClient, registeredClient } from '../signin/client-registration.ts';
import type { GatewayClient } from '../signin/client-registration.ts';
import { signInElicitation } from '../signin/elicitation.ts';
import { loginFlowV2 } from '../signin/login-flow-v2.ts';
import { nextcloudConnection } from '../signin/nextcloud-connection.ts';
import type { NextcloudConnection } from '../signin/nextcloud-connection.ts';
import { offlineAccess } from '../signin/offline-access.ts';
import type { OfflineAccess } from '../signin/offline-access.ts';
import { providerKeys } from '../signin/provider-keys.ts';
import { loginFlowProvisioning, offlineProvisioning } from '../signin/provisioning.ts';
import type { Provisioning } from '../signin/provisioning.ts';
import type { Store } from '../store/store.ts';
import { signInTools } from '../tools/signin/index.ts';
import type { DefinedTool } from '../tools/tool.ts';
import { auditTrail } from './audit-trail.ts';
import type { AuditTrail } from './audit-trail.ts';
import { identityProvider, secretMethod } from './identity-provider.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { openedStore } from './opened-store.ts';
import { startSweeper } from './sweeper.ts';
import { userNextcloud } from './user-nextcloud.ts';

/** Everything of a gateway for many people that one for a single user does not have. */
export interface SignIn {
  readonly config: SignInConfig;
  readonly provider: IdentityProvider;
  readonly rule: AudienceRule;
  readonly checkAudience: typeof checkAudience;
  readonly broker: TokenBroker;
  readonly provisioning: Provisioning;
  /** Login Flow v2, where app passwords are used. */
  readonly connection: NextcloudConnection | undefined;
  /** Flow 2, where it is switched on. */
  readonly offline: OfflineAccess | undefined;
  readonly store: Store;
  readonly tools: readonly DefinedTool[];
  readonly server: ServerSignIn;
  /** Who is calling. @throws RelayError `unauthorized` when the checks were passed by: fails closed */
  session(context: SessionContext): Session;
  close(): Promise<void>;
}

/** What the MCP handler knows of a request. */
export interface SessionContext {
  readonly authInfo?:
    { readonly token: string; readonly extra?: Record<string, unknown> } | undefined;
  readonly requestInfo?: Request | undefined;
}

export interface SignInOptions {
  readonly config: Config;
  readonly signIn: SignInConfig;
  readonly nextcloud: NextcloudServer;
  readonly agents: AgentOptions;
  readonly log: Logger;
  readonly now: () => Date;
}

/** Opens the store; the identity provider and Nextcloud may start later. */
export async function composeSignIn(options: SignInOptions): Promise<SignIn> {
  const { signIn: config, log, now } = options;
  const rule = ruleOf(config);
  const seconds = (): number => Math.floor(now().getTime() / 1000);
  const store = await openedStore(config.store, log, now);
  const provider = identityProvider({
    config,
    agents: options.agents,
    now: () => now().getTime(),
    log,
  });
  const { http, metadata } = provider;
  const client = gatewayClient(config, provider, store, log, seconds);
  const endpoint = tokenEndpoint({ http, metadata, client: () => client.current(), now: seconds });
  const strategy = strategyOf(config, store, endpoint, provider, seconds, log);
  const login = config.credential === 'app-password' ? connectionOf(options, store) : undefined;
  const offline =
    config.offlineAccess && login === undefined
      ? offlineOf(config, store, client, endpoint, provider, seconds, log)
      : undefined;
  const provisioning =
    login === undefined
      ? offlineProvisioning(store.grants, offline)
      : loginFlowProvisioning(store.appPasswords, login.connection);
  const trail = auditTrail(store.audit, log);
  const background =
    offline &&
    backgroundCredentials({
      grants: store.grants,
      endpoint,
      audiences: [config.nextcloudAudience],
      now: seconds,
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      log,
    });
  background?.recover().catch((cause: unknown) => {
    log.warn('refreshes that were cut off could not be looked after', { cause });
  });
  const sweeper = startSweeper(
    [
      () => store.sweep(),
      ...(login === undefined ? [] : [() => login.connection.sweep()]),
      // a process that died moments before this start still holds its lease then
      ...(background === undefined ? [] : [() => background.recover()]),
    ],
    log,
  );

  const broker = tokenBroker(strategy, background);

  return {
    config,
    provider,
    rule,
    checkAudience: config.credential === 'multi-audience' ? checkBothAudiences : checkAudience,
    broker,
    provisioning,
    connection: login?.connection,
    offline,
    store,
    tools: ownTools(provisioning),
    server: await serverOf(store, provisioning, trail),
    session: (context) => sessionOf(context, options.nextcloud, broker),
    async close() {
      await sweeper.stop();
      await trail.settled();
      login?.close();
      provider.close();
      await store.close();
    },
  };
}

/** Scopes, audience and so on of these tools say nothing about Nextcloud: whoever is recognised has them. */
function ownTools(provisioning: Provisioning): DefinedTool[] {
  const tools = signInTools({ provisioning, principalOf: ({ principal }) => principal });
  return tools.map((tool) => ({ ...tool, app: undefined, scopes: [], toolset: SIGN_IN_TOOLSET }));
}

function sessionOf(
  { authInfo, requestInfo }: SessionContext,
  server: NextcloudServer,
  broker: TokenBroker,
): Session {
  const principal = principalIn(authInfo);
  if (authInfo === undefined || principal === undefined)
    throw new RelayError('unauthorized', 'Nobody is signed in.', { hint: 'Sign in first.' });
  const request = { principal, subjectToken: authInfo.token };
  const correlationId = requestInfo?.headers.get('x-request-id') ?? undefined;
  return {
    nextcloud: userNextcloud(server, broker, request),
    scopes: principal.scopes,
    key: principal.key,
    principal,
    ...(correlationId === undefined ? {} : { correlationId }),
  };
}

async function serverOf(
  store: Store,
  provisioning: Provisioning,
  trail: AuditTrail,
): Promise<ServerSignIn> {
  const make = (): Promise<string> => Promise.resolve(randomBytes(32).toString('base64url'));
  const [key] = await store.serverKeys.ensure('request state', make);
  if (key === undefined) throw new Error('The store has no key for request states.');
  return {
    elicitation: signInElicitation({
      key: Buffer.from(key.material, 'base64url'),
      principalKey(context) {
        const principal = principalIn(context.http?.authInfo);
        if (principal === undefined) throw new Error('Nobody is signed in.');
        return principal.key;
      },
    }),
    link: (principal) => provisioning.link(principal),
    audit: (session, tool, outcome) => {
      trail.toolCalled(session, tool, outcome);
    },
  };
}

function ruleOf(config: SignInConfig): AudienceRule {
  const { nextcloud, nextcloudAudience, client } = config;
  try {
    return audienceRule({
      resource: config.resource,
      root: config.publicUrl,
      ...(client === undefined ? {} : { clientId: client.id }),
      nextcloud: [...new Set([nextcloudAudience, nextcloud.host, nextcloud.publicUrl])],
    });
  } catch (error) {
    throw new ConfigurationError([
      {
        setting: 'NEXTCLOUD_MCP_SERVER_URL',
        message: error instanceof Error ? error.message : 'cannot be used',
        hint: 'Gateway, its client and Nextcloud need names of their own, or a token for one would open the other.',
      },
    ]);
  }
}

function gatewayClient(
  config: SignInConfig,
  { http, metadata }: IdentityProvider,
  store: Store,
  log: Logger,
  now: () => number,
): GatewayClient {
  const { client, registeredTokenType: tokenType } = config;
  if (client === undefined) {
    return registeredClient({
      http,
      metadata,
      clients: store.registeredClients,
      clientName: 'Nextcloud MCP gateway',
      redirectUri: `${config.publicUrl}/oauth/callback`,
      grantTypes: ['authorization_code', 'refresh_token'],
      scopes: ['openid', 'offline_access', ...(config.defaultScopes ?? [])],
      ...(tokenType === undefined ? {} : { extra: { token_type: tokenType } }),
      now,
      log,
    });
  }
  const { id: clientId, secret, privateKey } = client;
  if (privateKey !== undefined) {
    const key = readSigningKey(privateKey);
    return configuredClient({ clientId, authentication: { kind: 'private_key_jwt', key } });
  }
  if (secret === undefined) return configuredClient({ clientId, authentication: { kind: 'none' } });
  return withSecret(clientId, secret, metadata);
}

function withSecret(
  clientId: string,
  secret: string,
  metadata: () => Promise<ProviderMetadata>,
): GatewayClient {
  return {
    async current(): Promise<OAuthClient> {
      return { clientId, authentication: { kind: secretMethod(await metadata()), secret } };
    },
    forget: () => Promise.resolve(false),
  };
}

function strategyOf(
  config: SignInConfig,
  store: Store,
  endpoint: TokenEndpoint,
  { metadata }: IdentityProvider,
  now: () => number,
  log: Logger,
): CredentialStrategy {
  const { publicUrl, resource, client, nextcloudAudience: audience } = config;
  switch (config.credential) {
    case 'token-exchange':
      return tokenExchange({
        endpoint,
        metadata,
        audience,
        ttlSeconds: config.exchangeSeconds,
        now,
        log,
      });
    case 'app-password':
      return appPasswordStrategy(store.appPasswords);
    case 'multi-audience':
      return multiAudience({
        enabled: true,
        ownAudiences: [resource, publicUrl, ...(client === undefined ? [] : [client.id])],
        nextcloudAudiences: [audience],
      });
  }
}

function connectionOf(
  { signIn: config, nextcloud: server, agents, log }: SignInOptions,
  store: Store,
): { readonly connection: NextcloudConnection; close(): void } {
  const http = createHttpClient(agents);
  const { host: baseUrl, publicUrl } = config.nextcloud;
  const connection = nextcloudConnection({
    flows: store.flows,
    appPasswords: store.appPasswords,
    audit: store.audit,
    loginFlow: loginFlowV2({ server, http, baseUrl, publicUrl }),
    publicUrl: config.publicUrl,
    nextcloudUrl: baseUrl,
    userClaim: config.userClaim,
    log,
  });
  return { connection, close: () => http.close() };
}

function offlineOf(
  config: SignInConfig,
  store: Store,
  client: GatewayClient,
  endpoint: TokenEndpoint,
  { http, metadata }: IdentityProvider,
  now: () => number,
  log: Logger,
): OfflineAccess {
  const { nextcloudAudience: audience } = config;
  return offlineAccess({
    flows: store.flows,
    grants: store.grants,
    audit: store.audit,
    client,
    endpoint,
    metadata,
    keys: providerKeys({ http, metadata, now }),
    publicUrl: config.publicUrl,
    resource: URL.canParse(audience) ? audience : undefined,
    audiences: [audience],
    scopes: config.defaultScopes ?? [],
    now,
    log,
  });
}
