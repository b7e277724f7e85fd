/** One setting: what `--help`, the README's table and the reader of the environment are made from. */
export interface Setting {
  readonly name: string;
  /** Names other servers use for the same thing. */
  readonly aliases?: readonly string[];
  readonly kind: 'url' | 'text' | 'secret' | 'port' | 'flag' | 'count' | 'list' | 'file' | 'choice';
  readonly choices?: readonly string[];
  readonly default?: string;
  readonly meaning: string;
}

const MIB = 1024 * 1024;

export const SETTINGS = [
  {
    name: 'NEXTCLOUD_HOST',
    aliases: ['NEXTCLOUD_URL', 'NEXTCLOUD_BASE_URL', 'NC_URL', 'NC_HOST'],
    kind: 'url',
    meaning:
      'Address of the Nextcloud, e.g. `https://cloud.example.org`. Without it a demo is served from recordings',
  },
  {
    name: 'NEXTCLOUD_USERNAME',
    aliases: ['NEXTCLOUD_USER', 'NC_USERNAME', 'NC_USER'],
    kind: 'text',
    meaning: 'Login name of the one user to act as; leave it out where people sign in',
  },
  {
    name: 'NEXTCLOUD_PASSWORD',
    aliases: ['NEXTCLOUD_APP_PASSWORD', 'NEXTCLOUD_TOKEN', 'NC_PASSWORD', 'NC_APP_PASSWORD'],
    kind: 'secret',
    meaning: 'App password of that user (Nextcloud: Settings → Security → Devices & sessions)',
  },
  {
    name: 'NEXTCLOUD_PUBLIC_URL',
    kind: 'url',
    meaning: 'Address that people open in a browser, when it differs from NEXTCLOUD_HOST',
  },
  {
    name: 'NEXTCLOUD_CA_BUNDLE',
    aliases: ['NEXTCLOUD_CA_FILE'],
    kind: 'file',
    meaning: 'PEM file with the authorities to trust beside the usual ones',
  },
  {
    name: 'NEXTCLOUD_VERIFY_SSL',
    aliases: ['NEXTCLOUD_SSL_VERIFY'],
    kind: 'flag',
    default: 'true',
    meaning:
      '`false` accepts any certificate; for a test server only, NEXTCLOUD_CA_BUNDLE is the better way',
  },
  {
    name: 'NEXTCLOUD_TIMEOUT',
    kind: 'count',
    default: '30',
    meaning: 'Seconds to wait for an answer of Nextcloud',
  },
  {
    name: 'HOST',
    kind: 'text',
    default: '127.0.0.1',
    meaning:
      'Address to listen on. Anything but loopback needs MCP_BEARER_TOKEN, or people who sign in',
  },
  { name: 'PORT', kind: 'port', default: '8000', meaning: 'Port to listen on' },
  {
    name: 'MCP_TOOLSETS',
    aliases: ['ENABLED_TOOLSETS', 'MCP_ENABLED_TOOLSETS', 'NEXTCLOUD_MCP_TOOLSETS'],
    kind: 'list',
    meaning:
      'Toolsets to offer, e.g. `notes,deck`; `all` (without `admin`), `default`, `all,admin`. Unset: the daily ones are listed, all but `admin` can be found and called',
  },
  {
    name: 'MCP_TOOL_SURFACE',
    kind: 'choice',
    choices: ['full', 'compact'],
    default: 'full',
    meaning: '`compact` lists three tools that find, describe and call all others',
  },
  {
    name: 'MCP_READ_ONLY',
    kind: 'flag',
    default: 'false',
    meaning: '`true` offers only tools that change nothing',
  },
  {
    name: 'MCP_BEARER_TOKEN',
    kind: 'secret',
    meaning:
      'Token that MCP clients must send as `Authorization: Bearer …` (at least 16 characters)',
  },
  {
    name: 'NEXTCLOUD_MCP_SERVER_URL',
    aliases: ['MCP_PUBLIC_URL'],
    kind: 'url',
    meaning:
      'Address of this gateway as people and clients reach it, e.g. `https://mcp.example.org`; `/mcp` below it is what tokens have to be issued for. With NEXTCLOUD_HOST alone it makes a gateway where everybody signs in with their Nextcloud account',
  },
  {
    name: 'NEXTCLOUD_OAUTH2_CLIENT_ID',
    kind: 'text',
    meaning:
      'The gateway as client of Nextcloud’s `oauth2` app (an administrator registers it once, redirect address `/oauth/login/callback` below the gateway). Unset: people log in by Login Flow v2',
  },
  {
    name: 'NEXTCLOUD_OAUTH2_CLIENT_SECRET',
    kind: 'secret',
    meaning: 'Secret of that client',
  },
  {
    name: 'MCP_SESSION_HOURS',
    kind: 'count',
    default: '8',
    meaning: 'Hours that a browser stays signed in on the gateway’s pages at most',
  },
  {
    name: 'MCP_GRANT_DAYS',
    kind: 'count',
    default: '90',
    meaning:
      'Days after which an MCP client has to be allowed anew, where people sign in with their Nextcloud account',
  },
  {
    name: 'OIDC_DISCOVERY_URL',
    aliases: ['OIDC_DISCOVERY_URI', 'KEYCLOAK_DISCOVERY_URL'],
    kind: 'url',
    meaning:
      'Metadata of the identity provider whose access tokens let people in, e.g. `https://id.example.org/realms/x/.well-known/openid-configuration`. Unset: below OIDC_ISSUER',
  },
  {
    name: 'OIDC_ISSUER',
    kind: 'url',
    meaning: 'Issuer that tokens name, when it is not the address of the metadata',
  },
  {
    name: 'NEXTCLOUD_PUBLIC_ISSUER_URL',
    kind: 'url',
    meaning:
      'Issuer as browsers and tokens name it, when the gateway reaches it under another address',
  },
  {
    name: 'OIDC_FURTHER_ISSUERS',
    kind: 'list',
    meaning: 'Other issuers whose tokens are taken too',
  },
  {
    name: 'OIDC_CLIENT_ID',
    aliases: ['NEXTCLOUD_OIDC_CLIENT_ID', 'MCP_SERVER_CLIENT_ID', 'KEYCLOAK_CLIENT_ID'],
    kind: 'text',
    meaning:
      'The gateway’s own client at the identity provider. Unset: it registers itself where it needs one',
  },
  {
    name: 'OIDC_CLIENT_SECRET',
    aliases: ['NEXTCLOUD_OIDC_CLIENT_SECRET', 'MCP_SERVER_CLIENT_SECRET', 'KEYCLOAK_CLIENT_SECRET'],
    kind: 'secret',
    meaning: 'Secret of that client',
  },
  {
    name: 'OIDC_CLIENT_PRIVATE_KEY',
    kind: 'secret',
    meaning: 'Private key of that client (PEM or JWK), in place of a secret (`private_key_jwt`)',
  },
  {
    name: 'OIDC_INITIAL_ACCESS_TOKEN',
    kind: 'secret',
    meaning:
      'Lets the gateway register itself where the provider does not take everybody (RFC 7591), e.g. Keycloak’s initial access token',
  },
  {
    name: 'OIDC_JWKS_URI',
    aliases: ['JWKS_URI'],
    kind: 'url',
    meaning: 'Keys of the issuer, when they do not lie where its metadata says',
  },
  {
    name: 'OIDC_INTROSPECTION_URI',
    aliases: ['INTROSPECTION_URI'],
    kind: 'url',
    meaning: 'Where opaque tokens are asked about, when it is not where the metadata says',
  },
  {
    name: 'OIDC_SCOPE_SPELLING',
    kind: 'choice',
    choices: ['colon', 'dot'],
    default: 'colon',
    meaning: 'How the provider spells scopes: `notes:read` or `notes.read`; both are understood',
  },
  {
    name: 'OIDC_SCOPE_PREFIXES',
    kind: 'list',
    meaning: 'What the provider puts before scopes, e.g. `https://mcp.example.org`',
  },
  {
    name: 'NEXTCLOUD_OIDC_SCOPES',
    kind: 'list',
    meaning: 'Scopes that `/oauth/authorize` asks for when a client names none',
  },
  {
    name: 'NEXTCLOUD_OIDC_TOKEN_TYPE',
    kind: 'text',
    meaning:
      '`token_type` sent when the gateway registers itself (`Bearer`, `jwt`); Nextcloud’s `oidc` app knows it, others may refuse it',
  },
  {
    name: 'NEXTCLOUD_RESOURCE_URI',
    kind: 'text',
    default: 'nextcloud',
    meaning: 'Audience of tokens for Nextcloud at the identity provider',
  },
  {
    name: 'ENABLE_TOKEN_EXCHANGE',
    kind: 'flag',
    default: 'false',
    meaning:
      '`true`: a person’s token is exchanged for one for Nextcloud (RFC 8693). Otherwise they connect their Nextcloud once, which makes an app password',
  },
  {
    name: 'TOKEN_EXCHANGE_CACHE_TTL',
    kind: 'count',
    default: '300',
    meaning: 'Seconds that an exchanged token is used at most',
  },
  {
    name: 'ENABLE_MULTI_AUDIENCE',
    kind: 'flag',
    default: 'false',
    meaning:
      '`true`: for providers that cannot exchange, the client’s own token goes on to Nextcloud. It has to name both the gateway and Nextcloud as audience',
  },
  {
    name: 'ENABLE_OFFLINE_ACCESS',
    kind: 'flag',
    default: 'false',
    meaning:
      '`true`: people may allow work while they are away (a refresh token, after a consent of its own)',
  },
  {
    name: 'NEXTCLOUD_USER_CLAIM',
    kind: 'choice',
    choices: ['preferred_username', 'sub'],
    meaning:
      'What of a token is the Nextcloud user id. Unset: `sub` where Nextcloud itself is the provider, else `preferred_username`',
  },
  {
    name: 'ALLOWED_MCP_CLIENTS',
    kind: 'list',
    meaning: 'Client ids that may call. Unset: every client the identity provider knows',
  },
  {
    name: 'MCP_ALLOWED_REDIRECTS',
    kind: 'list',
    meaning: 'Redirect addresses that `/oauth/authorize` allows beside loopback ones',
  },
  {
    name: 'MCP_RATE_LIMIT',
    kind: 'count',
    default: '600',
    meaning: 'Requests a minute of one signed-in person',
  },
  {
    name: 'MCP_RATE_LIMIT_ADDRESS',
    kind: 'count',
    default: '6000',
    meaning: 'Requests a minute of one address where people sign in',
  },
  {
    name: 'FORWARDED_ALLOW_IPS',
    kind: 'list',
    meaning:
      'Addresses or networks of proxies in front, whose `X-Forwarded-*` headers count; `*` for whoever connects',
  },
  {
    name: 'TOKEN_STORAGE_DB',
    kind: 'file',
    default: 'data/gateway.db',
    meaning: 'SQLite file for what people allowed the gateway to keep',
  },
  {
    name: 'DATABASE_URL',
    kind: 'secret',
    meaning: 'PostgreSQL to use in place of that file, `postgres://user:password@host/database`',
  },
  {
    name: 'TOKEN_ENCRYPTION_KEY',
    kind: 'secret',
    meaning:
      'Key for stored secrets (`openssl rand -base64 32`); `new,old` while it is changed. Unset: made beside the SQLite file',
  },
  {
    name: 'MCP_ALLOWED_HOSTS',
    kind: 'list',
    meaning: 'Host names clients may use beside localhost and HOST, e.g. `mcp.example.org`',
  },
  {
    name: 'MCP_ALLOWED_ORIGINS',
    kind: 'list',
    meaning:
      'Web pages that may call, e.g. `https://app.example.org`; pages on localhost always may',
  },
  {
    name: 'MCP_MAX_BODY_BYTES',
    kind: 'count',
    default: String(4 * MIB),
    meaning: 'Largest request body accepted from a client',
  },
  {
    name: 'MCP_MAX_RESULT_BYTES',
    kind: 'count',
    default: '60000',
    meaning: 'JSON bytes of one list answer; longer lists go on with `next_cursor`',
  },
  {
    name: 'MCP_MAX_FILE_BYTES',
    kind: 'count',
    default: String(MIB),
    meaning: 'Largest file passed on in an answer',
  },
  {
    name: 'ENABLE_DOCUMENT_PROCESSING',
    kind: 'flag',
    default: 'true',
    meaning:
      '`false` hands documents (PDF, office files, e-mail) on as bytes instead of reading their text',
  },
  {
    name: 'UNSTRUCTURED_API_URL',
    kind: 'url',
    meaning: 'Address of a service with the API of Unstructured, asked before the built-in readers',
  },
  { name: 'UNSTRUCTURED_API_KEY', kind: 'secret', meaning: 'Key of that service, if it wants one' },
  {
    name: 'UNSTRUCTURED_STRATEGY',
    kind: 'choice',
    choices: ['auto', 'fast', 'hi_res', 'ocr_only'],
    default: 'auto',
    meaning: 'How that service reads',
  },
  {
    name: 'UNSTRUCTURED_LANGUAGES',
    kind: 'list',
    default: 'eng,deu',
    meaning: 'Languages it expects on scans',
  },
  {
    name: 'UNSTRUCTURED_TIMEOUT',
    kind: 'count',
    default: '120',
    meaning: 'Seconds it may take for a document',
  },
  {
    name: 'PROGRESS_INTERVAL',
    kind: 'count',
    default: '10',
    meaning: 'Seconds between progress messages while it reads',
  },
  {
    name: 'METRICS_PORT',
    kind: 'port',
    meaning:
      'Port for `/metrics`, which Prometheus reads, on the same address as the gateway. Unset: nothing is counted',
  },
  {
    name: 'LOG_LEVEL',
    kind: 'choice',
    choices: ['debug', 'info', 'warn', 'error'],
    default: 'info',
    meaning: 'Least important message that is logged',
  },
  {
    name: 'LOG_FORMAT',
    kind: 'choice',
    choices: ['text', 'json'],
    default: 'text',
    meaning: '`json` writes one object a line',
  },
] as const satisfies readonly Setting[];

