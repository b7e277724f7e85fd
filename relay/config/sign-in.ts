import { isLoopback } from './hostnames.ts';
import type { Problem } from './problem.ts';
import type { Settings } from './validate.ts';

/** How Nextcloud is reached for somebody who signed in. */
export type CredentialMode = 'token-exchange' | 'app-password' | 'multi-audience';

/** A gateway for many people, whoever recognises them. */
interface PeopleConfig {
  readonly nextcloud: { readonly host: string; readonly publicUrl: string };
  /** Root of the gateway as browsers reach it, without a trailing slash. */
  readonly publicUrl: string;
  /** What tokens have to be issued for: the MCP endpoint. */
  readonly resource: string;
  readonly allowedClients: ReadonlySet<string> | undefined;
  readonly allowedRedirects: ReadonlySet<string>;
  readonly defaultScopes: readonly string[] | undefined;
  readonly ratePerMinute: { readonly principal: number; readonly address: number };
  readonly proxies: readonly string[];
  readonly store: StoreConfig;
  /** On our pages: a session ends after an hour without a visit, and then in any case. */
  readonly sessionSeconds: number;
}

/** They sign in with their Nextcloud account at the gateway's own authorization server. */
export interface EmbeddedSignInConfig extends PeopleConfig {
  readonly mode: 'embedded';
  /** The gateway as client of Nextcloud's `oauth2` app; undefined: Login Flow v2. */
  readonly oauth2App: { readonly id: string; readonly secret: string } | undefined;
  /** A client has to be allowed anew after that, however busy it is. */
  readonly grantSeconds: number;
}

/** They come with access tokens of an identity provider. */
export interface ProviderSignInConfig extends PeopleConfig {
  readonly mode: 'provider';
  readonly credential: CredentialMode;
  readonly provider: {
    readonly discoveryUrl: string;
    readonly issuer: string | undefined;
    readonly publicIssuer: string | undefined;
    readonly jwksUri: string | undefined;
    readonly introspectionUri: string | undefined;
    readonly furtherIssuers: readonly string[];
    readonly scopeSpelling: 'colon' | 'dot';
    readonly scopePrefixes: readonly string[];
  };
  /** Undefined: registered dynamically. */
  readonly client: ConfiguredClient | undefined;
  /** Of a dynamic registration. */
  readonly registration: {
    readonly tokenType: string | undefined;
    readonly initialAccessToken: string | undefined;
    /** Undefined: what the provider gives by default. */
    readonly scopes: readonly string[] | undefined;
  };
  readonly nextcloudAudience: string;
  readonly exchangeSeconds: number;
  readonly offlineAccess: boolean;
  readonly userClaim: 'preferred_username' | 'sub';
}

export type SignInConfig = EmbeddedSignInConfig | ProviderSignInConfig;

export interface ConfiguredClient {
  readonly id: string;
  readonly secret: string | undefined;
  readonly privateKey: string | undefined;
}

export interface StoreConfig {
  readonly location: { readonly file: string } | { readonly url: string };
  /** Value of TOKEN_ENCRYPTION_KEY. */
  readonly keys: string | undefined;
  readonly keyFile: string;
}

const WELL_KNOWN = '/.well-known/openid-configuration';

/** Any of these names an identity provider. */
const PROVIDER_NAMES = ['OIDC_DISCOVERY_URL', 'OIDC_ISSUER', 'OIDC_CLIENT_ID'];

/** How people sign in; undefined where one user is served, which a user name and password say. */
export function signInMode(values: ReadonlyMap<string, string>): SignInConfig['mode'] | undefined {
  if (values.has('NEXTCLOUD_USERNAME') || values.has('NEXTCLOUD_PASSWORD')) {
    const incomplete = !(values.has('NEXTCLOUD_USERNAME') && values.has('NEXTCLOUD_PASSWORD'));
    return incomplete && namesProvider(values) ? 'provider' : undefined;
  }
  if (namesProvider(values)) return 'provider';
  return values.has('NEXTCLOUD_HOST') && values.has('NEXTCLOUD_MCP_SERVER_URL')
    ? 'embedded'
    : undefined;
}

function namesProvider(values: ReadonlyMap<string, string>): boolean {
  return PROVIDER_NAMES.some((name) => values.has(name));
}

/** Rules about several settings of this kind of gateway. */
export function signInProblems(
  mode: SignInConfig['mode'],
  values: ReadonlyMap<string, string>,
): Problem[] {
  return [
    ...peopleProblems(values),
    ...(mode === 'embedded' ? embeddedProblems(values) : providerProblems(values)),
  ];
}

