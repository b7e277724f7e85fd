/** Members whose text must be a placeholder, whatever it looks like. */
const SECRET_MEMBERS = new Set([
  'access_token',
  'actor_token',
  'authorization',
  'client_assertion',
  'client_secret',
  'code',
  'code_verifier',
  'cookie',
  'id_token',
  'jti',
  'nonce',
  'password',
  'refresh_token',
  'registration_access_token',
  'session_state',
  'set-cookie',
  'sid',
  'state',
  'subject_token',
  'token',
]);

/** Shapes of secrets, wherever they stand. */
const SHAPES: readonly RegExp[] = [
  // JWTs, whole or cut
  /eyJ[\w-]{10,}/,
  /\b(?:Basic|Bearer) (?!realm=)[\w+/=.~-]{12,}/,
  // client secrets and passwords of the recorded set-up
  /[\w-]*-secret-[\w-]*\d/i,
  /-Pass-\d+/,
  // cookies of Nextcloud and Keycloak
  /oc_sessionPassphrase|nc_token=|KEYCLOAK_(?:IDENTITY|SESSION)=|AUTH_SESSION_ID/,
  // app passwords, codes, opaque tokens, secrets a server made up
  /(?<![\w%-])(?=[\w%+=-]*\d)(?=[\w%+=-]*[A-Z])(?=[\w%+=-]*[a-z])[\w%+=-]{16,}/,
  // session ids
  /(?<![\w-])(?=(?:[a-z]*\d){3})[a-z\d]{24,}/,
  /-----BEGIN/,
];

/** Machine paths and addresses other than example names. */
const PLACES = /(?<![\w.}])\/(?:srv|home|root|work|tmp|var|opt)\/|127\.0\.0\.1|file:\/\//;

/** Members of a public key are long and random, and public. */
const PUBLIC_MEMBERS = new Set(['kid', 'n', 'x', 'y']);

const PLACEHOLDER = /^\{\{[\w-]+\}\}$/;

/** Where in a recording something is left that must not be published, as `path: reason`. */
export function remainingSecrets(value: unknown, path = '', member = ''): string[] {
  if (typeof value === 'string') {
    if (SECRET_MEMBERS.has(member) && !PLACEHOLDER.test(value)) return [`${path}: not removed`];
    if (PUBLIC_MEMBERS.has(member) && path.includes('.keys.')) return [];
    const shape = [...SHAPES, PLACES].find((one) => one.test(value));
    return shape === undefined ? [] : [`${path}: ${String(shape)}`];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...remainingSecrets(name, `${path}.${name} (name)`),
    // `tokens` holds claims under the names of tokens; those are objects and looked into
    ...remainingSecrets(inner, `${path}.${name}`, Array.isArray(value) ? member : name),
  ]);
}
