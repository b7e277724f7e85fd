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
    meaning: 'Login name of the user to act as',
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
    meaning: 'Address to listen on. Anything but loopback needs MCP_BEARER_TOKEN',
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

/** Names people know from servers with sign-in. They mean nothing in single-user mode, and saying so beats silence. */
export const LATER_NAMES: readonly string[] = [
  'NEXTCLOUD_MCP_SERVER_URL',
  'NEXTCLOUD_RESOURCE_URI',
  'NEXTCLOUD_PUBLIC_ISSUER_URL',
  'NEXTCLOUD_OIDC_CLIENT_ID',
  'NEXTCLOUD_OIDC_CLIENT_SECRET',
  'NEXTCLOUD_OIDC_SCOPES',
  'NEXTCLOUD_OIDC_TOKEN_TYPE',
  'OIDC_DISCOVERY_URL',
  'OIDC_CLIENT_ID',
  'OIDC_CLIENT_SECRET',
  'OIDC_ISSUER',
  'OIDC_JWKS_URI',
  'JWKS_URI',
  'INTROSPECTION_URI',
  'USERINFO_URI',
  'ENABLE_TOKEN_EXCHANGE',
  'TOKEN_EXCHANGE_CACHE_TTL',
  'ENABLE_OFFLINE_ACCESS',
  'TOKEN_ENCRYPTION_KEY',
  'TOKEN_STORAGE_DB',
  'MCP_SERVER_CLIENT_ID',
  'MCP_SERVER_CLIENT_SECRET',
  'ALLOWED_MCP_CLIENTS',
  'ENABLE_DCR',
  'KEYCLOAK_URL',
  'KEYCLOAK_REALM',
  'KEYCLOAK_CLIENT_ID',
  'KEYCLOAK_CLIENT_SECRET',
  'ENABLE_DOCUMENT_PROCESSING',
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
