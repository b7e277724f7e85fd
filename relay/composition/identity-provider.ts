import { AccessTokens } from '../access/access-tokens.ts';
import type { TrustedIssuer } from '../access/access-tokens.ts';
import type { FetchLike } from '../access/fetch-like.ts';
import type { IntrospectionEndpoint } from '../access/introspection.ts';
import { remoteKeys } from '../access/issuer-keys.ts';
import type { IssuerKeys } from '../access/issuer-keys.ts';
import { canonicalScope } from '../access/scopes.ts';
import { refused } from '../access/verification.ts';
import type { Verification } from '../access/verification.ts';
import type { ProviderSignInConfig } from '../config/sign-in.ts';
import { discovery } from '../credentials/discovery.ts';
import { providerHttp } from '../credentials/provider-http.ts';
import type { ProviderHttp } from '../credentials/provider-http.ts';
import type { ProviderMetadata } from '../credentials/provider-metadata.ts';
import type { Logger } from '../log.ts';
import type { AgentOptions } from '../nextcloud/agents.ts';

/** The identity provider as both sides of the gateway use it: to check tokens, and to ask for some. */
export interface IdentityProvider {
  readonly http: ProviderHttp;
  readonly metadata: () => Promise<ProviderMetadata>;
  /** Never throws: a provider that does not answer is an outage, not a failure of ours. */
  verify(token: string): Promise<Verification>;
  /**
   * Of these scopes those that the provider says it knows: most refuse a request with an unknown one. All of them
   * when it knows none, which says nothing.
   */
  known(scopes: readonly string[]): readonly string[];
  /** Issuers as clients should know them: what the provider said last, before that what is configured. */
  issuers(): readonly string[];
  close(): void;
}

export interface IdentityProviderOptions {
  readonly config: ProviderSignInConfig;
  readonly agents: AgentOptions;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: Logger;
}

const CLOCK_TOLERANCE_SECONDS = 5;
const WELL_KNOWN = '/.well-known/openid-configuration';

/** Reads the metadata at once, in the background: a provider that starts after us is met with growing pauses. */
export function identityProvider(options: IdentityProviderOptions): IdentityProvider {
  const { config, log, now } = options;
  const { provider } = config;
  const http = providerHttp({ ...options.agents, trusted: configuredUrls(config) });
  const timing = { http, now: () => Math.floor(now() / 1000), pause };
  const metadata = discovery({ ...timing, ...provider });
  const fetch = fetchThrough(http);
  const onFailure = (cause: unknown): void => {
    log.warn('the identity provider could not be asked', { cause });
  };
  const further = provider.furtherIssuers.map((issuer): TrustedIssuer => {
    const discoveryUrl = issuer.replace(/\/$/, '') + WELL_KNOWN;
    const found = discovery({ ...timing, discoveryUrl, issuer });
    return {
      issuer,
      keys: keysBehind(async () => (await found()).jwksUri, { fetch, now, onFailure }),
    };
  });
  let built: { readonly from: ProviderMetadata; readonly tokens: AccessTokens } | undefined;

  async function tokens(): Promise<AccessTokens> {
    const from = await metadata();
    if (built?.from === from) return built.tokens;
    const keys = remoteKeys({ jwksUri: from.jwksUri, fetch, now, onFailure });
    const own = [...from.issuers].map((issuer, index): TrustedIssuer => {
      const introspection = index === 0 ? introspectionOf(config, from) : undefined;
      return { issuer, keys, ...(introspection === undefined ? {} : { introspection }) };
    });
    const rules = {
      clockToleranceSeconds: CLOCK_TOLERANCE_SECONDS,
      scopePrefixes: provider.scopePrefixes,
    };
    const others = further.filter(({ issuer }) => !from.issuers.has(issuer));
    built = {
      from,
      tokens: new AccessTokens({ issuers: [...own, ...others], rules, fetch, now, onFailure }),
    };
    return built.tokens;
  }

  tokens().catch(onFailure);
  return {
    http,
    metadata,
    async verify(token) {
      try {
        return await (await tokens()).verify(token);
      } catch (cause) {
        onFailure(cause);
        return refused('keys_unavailable');
      }
    },
    known(scopes) {
      const said = (built?.from.scopes ?? []).map((one) =>
        canonicalScope(one, provider.scopePrefixes),
      );
      const both = scopes.filter((one) => said.includes(one));
      return both.length === 0 ? scopes : both;
    },
    issuers() {
      const configured =
        provider.issuer ?? provider.discoveryUrl.replace(/\/\.well-known\/.*$/, '');
      const first = provider.publicIssuer ?? built?.from.issuer ?? configured;
      return [...new Set([first, ...provider.furtherIssuers])];
    },
    close: () => http.close(),
  };
}

/** Addresses an administrator wrote down; others have to be public. */
function configuredUrls({ provider }: ProviderSignInConfig): string[] {
  const { discoveryUrl, issuer, publicIssuer, jwksUri, introspectionUri } = provider;
  return [
    discoveryUrl,
    ...[issuer, publicIssuer, jwksUri, introspectionUri].filter((one) => one !== undefined),
    ...provider.furtherIssuers,
  ];
}

/** Asking needs a client with a secret (RFC 7662 §2.1). */
function introspectionOf(
  { client }: ProviderSignInConfig,
  metadata: ProviderMetadata,
): Omit<IntrospectionEndpoint, 'issuer'> | undefined {
  const url = metadata.introspectionEndpoint;
  if (url === undefined || client?.secret === undefined) return undefined;
  const clientAuth = secretMethod(metadata);
  return { url, clientId: client.id, clientSecret: client.secret, clientAuth };
}

/** Basic, which every server has to know (RFC 6749 §2.3.1), unless it says otherwise. */
export function secretMethod({
  tokenEndpointAuthMethods: methods,
}: ProviderMetadata): 'client_secret_basic' | 'client_secret_post' {
  const basic = methods === undefined || methods.includes('client_secret_basic');
  return basic || !methods.includes('client_secret_post')
    ? 'client_secret_basic'
    : 'client_secret_post';
}

/** Keys of an issuer whose metadata is read on first use. */
function keysBehind(
  jwksUri: () => Promise<string>,
  how: Omit<Parameters<typeof remoteKeys>[0], 'jwksUri'>,
): IssuerKeys {
  let known: { readonly uri: string; readonly keys: IssuerKeys } | undefined;
  return {
    async find(wanted) {
      try {
        const uri = await jwksUri();
        if (known?.uri !== uri) known = { uri, keys: remoteKeys({ ...how, jwksUri: uri }) };
      } catch (cause) {
        how.onFailure?.(cause);
        return refused('keys_unavailable');
      }
      return known.keys.find(wanted);
    },
  };
}

/** The access rooms' requests take the same guarded way as all others to the provider. */
function fetchThrough(http: ProviderHttp): FetchLike {
  return async (url, { method, headers, body, signal }) => {
    const { 'Content-Type': _form, ...others } = headers;
    const { status, json } = await http.send({
      method,
      url,
      headers: others,
      signal,
      ...(body === undefined ? {} : { form: Object.fromEntries(new URLSearchParams(body)) }),
    });
    return { status, text: () => Promise.resolve(json === undefined ? '' : JSON.stringify(json)) };
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
