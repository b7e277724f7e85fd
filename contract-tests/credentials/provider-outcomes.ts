import { generateKeyPairSync } from 'node:crypto';
import { AccessTokens } from '../../relay/access/access-tokens.ts';
import { remoteKeys } from '../../relay/access/issuer-keys.ts';
import type { OAuthClient } from '../../relay/credentials/client-authentication.ts';
import { discovery } from '../../relay/credentials/discovery.ts';
import { providerHttp } from '../../relay/credentials/provider-http.ts';
import type { ProviderHttp } from '../../relay/credentials/provider-http.ts';
import type { ProviderMetadata } from '../../relay/credentials/provider-metadata.ts';
import { audiencesOf, claimsOf } from '../../relay/credentials/token-claims.ts';
import { tokenEndpoint } from '../../relay/credentials/token-endpoint.ts';
import type { TokenEndpoint } from '../../relay/credentials/token-endpoint.ts';
import { tokenExchange } from '../../relay/credentials/token-exchange.ts';
import { RelayError } from '../../relay/errors.ts';
import { silentLogger } from '../../relay/log.ts';
import { registeredClient } from '../../relay/signin/client-registration.ts';
import type { RegisteredClients, StoredClient } from '../../relay/store/registered-clients.ts';
import type { RecordedProvider } from './recorded-provider.ts';
import type { ProviderExchange, RecordedClient } from './recordings.ts';

/** Real code of ours on one recorded answer. */
export interface ProviderOutcomes {
  /**
   * What comes of it, in a few words:
   *
   * - RFC 8693 exchange: `token for <audience>`
   * - any other grant: `token`, `token and refresh token`
   * - RFC 7009 revocation: `revoked`
   * - RFC 7662 introspection: `active for <audiences>`, or why the token is refused
   * - RFC 7591 and 7592 registration: `registered as <client authentication>`, `gone`, `still there`
   * - metadata: `issuer <path>`; key set: what each key is good for
   *
   * or the code of the RelayError, with the reason where the answer itself was found bad.
   */
  of(exchange: ProviderExchange): Promise<string>;
  close(): void;
}

const SECRET = 'a-secret-of-this-test';

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** What an administrator configures: where the metadata lies, and the issuer where the document does not lie under it. */
export interface ConfiguredProvider {
  readonly metadataPath: string;
  readonly issuerPath?: string;
}

export function providerOutcomes(
  provider: RecordedProvider,
  { metadataPath, issuerPath }: ConfiguredProvider,
): ProviderOutcomes {
  const http = providerHttp({ trusted: [provider.origin] });
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const metadataAt = (path: string): (() => Promise<ProviderMetadata>) =>
    discovery({
      discoveryUrl: provider.origin + path,
      issuer: issuerPath === undefined ? undefined : provider.origin + issuerPath,
      http,
      now: () => 0,
      pause: () => Promise.resolve(),
      tries: 1,
    });
  const metadata = metadataAt(metadataPath);

  function client(recorded: RecordedClient | undefined): OAuthClient {
    const clientId = recorded?.id ?? 'nobody';
    const kind = recorded?.authentication ?? 'none';
    if (kind === 'none') return { clientId, authentication: { kind } };
    if (kind !== 'private_key_jwt') return { clientId, authentication: { kind, secret: SECRET } };
    const key = { key: privateKey, algorithm: 'ES256', keyId: undefined };
    return { clientId, authentication: { kind, key } };
  }

  function endpoint(exchange: ProviderExchange): TokenEndpoint {
    provider.play(exchange);
    return tokenEndpoint({
      http,
      metadata,
      client: () => Promise.resolve(client(exchange.request.client)),
      now: () => timeOf(exchange),
    });
  }

  const formOf = (exchange: ProviderExchange): Readonly<Record<string, string>> =>
    provider.filled(exchange.request.form ?? {}, exchange);

  const acts: Readonly<Record<Kind, (exchange: ProviderExchange) => Promise<string>>> = {
    exchanged: (exchange) =>
      codeOf(async () => {
        const form = formOf(exchange);
        const { sub = '', preferred_username: username } = (exchange.tokens?.subject_token
          ?.payload ?? {}) as { sub?: string; preferred_username?: string };
        const now = timeOf(exchange);
        const strategy = tokenExchange({
          endpoint: endpoint(exchange),
          metadata,
          ...target(form),
          scope: form.scope,
          ttlSeconds: 60,
          now: () => now,
          log: silentLogger,
        });
        const { issuer } = await metadata();
        const principal = {
          key: 'alice',
          issuer,
          subject: sub,
          username,
          clientId: 'mcp-client',
          scopes: new Set<string>(),
          expiresAt: now + 60,
        };
        const subjectToken = form.subject_token ?? 'none';
        const { authorization } = await strategy.credentialFor({ principal, subjectToken });
        const claims = claimsOf(authorization.replace('Bearer ', '')) ?? {};
        return `token for ${audiencesOf(claims).join(', ')}`;
      }),
    granted: (exchange) =>
      codeOf(async () => {
        const answer = await endpoint(exchange).grant(formOf(exchange));
        return answer.refreshToken === undefined ? 'token' : 'token and refresh token';
      }),
    revoked: (exchange) =>
      codeOf(async () => {
        const { token = '' } = formOf(exchange);
        const done = await endpoint(exchange).revoke(token, 'refresh_token');
        return done ? 'revoked' : 'no endpoint';
      }),
    introspected: (exchange) => introspected(exchange, provider),
    registered: (exchange) =>
      codeOf(async () => {
        provider.play(exchange);
        const asked = provider.filled(exchange.request.json ?? {}, exchange);
        const { authentication } = await registration(memory(), http, metadata, asked).current();
        return `registered as ${authentication.kind}`;
      }),
    deregistered: async (exchange) => {
      provider.play(exchange);
      const clients = memory({
        clientId: 'recorded-client_id',
        clientSecret: undefined,
        registrationToken: 'recorded-registration_access_token',
        registrationUri: provider.origin + provider.filled(exchange.request.path, exchange),
        redirectUris: [],
        createdAt: 0,
      });
      const gone = await registration(clients, http, metadata, {}).forget();
      return gone ? 'gone' : 'still there';
    },
    discovered: (exchange) =>
      codeOf(async () => {
        const { issuer } = await metadataAt(exchange.request.path)();
        return `issuer ${issuer.replace(provider.origin, '')}`;
      }),
    keys: async (exchange) => {
      const jwksUri = provider.origin + exchange.request.path;
      const keys = remoteKeys({ jwksUri, fetch, now: () => 0 });
      const { keys: published } = exchange.response.body as { keys: { kid: string }[] };
      const found = published.map(async ({ kid }) => {
        const key = await keys.find({ alg: 'RS256', kid });
        return key.ok ? 'verifies RS256' : key.reason;
      });
      return (await Promise.all(found)).join(', ');
    },
  };
  return {
    of: (exchange) => acts[kindOf(exchange)](exchange),
    close: () => http.close(),
  };
}

