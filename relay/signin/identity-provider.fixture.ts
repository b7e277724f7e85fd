import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { Provider, errors } from 'oidc-provider';

export const GATEWAY = 'https://gateway.example.org/mcp';
export const NEXTCLOUD = 'https://cloud.example.org';
export const SECRET = 'gateway-secret-for-tests';
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const SCOPES = 'notes:read notes:write files:read';

/** Requests that reached the provider, as far as tests look at them. */
interface Reached {
  readonly path: string;
  readonly form: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
}

export interface IdentityProvider {
  readonly issuer: string;
  readonly discoveryUrl: string;
  /** Requests to the token endpoint so far. */
  tokenRequests(): Reached[];
  requests: Reached[];
  /** The person whose browser comes next. */
  signedInAs: string;
  /** An access token for the gateway, as an MCP client would have it. */
  accessToken(person: string, audience?: string): Promise<string>;
  /** Plays a browser from an authorization URL to the address outside this server it ends at. */
  browse(url: string): Promise<URL>;
  /** Private key of the client `gateway-with-key`, as JWK text. */
  readonly clientKey: string;
  /** Resolves when everything is done that was asked so far, also by those who did not wait for the answer. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** What the provider keeps of one model, in oidc-provider's form. */
export interface ProviderRows {
  upsert(id: string, payload: Record<string, unknown>): Promise<void>;
  find(id: string): Promise<Record<string, unknown> | undefined>;
  findByUid(uid: string): Promise<Record<string, unknown> | undefined>;
  findByUserCode(): Promise<undefined>;
  consume(id: string): Promise<void>;
  destroy(id: string): Promise<boolean>;
  revokeByGrantId(grantId: string): Promise<void>;
}

/**
 * A certified provider (oidc-provider) on a free port, with RFC 8693 and registration, that signs anybody in.
 * `around` may watch or change what it keeps.
 */
export async function startIdentityProvider(
  callback: string,
  around: (model: string, rows: ProviderRows) => ProviderRows = (_model, rows) => rows,
): Promise<IdentityProvider> {
  const keys = await signingKeys();
  const requests: Reached[] = [];
  let handle: (request: IncomingMessage, response: ServerResponse) => Promise<void> = () =>
    Promise.resolve();
  const underWay = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    remember(request, requests);
    const work = handle(request, response).finally(() => underWay.delete(work));
    underWay.add(work);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const provider = new Provider(issuer, configuration(keys, callback, around));
  registerExchange(provider, issuer, keys.public);
  const idp = { signedInAs: 'alice' };
  const answer = provider.callback();
  handle = async (request, response) => {
    if (request.url?.startsWith('/interaction/') === true) {
      await interact(provider, request, response, idp.signedInAs).catch(() => response.destroy());
    } else await answer(request, response);
  };

  return Object.assign(idp, {
    issuer,
    discoveryUrl: `${issuer}/.well-known/openid-configuration`,
    requests,
    tokenRequests: () => requests.filter(({ path }) => path === '/token'),
    clientKey: JSON.stringify(keys.client.private),
    async accessToken(person: string, audience = GATEWAY) {
      const client = await provider.Client.find('mcp-client');
      const token = new provider.AccessToken({
        accountId: person,
        client,
        gty: 'authorization_code',
      });
      return finish(provider, token, { person, clientId: 'mcp-client', audience, scope: SCOPES });
    },
    browse: (url: string) => browse(url, issuer),
    async idle() {
      // what a process sent before it died is accepted in one turn and read in the next
      for (let turn = 0; turn < 3 || underWay.size > 0; turn += 1) {
        await Promise.allSettled(underWay);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  });
}

interface Keys {
  readonly private: JWK;
  readonly public: JWK;
  readonly client: { readonly private: JWK; readonly public: JWK };
}

async function signingKeys(): Promise<Keys> {
  const pair = await generateKeyPair('ES256', { extractable: true });
  const client = await generateKeyPair('ES256', { extractable: true });
  const named = async (key: CryptoKey, kid: string): Promise<JWK> => ({
    ...(await exportJWK(key)),
    kid,
    alg: 'ES256',
    use: 'sig',
  });
  return {
    private: await named(pair.privateKey, 'provider'),
    public: await named(pair.publicKey, 'provider'),
    client: {
      private: await named(client.privateKey, 'client'),
      public: await named(client.publicKey, 'client'),
    },
  };
}

function configuration(
  keys: Keys,
  callback: string,
  around: (model: string, rows: ProviderRows) => ProviderRows,
): Record<string, unknown> {
  const rowsOf = memory();
  const grants = ['authorization_code', 'refresh_token', EXCHANGE];
  const gateway = { redirect_uris: [callback], response_types: ['code'], grant_types: grants };
  const resourceServer = (resource: string) => ({
    scope: SCOPES,
    audience: resource,
    accessTokenTTL: 300,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'ES256' } },
  });
  return {
    adapter: (model: string) => around(model, rowsOf(model)),
    clients: [
      {
        ...gateway,
        client_id: 'gateway',
        client_secret: SECRET,
        token_endpoint_auth_method: 'client_secret_basic',
      },
      {
        ...gateway,
        client_id: 'gateway-by-post',
        client_secret: SECRET,
        token_endpoint_auth_method: 'client_secret_post',
      },
      {
        ...gateway,
        client_id: 'gateway-with-key',
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'ES256',
        jwks: { keys: [keys.client.public] },
      },
      {
        client_id: 'mcp-client',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/callback'],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    jwks: { keys: [keys.private] },
    cookies: { keys: ['for tests only'] },
    scopes: ['openid', 'offline_access', ...SCOPES.split(' ')],
    responseTypes: ['code'],
    pkce: { required: () => true },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: id }),
    }),
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    ttl: {
      AccessToken: 300,
      AuthorizationCode: 60,
      IdToken: 300,
      Interaction: 600,
      Session: 600,
      Grant: 3600,
      RefreshToken: 3600,
    },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    clientBasedCORS: () => false,
    renderError: (context: { body: unknown }) => (context.body = 'error'),
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true, allowedPolicy: () => true },
      registration: { enabled: true },
      registrationManagement: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        defaultResource: (_context: unknown, _client: unknown, one?: string) => one ?? GATEWAY,
        getResourceServerInfo(_context: unknown, resource: string) {
          if (resource === GATEWAY || resource === NEXTCLOUD) return resourceServer(resource);
          throw refusal('InvalidTarget');
        },
      },
    },
  };
}

