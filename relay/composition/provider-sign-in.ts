import type { JWTVerifyGetKey } from 'jose';
import { audienceRule, checkAudience, checkBothAudiences } from '../access/audience.ts';
import type { AudienceRule } from '../access/audience.ts';
import { ConfigurationError } from '../config/problem.ts';
import type { ProviderSignInConfig } from '../config/sign-in.ts';
import { appPasswordStrategy } from '../credentials/app-password.ts';
import { backgroundCredentials } from '../credentials/background.ts';
import { readSigningKey } from '../credentials/client-authentication.ts';
import type { OAuthClient } from '../credentials/client-authentication.ts';
import { multiAudience } from '../credentials/multi-audience.ts';
import type { ProviderMetadata } from '../credentials/provider-metadata.ts';
import type { CredentialStrategy } from '../credentials/strategy.ts';
import { tokenBroker } from '../credentials/token-broker.ts';
import { tokenEndpoint } from '../credentials/token-endpoint.ts';
import type { TokenEndpoint } from '../credentials/token-endpoint.ts';
import { tokenExchange } from '../credentials/token-exchange.ts';
import type { Logger } from '../log.ts';
import { createHttpClient } from '../nextcloud/http.ts';
import { configuredClient, registeredClient } from '../signin/client-registration.ts';
import type { GatewayClient } from '../signin/client-registration.ts';
import { loginFlowV2 } from '../signin/login-flow-v2.ts';
import { providerAccount } from '../signin/account.ts';
import { loginService } from '../signin/login/login-service.ts';
import { providerWay } from '../signin/login/provider-way.ts';
import { nextcloudConnection } from '../signin/nextcloud-connection.ts';
import type { NextcloudConnection } from '../signin/nextcloud-connection.ts';
import { offlineAccess } from '../signin/offline-access.ts';
import type { OfflineAccess } from '../signin/offline-access.ts';
import { providerKeys } from '../signin/provider-keys.ts';
import { loginFlowProvisioning, offlineProvisioning } from '../signin/provisioning.ts';
import type { Store } from '../store/store.ts';
import { identityProvider, secretMethod } from './identity-provider.ts';
import type { IdentityProvider } from './identity-provider.ts';
import type { PartsOptions, SignInParts } from './sign-in.ts';

/** A gateway whose people come with access tokens of an identity provider. */
export function providerSignIn(
  { signIn: config, ...options }: PartsOptions<ProviderSignInConfig>,
  store: Store,
): SignInParts {
  const { log, now } = options;
  const seconds = (): number => Math.floor(now().getTime() / 1000);
  const provider = identityProvider({
    config,
    agents: options.agents,
    now: () => now().getTime(),
    log,
  });
  const { http, metadata } = provider;
  const client = gatewayClient(config, provider, store, log, seconds);
  const endpoint = tokenEndpoint({ http, metadata, client: () => client.current(), now: seconds });
  const keys = providerKeys({ http, metadata, now: seconds });
  const strategy = strategyOf(config, store, endpoint, provider, seconds, log);
  const login =
    config.credential === 'app-password'
      ? connectionOf({ ...options, signIn: config }, store)
      : undefined;
  const offline =
    config.offlineAccess && login === undefined
      ? offlineOf(config, store, client, endpoint, metadata, keys, seconds, log)
      : undefined;
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
  offline?.recover({ patiently: true }).catch((cause: unknown) => {
    log.warn('sign-ins that were cut off could not be looked after', { cause });
  });
  const provisioning =
    login === undefined
      ? offlineProvisioning(store.grants, offline)
      : loginFlowProvisioning(store.appPasswords, login.connection);
  return {
    authority: provider,
    rule: ruleOf(config),
    checkAudience: config.credential === 'multi-audience' ? checkBothAudiences : checkAudience,
    scopeSpelling: config.provider.scopeSpelling,
    standing: undefined,
    broker: tokenBroker(strategy, background),
    provisioning,
    standsAlone: config.credential === 'app-password',
    desk: providerAccount({
      store,
      nextcloud: new URL(config.nextcloud.publicUrl).host,
      readOnly: options.readOnly,
      revokeKept: (person) => provisioning.revoke(person),
    }),
    registration: config.client === undefined ? client : undefined,
    open: () => Promise.resolve(),
    front: {
      kind: 'provider',
      metadata,
      connection: login?.connection,
      offline,
      login: loginService({
        flows: store.flows,
        audit: store.audit,
        publicUrl: config.publicUrl,
        way: providerWay({
          client,
          endpoint,
          metadata,
          keys,
          accessRules: store.accessRules,
          publicUrl: config.publicUrl,
          provider: new URL(provider.issuers()[0] ?? config.provider.discoveryUrl).host,
          userClaim: config.userClaim,
          now: seconds,
          log,
        }),
      }),
    },
    chores: [
      ...(login === undefined ? [] : [() => login.connection.sweep()]),
      // a process that died moments before this start still holds its lease then
      ...(background === undefined ? [] : [() => background.recover()]),
      ...(offline === undefined ? [] : [() => offline.recover()]),
    ],
    close() {
      login?.close();
      provider.close();
    },
  };
}

function ruleOf(config: ProviderSignInConfig): AudienceRule {
  const { client } = config;
  try {
    return audienceRule({
      resource: config.resource,
      root: config.publicUrl,
      ...(client === undefined ? {} : { clientId: client.id }),
      nextcloud: nextcloudNames(config),
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

/** What `aud` may call Nextcloud. */
function nextcloudNames({ nextcloud, nextcloudAudience }: ProviderSignInConfig): string[] {
  return [...new Set([nextcloudAudience, nextcloud.host, nextcloud.publicUrl])];
}

function gatewayClient(
  config: ProviderSignInConfig,
  { http, metadata }: IdentityProvider,
  store: Store,
  log: Logger,
  now: () => number,
): GatewayClient {
  const { client } = config;
  const { tokenType, initialAccessToken, scopes } = config.registration;
  if (client === undefined) {
    return registeredClient({
      http,
      metadata,
      clients: store.registeredClients,
      clientName: 'Nextcloud MCP gateway',
      redirectUri: `${config.publicUrl}/oauth/callback`,
      otherRedirectUris: [`${config.publicUrl}/oauth/login/callback`],
      grantTypes: ['authorization_code', 'refresh_token'],
      scopes,
      ...(tokenType === undefined ? {} : { extra: { token_type: tokenType } }),
      initialAccessToken,
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
  config: ProviderSignInConfig,
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
        nextcloudAudiences: nextcloudNames(config),
      });
  }
}

function connectionOf(
  { signIn: config, nextcloud: server, agents, log }: PartsOptions<ProviderSignInConfig>,
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
  config: ProviderSignInConfig,
  store: Store,
  client: GatewayClient,
  endpoint: TokenEndpoint,
  metadata: IdentityProvider['metadata'],
  keys: JWTVerifyGetKey,
  now: () => number,
  log: Logger,
): OfflineAccess {
  const { nextcloudAudience: audience } = config;
  return offlineAccess({
    flows: store.flows,
    grants: store.grants,
    redemptions: store.redemptions,
    audit: store.audit,
    client,
    endpoint,
    metadata,
    keys,
    publicUrl: config.publicUrl,
    resource: URL.canParse(audience) ? audience : undefined,
    audiences: [audience],
    scopes: config.defaultScopes ?? [],
    now,
    log,
  });
}