type Kind =
  | 'exchanged'
  | 'granted'
  | 'revoked'
  | 'introspected'
  | 'registered'
  | 'deregistered'
  | 'discovered'
  | 'keys';

function kindOf({ request: { method, path, form, json } }: ProviderExchange): Kind {
  if (method === 'DELETE') return 'deregistered';
  if (method === 'GET') return /\/(?:certs|jwks)$/.test(path) ? 'keys' : 'discovered';
  if (json !== undefined) return 'registered';
  if (path.endsWith('/introspect')) return 'introspected';
  if (path.endsWith('/revoke')) return 'revoked';
  return form?.grant_type === TOKEN_EXCHANGE ? 'exchanged' : 'granted';
}

/** When the answer was given, in epoch seconds, as far as tokens tell. */
function timeOf({ tokens = {} }: ProviderExchange): number {
  const token = tokens.access_token ?? tokens.subject_token ?? tokens.token;
  const iat = token?.payload.iat;
  return typeof iat === 'number' ? iat : 0;
}

/** Our exchange always names a target, so an exchange recorded without one is asked for as if it had. */
function target({ audience, resource }: Readonly<Record<string, string>>): {
  audience?: string;
  resource?: string;
  acceptedAudiences: readonly string[];
} {
  return {
    ...(audience === undefined && resource !== undefined
      ? {}
      : { audience: audience ?? 'nextcloud' }),
    ...(resource === undefined ? {} : { resource }),
    acceptedAudiences: ['nextcloud'],
  };
}

async function introspected(
  exchange: ProviderExchange,
  provider: RecordedProvider,
): Promise<string> {
  provider.play(exchange);
  const { iss, iat } = (exchange.response.body ?? {}) as { iss?: string; iat?: number };
  const { path, client } = exchange.request;
  const tokens = new AccessTokens({
    issuers: [
      {
        issuer: iss === undefined ? provider.origin : provider.filled(iss, exchange),
        introspection: {
          url: provider.origin + path,
          clientId: client?.id ?? 'nobody',
          clientSecret: SECRET,
          clientAuth:
            client?.authentication === 'client_secret_post'
              ? 'client_secret_post'
              : 'client_secret_basic',
        },
      },
    ],
    rules: { algorithms: ['RS256'], clockToleranceSeconds: 0, scopePrefixes: [] },
    fetch,
    now: () => (iat ?? 0) * 1000,
  });
  const verified = await tokens.verify('an-opaque-token');
  return verified.ok ? `active for ${verified.token.audiences.join(', ')}` : verified.reason;
}

function registration(
  clients: RegisteredClients,
  http: ProviderHttp,
  metadata: () => Promise<ProviderMetadata>,
  asked: Readonly<Record<string, unknown>>,
): ReturnType<typeof registeredClient> {
  const { scope, redirect_uris: redirects, grant_types: grantTypes, ...rest } = asked;
  const { client_name: clientName, response_types: _, ...extra } = rest;
  return registeredClient({
    http,
    metadata,
    clients,
    clientName: String(clientName),
    redirectUri: (redirects as string[] | undefined)?.[0] ?? 'https://gateway.example.org/none',
    grantTypes: (grantTypes as string[] | undefined) ?? ['authorization_code'],
    scopes: typeof scope === 'string' ? scope.split(' ') : undefined,
    extra,
    now: () => 0,
    log: silentLogger,
  });
}

/** A store for one registration. */
function memory(kept?: StoredClient): RegisteredClients {
  let stored = kept;
  return {
    find: () => Promise.resolve(stored),
    save: (_, client) => {
      stored = { ...client, createdAt: 0 };
      return Promise.resolve(true);
    },
    remove: () => {
      const removed = stored;
      stored = undefined;
      return Promise.resolve(removed);
    },
  };
}

async function codeOf(act: () => Promise<string>): Promise<string> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof RelayError)) throw error;
    const reason = error.details?.reason;
    return typeof reason === 'string' ? `${error.code}: ${reason}` : error.code;
  }
}
