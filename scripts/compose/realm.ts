import { RELEASES, releaseTable } from '../../openapi/index.ts';
import { scopesSupported } from '../../relay/access/scopes.ts';
import { composedTools } from '../../relay/tools/index.ts';

export const REALM_PATH = new URL('../../compose/keycloak/realm.json', import.meta.url);

/** Keycloak puts the environment in: compose.yaml and compose/keycloak/start.sh set these. */
const GATEWAY = '${GATEWAY_URL}';
const NEXTCLOUD = '${NEXTCLOUD_URL}';

type Settings = Readonly<Record<string, string>>;

interface Mapper {
  readonly name: string;
  readonly protocol: 'openid-connect';
  readonly protocolMapper: string;
  readonly config: Settings;
}

interface ClientScope {
  readonly name: string;
  readonly description: string;
  readonly protocol: 'openid-connect';
  readonly attributes: Settings;
  readonly protocolMappers?: readonly Mapper[];
}

/** Every scope that a tool of any stored release needs. */
export function toolScopes(): readonly string[] {
  return scopesSupported([
    ...RELEASES.flatMap((release) => Object.values(releaseTable(release).tools)),
    ...composedTools,
  ]);
}

const IN_EVERY_TOKEN = { 'access.token.claim': 'true', 'introspection.token.claim': 'true' };
const TOLD_EVERYWHERE = {
  ...IN_EVERY_TOKEN,
  'id.token.claim': 'true',
  'userinfo.token.claim': 'true',
};

function mapper(name: string, kind: string, config: Settings): Mapper {
  return { name, protocol: 'openid-connect', protocolMapper: `oidc-${kind}-mapper`, config };
}

function attribute(claim: string, property: string): Mapper {
  return mapper(claim, 'usermodel-attribute', {
    ...TOLD_EVERYWHERE,
    'user.attribute': property,
    'claim.name': claim,
    'jsonType.label': 'String',
  });
}

function audience(name: string, where: Settings): Mapper {
  return mapper(name, 'audience', { ...IN_EVERY_TOKEN, 'id.token.claim': 'false', ...where });
}

/** A scope whose name stands in tokens and which the consent page words. */
function asked(name: string, consent: string, ...protocolMappers: Mapper[]): ClientScope {
  return {
    name,
    description: consent,
    protocol: 'openid-connect',
    attributes: {
      'include.in.token.scope': 'true',
      'display.on.consent.screen': 'true',
      'consent.screen.text': consent,
    },
    ...(protocolMappers.length === 0 ? {} : { protocolMappers }),
  };
}

/** A scope that only adds claims; nobody asks for it and no token names it. */
function silent(name: string, description: string, ...protocolMappers: Mapper[]): ClientScope {
  return {
    name,
    description,
    protocol: 'openid-connect',
    attributes: { 'include.in.token.scope': 'false', 'display.on.consent.screen': 'false' },
    protocolMappers,
  };
}

function clientScopes(): readonly ClientScope[] {
  return [
    silent(
      'basic',
      'Who the user is, and when they signed in',
      mapper('sub', 'sub', IN_EVERY_TOKEN),
      mapper('auth_time', 'usersessionmodel-note', {
        ...IN_EVERY_TOKEN,
        'id.token.claim': 'true',
        'user.session.note': 'AUTH_TIME',
        'claim.name': 'auth_time',
        'jsonType.label': 'long',
      }),
    ),
    silent(
      'acr',
      'How strongly the user signed in',
      mapper('acr', 'acr', { ...IN_EVERY_TOKEN, 'id.token.claim': 'true' }),
    ),
    asked(
      'profile',
      'See your name and user name',
      attribute('preferred_username', 'username'),
      mapper('name', 'full-name', TOLD_EVERYWHERE),
    ),
    asked('email', 'See your mail address', attribute('email', 'email')),
    asked('offline_access', 'Work while you are away'),
    silent(
      'gateway-resource',
      'The token is meant for the gateway',
      audience('gateway resource', { 'included.custom.audience': `${GATEWAY}/mcp` }),
    ),
    silent(
      'gateway-client',
      'Keycloak exchanges a token only for a client that the token names',
      audience('gateway client', { 'included.client.audience': 'nextcloud-mcp-gateway' }),
    ),
    silent(
      'nextcloud-audience',
      'The gateway may exchange for tokens that are meant for Nextcloud',
      audience('nextcloud client', { 'included.client.audience': 'nextcloud' }),
    ),
    ...toolScopes().map((scope) => asked(scope, wording(scope))),
  ];
}

function wording(scope: string): string {
  const [area = scope, right] = scope.split(':');
  return `${right === 'read' ? 'Read' : 'Change'} in Nextcloud: ${area}`;
}

