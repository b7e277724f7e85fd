import { errors } from 'oidc-provider';
import { shownName } from './client-name.ts';

export interface ClientPolicy {
  readonly issuer: string;
  /** Redirect addresses an administrator allows beside those of the rules, exactly as clients write them. */
  readonly allowedRedirects: ReadonlySet<string>;
}

/** What clients say about themselves, as RFC 7591 names it. */
export type ClientMetadata = Record<string, unknown>;

const MOST_REDIRECTS = 5;
const LONGEST_URL = 2_000;
const MOST_KEYS = 5;

/** Everything else of a registration is forgotten: it would be fetched, shown, or believed for nothing. */
const KEPT = new Set([
  'client_id',
  'client_id_issued_at',
  'client_secret',
  'client_secret_expires_at',
  'client_name',
  'client_uri',
  'redirect_uris',
  'grant_types',
  'token_endpoint_auth_method',
  'token_endpoint_auth_signing_alg',
  'jwks',
  'jwks_uri',
  'software_id',
]);

const GRANT_TYPES = ['authorization_code', 'refresh_token'];

/** Applications whose schemes belong to them by the system's registration, and that speak MCP. */
const PRIVATE_SCHEMES = new Set([
  'claude:',
  'cursor:',
  'goose:',
  'jan:',
  'lmstudio:',
  'raycast:',
  'vscode:',
  'vscode-insiders:',
  'vscodium:',
  'windsurf:',
  'zed:',
]);

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Narrows a registration or a metadata document to what is used here, in place. Runs each time such a client is made,
 * so a policy that became stricter holds for clients registered before.
 *
 * @throws errors.InvalidClientMetadata with words for the client's developer
 */
export function applyClientPolicy(metadata: ClientMetadata, policy: ClientPolicy): void {
  for (const name of Object.keys(metadata)) {
    // `scope` as well: a client registers what it wants first, and could never ask for more.
    if (!KEPT.has(name)) Reflect.deleteProperty(metadata, name);
  }
  const redirects = checkedRedirects(metadata['redirect_uris'], policy);
  const name = shownName(metadata['client_name']);
  if (name === undefined) delete metadata['client_name'];
  else metadata['client_name'] = name;
  checkLengths(metadata);
  // RFC 7591 §2: who does not name a method has a secret; the library made one for it.
  if (metadata['client_secret'] !== undefined && metadata['token_endpoint_auth_method'] === 'none')
    metadata['token_endpoint_auth_method'] = 'client_secret_basic';
  const asked = metadata['grant_types'];
  metadata['grant_types'] = Array.isArray(asked)
    ? GRANT_TYPES.filter((type) => type === 'authorization_code' || asked.includes(type))
    : ['authorization_code'];
  metadata['response_types'] = ['code'];
  metadata['response_modes'] = ['query'];
  // Old clients do not say what they are; ports of loopback addresses are free for native ones only.
  metadata['application_type'] = redirects.some(isOnThisComputer) ? 'native' : 'web';
}

function checkedRedirects(value: unknown, policy: ClientPolicy): readonly string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_REDIRECTS)
    throw invalid(`redirect_uris must have one to ${String(MOST_REDIRECTS)} members`);
  for (const uri of value as readonly unknown[]) {
    if (typeof uri !== 'string' || uri.length > LONGEST_URL || !mayRedirectTo(uri, policy))
      throw invalid(
        'redirect_uris must be https, http on a loopback address, or a scheme of a known application',
      );
  }
  return value as readonly string[];
}

/** Whether codes may be sent there at all; which of them a client may use is what it registered. */
function mayRedirectTo(uri: string, { issuer, allowedRedirects }: ClientPolicy): boolean {
  if (allowedRedirects.has(uri)) return true;
  const url = URL.parse(uri);
  if (url === null || /[\s\\#]/.test(uri) || url.username !== '' || url.password !== '')
    return false;
  if (url.host !== '' && url.host === new URL(issuer).host) return false;
  if (url.protocol === 'https:') return !LOOPBACK_HOSTS.has(url.hostname);
  if (url.protocol === 'http:') return LOOPBACK_HOSTS.has(url.hostname);
  return PRIVATE_SCHEMES.has(url.protocol);
}

/** On the person's own computer: a loopback address or an application's scheme. */
export function isOnThisComputer(uri: string): boolean {
  const url = URL.parse(uri);
  if (url === null) return false;
  return !/^https?:$/.test(url.protocol) || LOOPBACK_HOSTS.has(url.hostname);
}

function checkLengths(metadata: ClientMetadata): void {
  for (const name of ['client_uri', 'jwks_uri', 'software_id']) {
    const value = metadata[name];
    if (value !== undefined && (typeof value !== 'string' || value.length > LONGEST_URL))
      throw invalid(`${name} is too long`);
  }
  const keys = (metadata['jwks'] as { keys?: unknown } | undefined)?.keys;
  if (Array.isArray(keys) && keys.length > MOST_KEYS) throw invalid('jwks has too many keys');
}

function invalid(description: string): Error {
  return new errors.InvalidClientMetadata(description);
}
