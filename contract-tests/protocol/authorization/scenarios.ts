/** One of the suite's scenarios for OAuth clients, and what it would need of the server they sign in at. */
export interface AuthScenario {
  /** As the suite names it, without `auth/`. */
  readonly id: string;
  /** What a client of this scenario needs of an authorization server. */
  readonly needs: string;
}

/**
 * Scenarios whose client needs something that ours gives: each is run against it with the clients of both SDKs. The
 * suite itself runs them against servers of its own.
 */
export const APPLICABLE = [
  { id: 'metadata-default', needs: 'RFC 8414 metadata below the issuer, registration, PKCE' },
  { id: 'metadata-var1', needs: 'the same as OpenID discovery, where the client finds only that' },
  { id: 'basic-cimd', needs: 'a client ID that is the URL of its metadata document' },
  { id: 'scope-from-www-authenticate', needs: 'the scopes of the challenge' },
  { id: 'scope-from-scopes-supported', needs: 'every scope that the resource’s metadata names' },
  { id: 'scope-omitted-when-undefined', needs: 'a request without scope' },
  { id: 'scope-step-up', needs: 'a second authorization of one client, for more' },
  { id: 'token-endpoint-auth-basic', needs: 'a client secret in the header' },
  { id: 'token-endpoint-auth-post', needs: 'a client secret in the body' },
  { id: 'token-endpoint-auth-none', needs: 'public clients' },
  { id: 'pre-registration', needs: 'a client that was registered before and does not register' },
  { id: 'offline-access-not-supported', needs: 'refresh tokens without offline_access' },
  { id: 'authorization-server-migration', needs: 'registration of a client with old credentials' },
  { id: 'iss-supported', needs: 'iss in the answer, and said so in the metadata (RFC 9207)' },
  {
    id: '2025-03-26-oauth-metadata-backcompat',
    needs: 'metadata at the MCP server itself, and a resource where the client names none',
  },
] as const satisfies readonly AuthScenario[];

export type ApplicableId = (typeof APPLICABLE)[number]['id'];

/** Scenarios that say nothing about ours, each with the reason. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  'metadata-var2': 'our issuer has no path',
  'metadata-var3': 'our issuer has no path',
  '2025-03-26-oauth-endpoint-fallback': 'our endpoints are where the metadata says, only there',
  'scope-retry-limit': 'a limit that clients set themselves',
  'resource-mismatch': 'a resource server that lies; ours names its own URL',
  'offline-access-scope': 'ours gives refresh tokens without that scope, and does not offer it',
  'iss-not-advertised': 'ours always says that it sends iss',
  'iss-supported-missing': 'a server that promises iss and leaves it out',
  'iss-wrong-issuer': 'a server that sends another iss',
  'iss-unexpected': 'a server that sends iss without saying so',
  'iss-normalized': 'a server that spells iss differently',
  'metadata-issuer-mismatch': 'a server that names another issuer',
  'client-credentials-jwt': 'ours knows no clients without a person',
  'client-credentials-basic': 'ours knows no clients without a person',
  'enterprise-managed-authorization': 'ours takes no assertions of an enterprise',
  'wif-jwt-bearer': 'ours takes no assertions of workloads',
  dpop: 'ours binds no tokens to keys',
  'dpop-nonce': 'ours binds no tokens to keys',
};