export type SettingName = (typeof SETTINGS)[number]['name'];

/** Secrets can be read from a file: `<NAME>_FILE` (Docker and Kubernetes secrets). */
export const FILE_SUFFIX = '_FILE';

/** Names people know from other servers, which mean nothing here; saying so beats silence. */
export const LATER_NAMES: readonly string[] = [
  'USERINFO_URI',
  'ENABLE_DCR',
  'KEYCLOAK_URL',
  'KEYCLOAK_REALM',
  'ENABLE_UNSTRUCTURED',
  'ENABLE_TESSERACT',
  'ENABLE_CUSTOM_PROCESSOR',
];

/** Names with our prefixes that belong to other programs: MCP clients pass theirs on to servers they start. */
export const FOREIGN_NAMES: readonly string[] = [
  'MCP_TIMEOUT',
  'MCP_TOOL_TIMEOUT',
  'NEXTCLOUD_ADMIN_USER',
  'NEXTCLOUD_ADMIN_PASSWORD',
  'NEXTCLOUD_DATA_DIR',
  'NEXTCLOUD_INIT_HTACCESS',
  'NEXTCLOUD_TABLE_PREFIX',
  'NEXTCLOUD_TRUSTED_DOMAINS',
  'NEXTCLOUD_UPDATE',
  'NEXTCLOUD_VERSION',
];
