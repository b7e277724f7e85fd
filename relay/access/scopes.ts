/**
 * Scopes are `<area>:read` and `<area>:write` (`notes:read`). Rules, each tested:
 * - an area alone is broad: `notes` covers `notes:read` and `notes:write`;
 * - `:write` does not cover `:read`: whoever may only file notes away need not be able to read them;
 * - `notes.read` is the same scope (some providers refuse colons), and so is either behind a resource prefix,
 *   `https://mcp.example.org/notes.read` (some providers name the API in front of its scopes).
 */

/** The one spelling inside the gateway. Anything that does not look like one of ours stays as it is. */
export function canonicalScope(scope: string, prefixes: readonly string[] = []): string {
  const prefix = prefixes.find(
    (one) => scope.startsWith(`${one}/`) && scope.length > one.length + 1,
  );
  const bare = prefix === undefined ? scope : scope.slice(prefix.length + 1);
  return bare.replace(/^([a-z][a-z0-9_-]*)\.([a-z]+)$/, '$1:$2');
}

/** Characters RFC 6749 §3.3 allows in a scope; others could break out of a challenge header. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * Granted scopes of a token: the `scope` claim (RFC 9068: one text) or `scp` (text or list). Anything else grants
 * nothing.
 */
export function grantedScopes(
  claims: Readonly<Record<string, unknown>>,
  prefixes: readonly string[] = [],
): ReadonlySet<string> {
  const texts = [claims.scope, claims.scp].flatMap((claim) => {
    if (typeof claim === 'string') return claim.split(' ');
    return Array.isArray(claim) ? claim.filter((one) => typeof one === 'string') : [];
  });
  const scopes = texts.filter((one) => SCOPE_TOKEN.test(one));
  return new Set(scopes.map((one) => canonicalScope(one, prefixes)));
}

/** Needed scopes (canonical) that a caller lacks. */
export function missingScopes(
  needed: Iterable<string>,
  granted: ReadonlySet<string>,
): readonly string[] {
  return [...new Set(needed)].filter(
    (scope) => !granted.has(scope) && !granted.has(scope.split(':', 1)[0] ?? scope),
  );
}

/**
 * What a challenge asks for: everything the caller has and everything the call needs, so that one new sign-in is
 * enough and nothing is lost by it. `offline_access` is the client's own affair and never asked for.
 */
export function scopesToAskFor(
  needed: Iterable<string>,
  granted: Iterable<string> = [],
): readonly string[] {
  return [...new Set([...granted, ...needed])].filter((one) => one !== 'offline_access').sort();
}

/** Every scope that some tool or resource needs, sorted: `scopes_supported`. */
export function scopesSupported(
  parts: Iterable<{ readonly scopes: readonly string[] }>,
): readonly string[] {
  return [...new Set([...parts].flatMap(({ scopes }) => scopes))].sort();
}

/** How the identity provider spells our scopes. */
export type ScopeSpelling = 'colon' | 'dot';

export function spelled(scopes: readonly string[], spelling: ScopeSpelling): readonly string[] {
  return spelling === 'colon'
    ? scopes
    : scopes.map((one) => one.replace(/^([a-z][a-z0-9_-]*):([a-z]+)$/, '$1.$2'));
}