function peopleProblems(values: ReadonlyMap<string, string>): Problem[] {
  const problems: Problem[] = [];
  if (!values.has('NEXTCLOUD_HOST'))
    problems.push({
      setting: 'NEXTCLOUD_HOST',
      message: 'is missing',
      hint: 'People who sign in need a Nextcloud to work in.',
    });
  // looked at here only: other programs use this name too
  if (!/^postgres(?:ql)?:\/\//i.test(values.get('DATABASE_URL') ?? 'postgres://'))
    problems.push({
      setting: 'DATABASE_URL',
      message: 'is not a PostgreSQL URL',
      hint: 'It looks like postgres://user:password@host:5432/database. For SQLite set TOKEN_STORAGE_DB.',
    });
  if (values.has('DATABASE_URL') && !values.has('TOKEN_ENCRYPTION_KEY'))
    problems.push({
      setting: 'TOKEN_ENCRYPTION_KEY',
      message: 'is missing',
      hint: 'All gateways on one database need the same key: openssl rand -base64 32',
    });
  for (const setting of ['NEXTCLOUD_MCP_SERVER_URL', 'NEXTCLOUD_PUBLIC_URL']) {
    const url = URL.parse(values.get(setting) ?? '');
    if (url?.protocol === 'http:' && !isLocal(url.hostname))
      problems.push({
        setting,
        message: 'is plain HTTP',
        hint: 'Tokens and passwords travel there: use https.',
      });
  }
  return problems;
}

function embeddedProblems(values: ReadonlyMap<string, string>): Problem[] {
  const problems: Problem[] = [];
  const url = URL.parse(values.get('NEXTCLOUD_MCP_SERVER_URL') ?? '');
  if (url !== null && url.pathname !== '/')
    problems.push({
      setting: 'NEXTCLOUD_MCP_SERVER_URL',
      message: 'has a path',
      hint: 'The gateway’s own sign-in needs a host name to itself, e.g. https://mcp.example.org.',
    });
  const app = ['NEXTCLOUD_OAUTH2_CLIENT_ID', 'NEXTCLOUD_OAUTH2_CLIENT_SECRET'];
  const [missing] = app.filter((name) => !values.has(name));
  if (missing !== undefined && app.some((name) => values.has(name)))
    problems.push({
      setting: missing,
      message: 'is missing',
      hint: 'Nextcloud shows both when the gateway is registered there (Settings → Security → OAuth 2.0 clients).',
    });
  return problems;
}

function providerProblems(values: ReadonlyMap<string, string>): Problem[] {
  const problems: Problem[] = [];
  const on = (name: string): boolean => /^(?:1|true|yes|on)$/i.test(values.get(name) ?? '');
  const lacks = (setting: string, message: string, hint: string): void => {
    problems.push({ setting, message, hint });
  };
  if (on('ENABLE_TOKEN_EXCHANGE') && on('ENABLE_MULTI_AUDIENCE'))
    lacks(
      'ENABLE_MULTI_AUDIENCE',
      'and ENABLE_TOKEN_EXCHANGE exclude each other',
      'Exchange is the safer one: Nextcloud never sees the client’s token.',
    );
  const proof = ['OIDC_CLIENT_SECRET', 'OIDC_CLIENT_PRIVATE_KEY'].filter((name) =>
    values.has(name),
  );
  if (on('ENABLE_TOKEN_EXCHANGE') && (!values.has('OIDC_CLIENT_ID') || proof.length === 0))
    lacks(
      'OIDC_CLIENT_ID',
      'and its secret are needed for token exchange',
      'Register the gateway at the provider and set OIDC_CLIENT_ID with OIDC_CLIENT_SECRET or OIDC_CLIENT_PRIVATE_KEY.',
    );
  if (proof.length === 2)
    lacks(
      'OIDC_CLIENT_PRIVATE_KEY',
      'and OIDC_CLIENT_SECRET exclude each other',
      'A client proves itself in one way.',
    );
  return problems;
}

/** This machine, or a container beside it: their names are one word. */
function isLocal(hostname: string): boolean {
  return isLoopback(hostname) || !/[.:]/.test(hostname);
}

/** @param values checked settings with a NEXTCLOUD_HOST and a provider, or an address of the gateway */
export function signInConfig(
  mode: SignInConfig['mode'],
  values: Settings,
  host: string,
): SignInConfig {
  const people = peopleConfig(values, host);
  return mode === 'embedded' ? embeddedConfig(people, values) : providerConfig(people, values);
}

function peopleConfig(values: Settings, host: string): PeopleConfig {
  const publicUrl = values.NEXTCLOUD_MCP_SERVER_URL ?? `http://localhost:${String(values.PORT)}`;
  return {
    nextcloud: { host, publicUrl: values.NEXTCLOUD_PUBLIC_URL ?? host },
    publicUrl,
    resource: `${publicUrl}/mcp`,
    allowedClients:
      values.ALLOWED_MCP_CLIENTS === undefined ? undefined : new Set(values.ALLOWED_MCP_CLIENTS),
    allowedRedirects: new Set(values.MCP_ALLOWED_REDIRECTS),
    defaultScopes: values.NEXTCLOUD_OIDC_SCOPES,
    ratePerMinute: { principal: values.MCP_RATE_LIMIT, address: values.MCP_RATE_LIMIT_ADDRESS },
    proxies: values.FORWARDED_ALLOW_IPS ?? [],
    store: storeConfig(values),
    sessionSeconds: values.MCP_SESSION_HOURS * 3600,
  };
}

function embeddedConfig(people: PeopleConfig, values: Settings): EmbeddedSignInConfig {
  const { NEXTCLOUD_OAUTH2_CLIENT_ID: id, NEXTCLOUD_OAUTH2_CLIENT_SECRET: secret } = values;
  return {
    ...people,
    mode: 'embedded',
    oauth2App: id === undefined || secret === undefined ? undefined : { id, secret },
    grantSeconds: values.MCP_GRANT_DAYS * 86_400,
  };
}

function providerConfig(people: PeopleConfig, values: Settings): ProviderSignInConfig {
  const { host } = people.nextcloud;
  const { OIDC_ISSUER: issuer, NEXTCLOUD_PUBLIC_ISSUER_URL: publicIssuer } = values;
  const discoveryUrl = values.OIDC_DISCOVERY_URL ?? discoveryBelow(issuer ?? host, host);
  const isNextclouds = [host, people.nextcloud.publicUrl].some((root) => isAt(discoveryUrl, root));
  return {
    ...people,
    mode: 'provider',
    credential: credentialMode(values),
    provider: {
      discoveryUrl,
      // Nextcloud's own provider answers below index.php, and its issuer is the root.
      issuer: issuer ?? (values.OIDC_DISCOVERY_URL === undefined ? host : undefined),
      publicIssuer,
      jwksUri: values.OIDC_JWKS_URI,
      introspectionUri: values.OIDC_INTROSPECTION_URI,
      furtherIssuers: values.OIDC_FURTHER_ISSUERS ?? [],
      scopeSpelling: values.OIDC_SCOPE_SPELLING,
      scopePrefixes: (values.OIDC_SCOPE_PREFIXES ?? []).map((one) => one.replace(/\/+$/, '')),
    },
    client:
      values.OIDC_CLIENT_ID === undefined
        ? undefined
        : {
            id: values.OIDC_CLIENT_ID,
            secret: values.OIDC_CLIENT_SECRET,
            privateKey: values.OIDC_CLIENT_PRIVATE_KEY,
          },
    registration: {
      tokenType: values.NEXTCLOUD_OIDC_TOKEN_TYPE,
      initialAccessToken: values.OIDC_INITIAL_ACCESS_TOKEN,
      // its `oidc` app wants them named; Keycloak refuses `openid`, and takes all its defaults from a client that names any
      scopes: isNextclouds
        ? ['openid', 'offline_access', ...(people.defaultScopes ?? [])]
        : undefined,
    },
    nextcloudAudience: values.NEXTCLOUD_RESOURCE_URI,
    exchangeSeconds: values.TOKEN_EXCHANGE_CACHE_TTL,
    offlineAccess: values.ENABLE_OFFLINE_ACCESS,
    userClaim:
      values.NEXTCLOUD_USER_CLAIM ??
      (isNextclouds ? ('sub' as const) : ('preferred_username' as const)),
  };
}

/** The store alone, for commands that look into it. */
function storeConfig(values: Settings): StoreConfig {
  const { DATABASE_URL: url, TOKEN_STORAGE_DB: file, TOKEN_ENCRYPTION_KEY: keys } = values;
  return { location: url === undefined ? { file } : { url }, keys, keyFile: `${file}.key` };
}

function credentialMode(values: Settings): CredentialMode {
  if (values.ENABLE_TOKEN_EXCHANGE) return 'token-exchange';
  return values.ENABLE_MULTI_AUDIENCE ? 'multi-audience' : 'app-password';
}

function discoveryBelow(issuer: string, host: string): string {
  const base = issuer.replace(/\/$/, '');
  return `${base}${base === host ? '/index.php' : ''}${WELL_KNOWN}`;
}

function isAt(url: string, host: string): boolean {
  return url === host || url.startsWith(`${host}/`);
}
