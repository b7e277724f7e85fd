import { outcomeTests } from './outcome-tests.ts';
import type { ExpectedOutcomes } from './outcome-tests.ts';
import { providerRecordings } from './recordings.ts';

const named = (...names: readonly string[]): string[] => names.map((name) => `oidc-app/${name}`);

/** What both versions do alike. */
const EXPECTED: ExpectedOutcomes = {
  // the first one is a redirect to the second
  'issuer ': named(
    'openid-configuration',
    'openid-configuration-index',
    'openid-configuration-app',
  ),
  unavailable: named('oauth-authorization-server', 'oauth-protected-resource'),
  'verifies RS256': named('jwks'),
  'token and refresh token': named('code-ok', 'refresh', 'refresh-newer-after-reuse'),
  token: named(
    'code-basic',
    'other-redirect',
    'with-resource',
    'with-resource-nextcloud',
    'app-scopes',
    'public-client',
  ),
  configuration: named('wrong-secret', 'register-bad'),
  // it says `invalid_grant` where RFC 6749 has `unsupported_grant_type`
  unauthorized: named(
    'wrong-verifier',
    'missing-verifier',
    'exchange-unsupported',
    'client-credentials-unsupported',
  ),
  'active for mcp-gateway-oidc-client-0000000000': named(
    'introspect-own-jwt',
    'introspect-own-jwt-post',
  ),
  'active for mcp-test-opaque-oidc-client-000000': named('introspect-opaque-by-resource-owner'),
  inactive: named('introspect-foreign', 'introspect-bogus'),
  introspection_unavailable: named('introspect-wrong-secret', 'introspect-no-token'),
  // whatever was asked for, it answers with a secret
  'registered as client_secret_post': named(
    'register',
    'register-jwt',
    'register-public',
    'register-foreign-host',
  ),
  gone: named('register-delete'),
};

/** Where they differ: the older one has `invalid_request` for a grant that is over. */
const BY_VERSION: Readonly<Record<string, ExpectedOutcomes>> = {
  '1.16.6': {
    upstream_error: named('code-used-twice', 'refresh-reused', 'refresh-garbage', 'unknown-client'),
    'token and refresh token': named('refresh-after-code-reuse'),
  },
  '2.0.9': {
    unauthorized: named(
      'code-used-twice',
      'refresh-after-code-reuse',
      'refresh-reused',
      'refresh-garbage',
      'unknown-client',
    ),
  },
};

for (const recording of providerRecordings('oidc-app.json')) {
  const own = BY_VERSION[recording.version] ?? {};
  const outcomes = [...new Set([...Object.keys(EXPECTED), ...Object.keys(own)])].map(
    (outcome) => [outcome, [...(EXPECTED[outcome] ?? []), ...(own[outcome] ?? [])]] as const,
  );
  const configured = {
    metadataPath: '/index.php/.well-known/openid-configuration',
    issuerPath: '',
  };
  outcomeTests(recording, configured, Object.fromEntries(outcomes));
}