const BASE = ['basic', 'acr', 'profile', 'email'];
const FOR_THE_GATEWAY = [...BASE, 'gateway-resource', 'gateway-client'];

function client(clientId: string, name: string, more: object): object {
  return {
    clientId,
    name,
    protocol: 'openid-connect',
    standardFlowEnabled: true,
    implicitFlowEnabled: false,
    directAccessGrantsEnabled: false,
    serviceAccountsEnabled: false,
    ...more,
  };
}

function clients(optional: readonly string[]): readonly object[] {
  return [
    client('nextcloud-mcp-gateway', 'MCP gateway for Nextcloud', {
      secret: '${GATEWAY_CLIENT_SECRET}',
      redirectUris: [`${GATEWAY}/oauth/callback`, `${GATEWAY}/oauth/login/callback`],
      defaultClientScopes: [...BASE, 'nextcloud-audience'],
      optionalClientScopes: optional,
      attributes: {
        'pkce.code.challenge.method': 'S256',
        'standard.token.exchange.enabled': 'true',
      },
    }),
    client('nextcloud', 'Nextcloud', {
      secret: '${NEXTCLOUD_CLIENT_SECRET}',
      redirectUris: [`${NEXTCLOUD}/*`],
      defaultClientScopes: BASE,
      optionalClientScopes: ['offline_access'],
    }),
    client('mcp-client', 'MCP clients that do not register themselves', {
      publicClient: true,
      redirectUris: ['http://localhost/*', 'http://127.0.0.1/*'],
      defaultClientScopes: FOR_THE_GATEWAY,
      optionalClientScopes: optional,
      attributes: { 'pkce.code.challenge.method': 'S256' },
    }),
  ];
}

function user(username: string, firstName: string, password: string): object {
  return {
    username,
    enabled: true,
    firstName,
    lastName: 'Example',
    email: `${username}@example.org`,
    emailVerified: true,
    credentials: [{ type: 'password', value: password, temporary: false }],
    realmRoles: ['default-roles-nextcloud-mcp'],
  };
}

function policy(name: string, providerId: string, config: object = {}): object {
  return { name, providerId, subType: 'anonymous', config };
}

/** Anybody may register a client, but only one that runs on the user's own machine; its users are asked for consent. */
function registrationPolicies(optional: readonly string[]): readonly object[] {
  return [
    policy('Trusted Hosts', 'trusted-hosts', {
      'trusted-hosts': ['localhost', '127.0.0.1'],
      'host-sending-registration-request-must-match': ['false'],
      'client-uris-must-match': ['true'],
    }),
    policy('Max Clients', 'max-clients', { 'max-clients': ['500'] }),
    policy('Consent Required', 'consent-required'),
    policy('Full Scope Disabled', 'scope'),
    policy('Allowed Client Scopes', 'allowed-client-templates', {
      'allow-default-scopes': ['true'],
      'allowed-client-scopes': ['openid', ...optional],
    }),
  ];
}

/** The realm of the `keycloak` profile, as `--import-realm` reads it. */
function realm(): object {
  const optional = ['offline_access', ...toolScopes()];
  return {
    realm: 'nextcloud-mcp',
    displayName: 'Nextcloud over MCP',
    enabled: true,
    // Loopback is plain http here.
    sslRequired: 'none',
    bruteForceProtected: true,
    accessTokenLifespan: 300,
    revokeRefreshToken: true,
    // The token before the newest one is taken once more, or a crash between Keycloak's rotation and the gateway's
    // storing of it would lose the consent. A third use, or one after the newer token was used, ends the sign-in.
    refreshTokenMaxReuse: 1,
    roles: {
      realm: [
        {
          name: 'default-roles-nextcloud-mcp',
          composite: true,
          composites: { realm: ['offline_access'] },
        },
        { name: 'offline_access' },
      ],
    },
    defaultRole: { name: 'default-roles-nextcloud-mcp', composite: true },
    // Without it a registered client gets no offline tokens.
    scopeMappings: [{ clientScope: 'offline_access', roles: ['offline_access'] }],
    clientScopes: clientScopes(),
    defaultDefaultClientScopes: FOR_THE_GATEWAY,
    defaultOptionalClientScopes: optional,
    clients: clients(optional),
    users: [user('alice', 'Alice', '${ALICE_PASSWORD}'), user('bob', 'Bob', '${BOB_PASSWORD}')],
    components: {
      'org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy':
        registrationPolicies(optional),
    },
  };
}

export function realmFile(): string {
  return `${JSON.stringify(realm(), null, 2)}\n`;
}
