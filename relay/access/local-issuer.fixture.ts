import { KeyObject, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'jose';
import type { FetchLike } from './fetch-like.ts';

/** Epoch seconds in all tests of this room. */
export const NOW = 1_800_000_000;
export const RESOURCE = 'https://mcp.example.org/mcp';
export const ROOT = 'https://mcp.example.org';
export const CLIENT_ID = 'gateway';
export const NEXTCLOUD = 'https://cloud.example.org';

export type Claims = Record<string, unknown>;

export interface LocalIssuer {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly introspectionUrl: string;
  readonly clientSecret: string;
  /** What `/jwks` answers; tests rotate by changing it. */
  jwks: JWK[];
  /** Answers for opaque tokens; all others are inactive. */
  readonly opaque: Map<string, Claims>;
  /** Requests that came, as `METHOD /path`. */
  readonly seen: string[];
  /** The last introspection request. */
  lastAsked:
    { readonly authorization: string | undefined; readonly form: URLSearchParams } | undefined;
  /** While set, every request is answered with it. */
  failWith: number | undefined;
  readonly keys: LocalKeys;
  /** An RS256 token that is right, but for what is changed. `undefined` removes a member. */
  readonly token: (claims?: Claims, header?: Claims, key?: KeyObject) => string;
  close(): Promise<void>;
}

export interface LocalKeys {
  readonly rsa: KeyObject;
  /** A key the issuer does not publish under any id of its own. */
  readonly foreign: KeyObject;
  readonly ec: KeyObject;
  readonly ed: KeyObject;
  readonly short: KeyObject;
}

/** Generating RSA keys takes long, so one set serves the whole run. */
let generated: Promise<LocalKeys> | undefined;

async function generate(): Promise<LocalKeys> {
  const made = await Promise.all(
    ['RS256', 'RS256', 'ES256', 'EdDSA'].map((alg) => generateKeyPair(alg, { extractable: true })),
  );
  const [rsa, foreign, ec, ed] = made.map(({ privateKey }) => KeyObject.from(privateKey));
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  return { rsa, foreign, ec, ed, short } as LocalKeys;
}

/** The public half of a private key as issuers publish it. */
export async function publicJwk(key: KeyObject, more: Partial<JWK>): Promise<JWK> {
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...jwk } = await exportJWK(key);
  return { ...jwk, use: 'sig', ...more };
}

async function publishedKeys({ rsa, foreign, ec, ed, short }: LocalKeys): Promise<JWK[]> {
  return [
    await publicJwk(rsa, { kid: 'rs', alg: 'RS256' }),
    await publicJwk(rsa, { kid: 'ps', alg: 'PS256' }),
    await publicJwk(rsa, { kid: 'any-rsa' }),
    await publicJwk(ec, { kid: 'es', alg: 'ES256' }),
    await publicJwk(ed, { kid: 'ed', alg: 'EdDSA' }),
    await publicJwk(rsa, { kid: 'twin', alg: 'RS256' }),
    await publicJwk(foreign, { kid: 'twin', alg: 'RS256' }),
    await publicJwk(short, { kid: 'short', alg: 'RS256' }),
    await publicJwk(rsa, { kid: 'for-encryption', alg: 'RS256', use: 'enc' }),
    { ...(await exportJWK(ec)), kid: 'private', alg: 'ES256', use: 'sig' },
    { kty: 'oct', k: randomBytes(32).toString('base64url'), kid: 'shared', alg: 'HS256' },
  ];
}

export function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function defined(members: Claims): Claims {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** Signs whatever it is given, in the way the key can. */
function signed(header: Claims, payload: Claims, key: KeyObject): string {
  return signedText(`${encoded(header)}.${encoded(payload)}`, key);
}

export function signedText(input: string, key: KeyObject): string {
  const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  const signature = sign(digest, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

/** An identity provider on loopback: metadata, a key set that can be rotated, and introspection. */
export async function startLocalIssuer(): Promise<LocalIssuer> {
  generated ??= generate();
  const keys = await generated;
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    issuer.seen.push(`${String(request.method)} ${String(request.url)}`);
    if (issuer.failWith !== undefined) return { status: issuer.failWith, body: {} };
    if (request.url === '/.well-known/openid-configuration') return { status: 200, body: document };
    if (request.url === '/jwks') return { status: 200, body: { keys: issuer.jwks } };
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
    issuer.lastAsked = { authorization: request.headers.authorization, form };
    return { status: 200, body: issuer.opaque.get(form.get('token') ?? '') ?? { active: false } };
  }

  const document = {
    issuer: base,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    jwks_uri: `${base}/jwks`,
    introspection_endpoint: `${base}/introspect`,
  };
  const issuer: LocalIssuer = {
    issuer: base,
    jwksUri: `${base}/jwks`,
    introspectionUrl: `${base}/introspect`,
    clientSecret: 's3cret:with%signs',
    jwks: await publishedKeys(keys),
    opaque: new Map(),
    seen: [],
    lastAsked: undefined,
    failWith: undefined,
    keys,
    token(claims = {}, header = {}, key = keys.rsa) {
      const right = { alg: 'RS256', typ: 'at+jwt', kid: 'rs' };
      return signed(
        defined({ ...right, ...header }),
        defined({ ...rightClaims(base), ...claims }),
        key,
      );
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return issuer;
}

export function rightClaims(issuer: string): Claims {
  return {
    iss: issuer,
    sub: 'alice',
    aud: RESOURCE,
    client_id: 'assistant',
    scope: 'notes:read',
    iat: NOW - 10,
    exp: NOW + 300,
    jti: 'one',
  };
}

/** The real one, with its wider type narrowed. */
export const realFetch: FetchLike = (url, init) => fetch(url, init);
