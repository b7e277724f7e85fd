import * as z from 'zod';
import { hostNamed, hostnameOf } from './hostnames.ts';
import { keyMaterial, keyTexts } from './key-material.ts';
import type { Problem } from './problem.ts';
import { SETTINGS } from './settings.ts';
import type { Setting, SettingName } from './settings.ts';
import { isProxyEntry } from './trusted-proxies.ts';

const TRUE = /^(?:1|true|yes|on)$/i;
const FALSE = /^(?:0|false|no|off)$/i;

/** An address that is compared or fetched as it stands: a slash more is another issuer. */
const address = z
  .string()
  .refine(
    (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
    'is not an http or https address',
  )
  .refine((text) => {
    const { username = '', password = '' } = URL.parse(text) ?? {};
    return username === '' && password === '';
  }, 'must not hold a user name or password');

const url = z
  .string()
  .transform((text) => (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`))
  .pipe(address)
  .refine(
    (text) => !URL.canParse(text) || (new URL(text).search === '' && new URL(text).hash === ''),
    'must not have a query',
  )
  // People paste the address of a page they are on; what follows index.php is not the server's root.
  .transform((text) => text.replace(/\/index\.php(?:\/.*)?$/, '').replace(/\/+$/, ''));

const flag = z
  .string()
  .refine((text) => TRUE.test(text) || FALSE.test(text), 'must be true or false')
  .transform((text) => TRUE.test(text));

const count = z
  .string()
  .regex(/^[1-9]\d{0,11}$/, 'must be a whole number above 0')
  .transform(Number);

/** Timers take 2^31 ms; whatever is longer would end at once. */
const LONGEST_SECONDS = 86_400;

const seconds = count.refine(
  (value) => value <= LONGEST_SECONDS,
  `must be at most ${String(LONGEST_SECONDS)} (a day)`,
);

const port = z
  .string()
  .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65535, 'must be a port, 0 to 65535')
  .transform(Number);

const list = z
  .string()
  .transform((text) => [...new Set(text.split(/[\s,]+/).filter((item) => item !== ''))]);

/** A list whose every item has to be something; those that are not are named. */
function listOf(is: (item: string) => boolean, what: string) {
  return list.superRefine((items, context) => {
    for (const item of items.filter((one) => !is(one)))
      context.addIssue({ code: 'custom', message: `${JSON.stringify(item)} is ${what}` });
  });
}

const hosts = listOf((item) => hostNamed(item) !== undefined, 'not a host name');
const origins = listOf((item) => hostnameOf(item) !== undefined, 'not an origin');
const proxies = listOf(isProxyEntry, 'no IP address and no network');
const addresses = listOf((item) => address.safeParse(item).success, 'not an http or https address');
const redirects = listOf((item) => URL.canParse(item), 'not an address');

const encryptionKeys = z
  .string()
  .refine(
    (text) => keyTexts(text).every((one) => keyMaterial(one) !== undefined),
    'is not 32 bytes in base64, base64url or hex, or several of them with commas between',
  );

const text = z.string();

const schema = z.object({
  NEXTCLOUD_HOST: url.optional(),
  NEXTCLOUD_USERNAME: text.optional(),
  NEXTCLOUD_PASSWORD: text.optional(),
  NEXTCLOUD_PUBLIC_URL: url.optional(),
  NEXTCLOUD_CA_BUNDLE: text.optional(),
  NEXTCLOUD_VERIFY_SSL: flag,
  NEXTCLOUD_TIMEOUT: seconds,
  HOST: text,
  PORT: port,
  MCP_TOOLSETS: list.optional(),
  MCP_TOOL_SURFACE: z.enum(['full', 'compact'], 'must be full or compact'),
  MCP_READ_ONLY: flag,
  ENABLE_DOCUMENT_PROCESSING: flag,
  UNSTRUCTURED_API_URL: url.optional(),
  UNSTRUCTURED_API_KEY: text.optional(),
  UNSTRUCTURED_STRATEGY: z.enum(
    ['auto', 'fast', 'hi_res', 'ocr_only'],
    'must be auto, fast, hi_res or ocr_only',
  ),
  UNSTRUCTURED_LANGUAGES: list,
  UNSTRUCTURED_TIMEOUT: seconds,
  PROGRESS_INTERVAL: seconds,
  MCP_BEARER_TOKEN: z
    .string()
    .min(16, 'must have at least 16 characters')
    .regex(/^[\w.~+/=-]+$/, 'may hold letters, digits and . _ ~ + / = - only')
    .optional(),
  NEXTCLOUD_MCP_SERVER_URL: url.optional(),
  NEXTCLOUD_OAUTH2_CLIENT_ID: text.optional(),
  NEXTCLOUD_OAUTH2_CLIENT_SECRET: text.optional(),
  MCP_SESSION_HOURS: count,
  MCP_GRANT_DAYS: count,
  OIDC_DISCOVERY_URL: address.optional(),
  OIDC_ISSUER: address.optional(),
  NEXTCLOUD_PUBLIC_ISSUER_URL: address.optional(),
  OIDC_FURTHER_ISSUERS: addresses.optional(),
  OIDC_CLIENT_ID: text.optional(),
  OIDC_CLIENT_SECRET: text.optional(),
  OIDC_CLIENT_PRIVATE_KEY: text.optional(),
  OIDC_INITIAL_ACCESS_TOKEN: text.optional(),
  OIDC_JWKS_URI: address.optional(),
  OIDC_INTROSPECTION_URI: address.optional(),
  OIDC_SCOPE_SPELLING: z.enum(['colon', 'dot'], 'must be colon or dot'),
  OIDC_SCOPE_PREFIXES: list.optional(),
  NEXTCLOUD_OIDC_SCOPES: list.optional(),
  NEXTCLOUD_OIDC_TOKEN_TYPE: text.optional(),
  NEXTCLOUD_RESOURCE_URI: text,
  ENABLE_TOKEN_EXCHANGE: flag,
  TOKEN_EXCHANGE_CACHE_TTL: count,
  ENABLE_MULTI_AUDIENCE: flag,
  ENABLE_OFFLINE_ACCESS: flag,
  NEXTCLOUD_USER_CLAIM: z
    .enum(['preferred_username', 'sub'], 'must be preferred_username or sub')
    .optional(),
  ALLOWED_MCP_CLIENTS: list.optional(),
  MCP_ALLOWED_REDIRECTS: redirects.optional(),
  MCP_RATE_LIMIT: count,
  MCP_RATE_LIMIT_ADDRESS: count,
  FORWARDED_ALLOW_IPS: proxies.optional(),
  TOKEN_STORAGE_DB: text,
  DATABASE_URL: text.optional(),
  TOKEN_ENCRYPTION_KEY: encryptionKeys.optional(),
  MCP_ALLOWED_HOSTS: hosts.optional(),
  MCP_ALLOWED_ORIGINS: origins.optional(),
  MCP_MAX_BODY_BYTES: count,
  MCP_MAX_RESULT_BYTES: count,
  MCP_MAX_FILE_BYTES: count,
  METRICS_PORT: port.optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error'),
  LOG_FORMAT: z.enum(['text', 'json'], 'must be text or json'),
} satisfies Record<SettingName, z.ZodType>);

export type Settings = z.output<typeof schema>;

/** Values of the settings' types, or every problem. Defaults come from the table of settings. */
export function validate(
  values: ReadonlyMap<string, string>,
): { readonly settings: Settings } | { readonly problems: readonly Problem[] } {
  const defaults = (SETTINGS as readonly Setting[]).flatMap((setting) =>
    setting.default === undefined ? [] : [[setting.name, setting.default] as const],
  );
  const result = schema.safeParse(Object.fromEntries([...defaults, ...values]));
  if (result.success) return { settings: result.data };
  return {
    problems: result.error.issues.map((issue) => ({
      setting: String(issue.path[0]),
      message: issue.message,
      ...hintFor(String(issue.path[0])),
    })),
  };
}

function hintFor(name: string): { hint?: string } {
  const setting = (SETTINGS as readonly Setting[]).find((candidate) => candidate.name === name);
  return setting === undefined ? {} : { hint: `${setting.meaning}.` };
}
