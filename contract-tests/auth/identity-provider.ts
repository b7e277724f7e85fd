import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { Provider, errors } from 'oidc-provider';
import { rowsOf } from './provider-rows.ts';
import type { Kept } from './provider-rows.ts';

export const ROOT = 'https://gateway.example.org';
export const RESOURCE = `${ROOT}/mcp`;
export const NEXTCLOUD = 'https://cloud.example.org';
export const CLIENT = { id: 'gateway', secret: 'a-secret-that-must-not-appear-anywhere-2026' };

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

export interface TokenWishes {
  readonly person?: string;
  readonly scope?: string;
  /** Claims to change; undefined removes one. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly key?: CryptoKey;
}

export interface IdentityProvider {
  readonly issuer: string;
  readonly discoveryUrl: string;
  /** A token as an MCP client would have it. */
  token(wishes?: TokenWishes): Promise<string>;
  /** Subject tokens that were exchanged, in order, as SHA-256. */
  readonly exchanged: string[];
  /** Every token that an exchange gave out. */
  readonly given: string[];
  /** Paths asked for. */
  readonly asked: string[];
  /** Opaque tokens that introspection knows. */
  readonly opaque: Map<string, Readonly<Record<string, unknown>>>;
  /** Signs with a new key from now on; the old one is not published any more, or still `beside` it. */
  rotate(old?: 'gone' | 'beside'): Promise<void>;
  /** Publishes only the key it signs with. */
  withdraw(): void;
  /** A key the provider does not publish. */
  readonly foreignKey: CryptoKey;
  /** An exchange waits for this. */
  hold: Promise<void>;
  close(): Promise<void>;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

interface Signer {
  readonly key: CryptoKey;
  readonly jwk: JWK;
}

async function newSigner(kid: string): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  return {
    key: privateKey,
    jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' },
  };
}

/** oidc-provider with an exchange grant. The key set is served from here, so that it can be rotated. */
export async function startIdentityProvider(): Promise<IdentityProvider> {
  let signer = await newSigner('first');
  const foreign = await newSigner('foreign');
  let published = [signer.jwk];
  const exchanged: string[] = [];
  const given: string[] = [];
  const asked: string[] = [];
  const opaque: IdentityProvider['opaque'] = new Map();
  let answer: (request: IncomingMessage, response: never) => unknown = () => undefined;
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/jwks') {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ keys: published }));
    } else if (request.url === '/introspect') {
      void introspect(request, opaque).then((body) => response.end(JSON.stringify(body)));
    } else void answer(request, response as never);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

  const sign = (claims: Readonly<Record<string, unknown>>, wishes: TokenWishes = {}) =>
    new SignJWT(
      Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined)),
    )
      .setProtectedHeader({
        alg: 'ES256',
        typ: 'at+jwt',
        kid: String(signer.jwk.kid),
        ...wishes.header,
      })
      .sign(wishes.key ?? signer.key);

  const provider = new Provider(issuer, configuration(await exportJWK(signer.key)));
  provider.registerGrantType(
    EXCHANGE,
    async (context) => {
      await idp.hold;
      const { subject_token: subject = '', audience } = context.oidc.params;
      const known = createLocalJWKSet({ keys: [signer.jwk] });
      const { payload } = await jwtVerify(subject, known, { issuer, audience: RESOURCE }).catch(
        () => {
          throw new errors.InvalidGrant('subject token');
        },
      );
      if (audience !== NEXTCLOUD) throw new errors.InvalidTarget();
      exchanged.push(sha256(subject));
      const now = Math.floor(Date.now() / 1000);
      const token = await sign({
        iss: issuer,
        sub: payload.sub,
        aud: NEXTCLOUD,
        client_id: CLIENT.id,
        iat: now,
        exp: now + 300,
        jti: `exchanged-${String(exchanged.length)}`,
      });
      given.push(token);
      const life = { token_type: 'Bearer', expires_in: 300 };
      context.body = { access_token: token, issued_token_type: ACCESS_TOKEN, ...life };
    },
    ['subject_token', 'subject_token_type', 'requested_token_type', 'audience', 'scope'],
    ['audience'],
  );
  answer = provider.callback();

  const idp: IdentityProvider = {
    issuer,
    discoveryUrl: `${issuer}/.well-known/openid-configuration`,
    exchanged,
    given,
    asked,
    opaque,
    foreignKey: foreign.key,
    hold: Promise.resolve(),
    token(wishes = {}) {
      const { person = 'alice', scope = 'openid notes:read notes:write' } = wishes;
      const now = Math.floor(Date.now() / 1000);
      const right = {
        iss: issuer,
        sub: person,
        preferred_username: person,
        aud: RESOURCE,
        client_id: 'mcp-client',
        scope,
        iat: now,
        exp: now + 300,
        jti: globalThis.crypto.randomUUID(),
      };
      return sign({ ...right, ...wishes.claims }, wishes);
    },
    async rotate(old = 'gone') {
      signer = await newSigner(`next-${String(asked.length)}`);
      published = old === 'gone' ? [signer.jwk] : [...published, signer.jwk];
    },
    withdraw() {
      published = [signer.jwk];
    },
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  return idp;
}

async function introspect(
  request: IncomingMessage,
  opaque: IdentityProvider['opaque'],
): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
  return opaque.get(form.get('token') ?? '') ?? { active: false };
}

function configuration(key: JWK): Record<string, unknown> {
  const kept: Kept = new Map();
  return {
    adapter: (model: string) => rowsOf(kept, model),
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [`${ROOT}/oauth/callback`],
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token', EXCHANGE],
      },
    ],
    jwks: { keys: [{ ...key, kid: 'first', alg: 'ES256', use: 'sig' }] },
    cookies: { keys: ['for tests only'] },
    scopes: ['openid', 'offline_access', 'notes:read', 'notes:write'],
    responseTypes: ['code'],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id }),
    }),
    clientBasedCORS: () => false,
    renderError: (context: { body: unknown }) => (context.body = 'error'),
    ttl: {
      AccessToken: 300,
      AuthorizationCode: 60,
      IdToken: 300,
      Interaction: 60,
      Session: 60,
      Grant: 60,
    },
    features: { devInteractions: { enabled: false }, introspection: { enabled: true } },
    routes: { introspection: '/introspect' },
  };
}