/** A store of its own for each provider; the library's default warns on every start. */
function memory(): (model: string) => ProviderRows {
  const rows = new Map<string, Record<string, unknown>>();
  return (model) => {
    const by = (name: string, value: string) =>
      [...rows.values()].find((row) => row.kind === model && row[name] === value);
    return {
      upsert(id: string, payload: Record<string, unknown>) {
        rows.set(`${model} ${id}`, { ...payload });
        return Promise.resolve();
      },
      find: (id: string) => Promise.resolve(rows.get(`${model} ${id}`)),
      findByUid: (uid: string) => Promise.resolve(by('uid', uid)),
      findByUserCode: () => Promise.resolve(undefined),
      consume(id: string) {
        Object.assign(rows.get(`${model} ${id}`) ?? {}, {
          consumed: Math.floor(Date.now() / 1000),
        });
        return Promise.resolve();
      },
      destroy: (id: string) => Promise.resolve(rows.delete(`${model} ${id}`)),
      revokeByGrantId(grantId: string) {
        for (const [key, row] of rows) if (row.grantId === grantId) rows.delete(key);
        return Promise.resolve();
      },
    };
  };
}

function refusal(name: string, description?: string): Error {
  const Refusal = errors[name] ?? Error;
  return new Refusal(description);
}

interface TokenFacts {
  readonly person: string;
  readonly clientId: string;
  readonly audience: string;
  readonly scope: string;
}

async function finish(
  provider: Provider,
  token: InstanceType<Provider['AccessToken']>,
  { person, clientId, audience, scope }: TokenFacts,
): Promise<string> {
  token.resourceServer = new provider.ResourceServer(audience, {
    scope,
    audience,
    accessTokenTTL: 300,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'ES256' } },
  });
  token.scope = scope;
  token.grantId = await new provider.Grant({ accountId: person, clientId }).save();
  return token.save();
}

/** RFC 8693: a token of this issuer for the gateway becomes one for the named resource and the same person. */
function registerExchange(provider: Provider, issuer: string, key: JWK): void {
  const parameters = ['subject_token', 'subject_token_type', 'requested_token_type', 'scope'];
  const known = createLocalJWKSet({ keys: [key] });
  provider.registerGrantType(
    EXCHANGE,
    async (context) => {
      const { params, client } = context.oidc;
      const { payload } = await jwtVerify(params.subject_token ?? '', known, {
        issuer,
        audience: GATEWAY,
        typ: 'at+jwt',
      }).catch(() => {
        throw refusal('InvalidGrant', 'subject token');
      });
      const person = payload.sub ?? '';
      const audience = params.audience ?? params.resource ?? '';
      if (audience !== NEXTCLOUD) throw refusal('InvalidTarget');
      const token = new provider.AccessToken({ accountId: person, client, gty: 'token_exchange' });
      const { clientId } = client;
      const jwt = await finish(provider, token, {
        person,
        clientId,
        audience,
        scope: 'notes:read',
      });
      context.body = {
        access_token: jwt,
        issued_token_type: ACCESS_TOKEN,
        token_type: 'Bearer',
        expires_in: token.expiration,
      };
    },
    [...parameters, 'resource', 'audience'],
    ['resource', 'audience'],
  );
}

/** Signs in and consents to everything, at once. */
async function interact(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  person: string,
): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  const options = { mergeWithLastSubmission: true };
  if (prompt.name === 'login') {
    await provider.interactionFinished(
      request,
      response,
      { login: { accountId: person } },
      options,
    );
    return;
  }
  const grant = new provider.Grant({ accountId: session?.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope ?? 'openid');
  grant.addResourceScope(params.resource ?? GATEWAY, params.scope ?? '');
  const grantId = await grant.save();
  await provider.interactionFinished(request, response, { consent: { grantId } }, options);
}

function remember(request: IncomingMessage, requests: Reached[]): void {
  const { url = '', headers } = request;
  const reached = { path: url.split('?')[0] ?? '', form: new URLSearchParams(), headers };
  requests.push(reached);
  if (request.method !== 'POST') return;
  // a listener of our own would make the body flow before the provider listens
  const emit = request.emit.bind(request);
  const chunks: Buffer[] = [];
  request.emit = (event: string, ...values: unknown[]) => {
    if (event === 'data') chunks.push(values[0] as Buffer);
    if (event === 'end') fill(reached.form, Buffer.concat(chunks).toString('utf8'));
    return emit(event, ...values);
  };
}

function fill(form: URLSearchParams, body: string): void {
  for (const [name, value] of new URLSearchParams(body)) form.append(name, value);
}

/** Follows redirects with cookies, as far as this server goes. */
async function browse(start: string, issuer: string): Promise<URL> {
  const jar = new Map<string, string>();
  let url = new URL(start);
  for (let hop = 0; hop < 12; hop += 1) {
    if (url.origin !== issuer) return url;
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
      jar.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null) throw new Error(`the provider answered ${String(answer.status)}`);
    url = new URL(location, url);
  }
  throw new Error('too many redirects');
}
