import { createHmac, createPublicKey } from 'node:crypto';
import type { AudienceRefusal } from './audience.ts';
import {
  NEXTCLOUD,
  NOW,
  RESOURCE,
  ROOT,
  encoded,
  rightClaims,
  signedText,
} from './local-issuer.fixture.ts';
import type { Claims, LocalIssuer } from './local-issuer.fixture.ts';
import type { TokenRefusal } from './verification.ts';

export interface WrongToken {
  readonly name: string;
  readonly reason: TokenRefusal | AudienceRefusal;
  /** Puts the token together; may prepare the issuer. */
  readonly make: (issuer: LocalIssuer) => string;
  /** Cannot travel in a header; the Authorization check refuses it before anything else. */
  readonly headerless?: true;
}

type Make = WrongToken['make'];

function wrong(reason: WrongToken['reason'], name: string, make: Make): WrongToken {
  return { name, reason, make };
}

const withClaims =
  (claims: Claims, header: Claims = {}): Make =>
  (issuer) =>
    issuer.token(claims, header);
const withHeader =
  (header: Claims): Make =>
  (issuer) =>
    issuer.token({}, header);

/** Any header and payload, "signed" with an HMAC. */
function hmac(algorithm: string, secret: (issuer: LocalIssuer) => string): Make {
  return (issuer) => {
    const header = { alg: `HS${algorithm.slice(3)}`, typ: 'at+jwt', kid: 'rs' };
    const input = `${encoded(header)}.${encoded(rightClaims(issuer.issuer))}`;
    return `${input}.${createHmac(algorithm, secret(issuer)).update(input).digest('base64url')}`;
  };
}

const publicPem = ({ keys }: LocalIssuer): string =>
  createPublicKey(keys.rsa).export({ type: 'spki', format: 'pem' }).toString();

const parts = (token: string): [string, string, string] =>
  token.split('.') as [string, string, string];

const changed =
  (change: (header: string, payload: string, signature: string) => string): Make =>
  (issuer) =>
    change(...parts(issuer.token()));

const opaque =
  (answer: (issuer: LocalIssuer) => Claims): Make =>
  (issuer) => {
    const token = `opaque-${String(issuer.opaque.size)}`;
    const { iss: _iss, ...claims } = rightClaims(issuer.issuer);
    issuer.opaque.set(token, { active: true, token_type: 'Bearer', ...claims, ...answer(issuer) });
    return token;
  };

const ALGORITHMS: readonly WrongToken[] = [
  wrong('malformed', 'alg none without a signature', (issuer) => {
    const [, payload] = parts(issuer.token());
    return `${encoded({ alg: 'none', typ: 'at+jwt' })}.${payload}.`;
  }),
  ...['none', 'None', 'NONE', 'nOnE', '', 'RS1', 'HS256', 'rs256', 'RSA-OAEP'].map((alg) =>
    wrong('algorithm', `alg ${JSON.stringify(alg)} over an RS256 signature`, withHeader({ alg })),
  ),
  wrong('algorithm', 'no alg', withHeader({ alg: undefined })),
  wrong('algorithm', 'alg as a list', withHeader({ alg: ['RS256'] })),
  wrong('algorithm', 'HS256 with the public key as secret', hmac('sha256', publicPem)),
  wrong('algorithm', 'HS384 with the public key as secret', hmac('sha384', publicPem)),
  wrong(
    'algorithm',
    'HS512 with an empty secret',
    hmac('sha512', () => ''),
  ),
  wrong(
    'algorithm',
    'HS256 with the published JWK as secret',
    hmac('sha256', ({ jwks }) => JSON.stringify(jwks[0])),
  ),
  wrong('unknown_key', 'alg ES256 naming an RSA key', withHeader({ alg: 'ES256' })),
  wrong('unknown_key', 'alg RS512 naming a key for RS256', withHeader({ alg: 'RS512' })),
  wrong(
    'signature',
    'alg RS512 over an RS256 signature',
    withHeader({ alg: 'RS512', kid: 'any-rsa' }),
  ),
  wrong('signature', 'alg PS256 over an RS256 signature', withHeader({ alg: 'PS256', kid: 'ps' })),
];

const KEYS: readonly WrongToken[] = [
  wrong('unknown_key', 'a kid nobody published', withHeader({ kid: 'nobody' })),
  wrong('unknown_key', 'a kid that is a path', withHeader({ kid: '../../../dev/null' })),
  wrong('unknown_key', 'a kid that is SQL', withHeader({ kid: "x' UNION SELECT 'key" })),
  wrong('unknown_key', 'a kid that is a URL', withHeader({ kid: 'https://evil.example/jwks' })),
  wrong('unknown_key', 'a kid that every object has', withHeader({ kid: '__proto__' })),
  wrong('unknown_key', 'the kid of a shared secret', withHeader({ kid: 'shared' })),
  wrong('unknown_key', 'the kid of an encryption key', withHeader({ kid: 'for-encryption' })),
  wrong('malformed', 'an empty kid', withHeader({ kid: '' })),
  wrong('malformed', 'a kid that is a number', withHeader({ kid: 1 })),
  wrong('malformed', 'a kid without end', withHeader({ kid: 'k'.repeat(600) })),
  wrong('ambiguous_key', 'a kid published twice', withHeader({ kid: 'twin' })),
  wrong('ambiguous_key', 'no kid where several keys fit', withHeader({ kid: undefined })),
  wrong('unusable_key', 'an RSA key of 1024 bits', ({ token, keys }) =>
    token({}, { kid: 'short' }, keys.short),
  ),
  wrong('unusable_key', 'a private key that was published', ({ token, keys }) =>
    token({}, { alg: 'ES256', kid: 'private' }, keys.ec),
  ),
  wrong('signature', 'another key under a known kid', ({ token, keys }) =>
    token({}, {}, keys.foreign),
  ),
  ...['jwk', 'jku', 'x5u', 'x5c'].map((name) =>
    wrong('embedded_key', `its own key in ${name}`, ({ token, keys }) => {
      const jwk = createPublicKey(keys.foreign).export({ format: 'jwk' });
      const value = name === 'jwk' ? jwk : name === 'x5c' ? ['MIIB'] : 'https://evil.example/jwks';
      return token({}, { [name]: value, kid: undefined }, keys.foreign);
    }),
  ),
  wrong(
    'critical_header',
    'an extension that must be understood',
    withHeader({ crit: ['exp'], exp: NOW + 9 }),
  ),
  wrong('critical_header', 'an empty list of such extensions', withHeader({ crit: [] })),
  wrong(
    'critical_header',
    'an unencoded payload (RFC 7797)',
    withHeader({ crit: ['b64'], b64: false }),
  ),
];

const TYPES: readonly WrongToken[] = [
  ...['logout+jwt', 'secevent+jwt', 'dpop+jwt', 'oauth-id-jag+jwt', 'JOSE', 'at+jwt '].map((typ) =>
    wrong('type', `typ ${JSON.stringify(typ)}`, withHeader({ typ })),
  ),
  wrong('type', 'no typ', withHeader({ typ: undefined })),
  wrong(
    'not_an_access_token',
    'an ID token',
    withClaims({ scope: undefined, nonce: 'n', at_hash: 'h', azp: 'assistant' }, { typ: 'JWT' }),
  ),
  wrong(
    'not_an_access_token',
    'an ID token without nonce and hash',
    withClaims({ scope: undefined, azp: 'assistant' }, { typ: 'JWT' }),
  ),
  wrong(
    'not_an_access_token',
    'an ID token with a scope',
    withClaims({ nonce: 'n' }, { typ: 'JWT' }),
  ),
  wrong(
    'not_an_access_token',
    'an ID token under the type of an access token',
    withClaims({ at_hash: 'h' }),
  ),
  wrong(
    'not_an_access_token',
    'an ID token of the hybrid flow',
    withClaims({ c_hash: 'h' }, { typ: 'JWT' }),
  ),
  wrong('not_an_access_token', 'Keycloak: typ ID', withClaims({ typ: 'ID' }, { typ: 'JWT' })),
  wrong(
    'not_an_access_token',
    'Keycloak: typ Refresh',
    withClaims({ typ: 'Refresh' }, { typ: 'JWT' }),
  ),
  wrong(
    'not_an_access_token',
    'a logout token',
    withClaims(
      { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
      { typ: 'JWT' },
    ),
  ),
  wrong(
    'sender_constrained',
    'a DPoP token as a bearer',
    withClaims({ cnf: { jkt: 'thumbprint' } }),
  ),
];

const TIMES: readonly WrongToken[] = [
  wrong('expired', 'expired an hour ago', withClaims({ iat: NOW - 7200, exp: NOW - 3600 })),
  wrong(
    'expired',
    'expired just beyond the tolerance',
    withClaims({ exp: NOW - 5, iat: NOW - 60 }),
  ),
  wrong('not_yet_valid', 'valid from later on', withClaims({ nbf: NOW + 60 })),
  wrong('not_yet_valid', 'issued in the future', withClaims({ iat: NOW + 60 })),
  wrong('time_claims', 'no exp', withClaims({ exp: undefined })),
  wrong('time_claims', 'no iat', withClaims({ iat: undefined })),
  wrong('time_claims', 'exp as a text', withClaims({ exp: String(NOW + 300) })),
  wrong('time_claims', 'exp null', withClaims({ exp: null })),
  wrong('time_claims', 'exp before iat', withClaims({ iat: NOW - 10, exp: NOW - 20 })),
  wrong('time_claims', 'exp negative', withClaims({ exp: -1 })),
  wrong('time_claims', 'nbf as a text', withClaims({ nbf: 'now' })),
  wrong('time_claims', 'exp beyond all numbers', (issuer) => {
    const text = JSON.stringify(rightClaims(issuer.issuer)).replace(
      `"exp":${String(NOW + 300)}`,
      '"exp":1e999',
    );
    const [header] = parts(issuer.token());
    return signedText(`${header}.${Buffer.from(text).toString('base64url')}`, issuer.keys.rsa);
  }),
];

const PEOPLE: readonly WrongToken[] = [
  wrong('issuer', 'another issuer', withClaims({ iss: 'https://evil.example' })),
  wrong('issuer', 'the issuer with a slash', (issuer) =>
    issuer.token({ iss: `${issuer.issuer}/` }),
  ),
  wrong('issuer', 'the issuer in capitals', (issuer) =>
    issuer.token({ iss: issuer.issuer.toUpperCase() }),
  ),
  wrong('issuer', 'no issuer', withClaims({ iss: undefined })),
  wrong('issuer', 'a list of issuers', (issuer) => issuer.token({ iss: [issuer.issuer] })),
  wrong('subject', 'no subject', withClaims({ sub: undefined, preferred_username: 'alice' })),
  wrong('subject', 'an empty subject', withClaims({ sub: '' })),
  wrong('subject', 'a subject that is a number', withClaims({ sub: 7 })),
  wrong('subject', 'a subject with a NUL', withClaims({ sub: 'alice\u0000' })),
  wrong('subject', 'a subject without end', withClaims({ sub: 'a'.repeat(300) })),
  wrong('client', 'two different clients', withClaims({ azp: 'one', client_id: 'two' })),
  wrong('client', 'a client that is an object', withClaims({ client_id: { id: 'assistant' } })),
];

const SHAPES: readonly WrongToken[] = [
  wrong(
    'signature',
    'its signature cut short',
    changed((header, payload, signature) => `${header}.${payload}.${signature.slice(0, 40)}`),
  ),
  wrong(
    'malformed',
    'cut in the payload',
    changed((header, payload) => `${header}.${payload.slice(0, 20)}`),
  ),
  wrong(
    'malformed',
    'a fourth part',
    changed((...three) => [...three, 'AAAA'].join('.')),
  ),
  wrong(
    'encrypted',
    'five parts, as a JWE',
    changed((...three) => [...three, 'AAAA', 'AAAA'].join('.')),
  ),
  wrong(
    'malformed',
    'no header',
    changed((_header, payload, signature) => `.${payload}.${signature}`),
  ),
  wrong(
    'malformed',
    'a payload that is a list',
    changed((header, _payload, signature) => `${header}.${encoded([1])}.${signature}`),
  ),
  wrong(
    'malformed',
    'a header that is no JSON',
    changed((_header, payload, signature) => `eyJhb.${payload}.${signature}`),
  ),
  wrong(
    'malformed',
    'bytes that are no UTF-8',
    changed(
      (header, _payload, signature) =>
        `${header}.${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}.${signature}`,
    ),
  ),
  wrong(
    'malformed',
    'padding',
    changed((...three) => `${three.join('.')}==`),
  ),
  {
    ...wrong(
      'malformed',
      'a line break inside',
      changed((header, payload, signature) => `${header}.${payload}\n.${signature}`),
    ),
    headerless: true,
  },
  wrong('signature', 'more scopes than were signed', (issuer) => {
    const [header, , signature] = parts(issuer.token());
    return `${header}.${encoded({ ...rightClaims(issuer.issuer), scope: 'admin:write' })}.${signature}`;
  }),
  wrong('signature', 'the signature of another token', (issuer) => {
    const [header, payload] = parts(issuer.token());
    return `${header}.${payload}.${parts(issuer.token({ jti: 'two' }))[2]}`;
  }),
  {
    ...wrong('too_long', 'sixteen kilobytes and more', withClaims({ filler: 'x'.repeat(16_384) })),
    headerless: true,
  },
];

const OPAQUE: readonly WrongToken[] = [
  wrong('inactive', 'an opaque token nobody knows', () => 'never-issued'),
  wrong(
    'inactive',
    'a revoked opaque token',
    opaque(() => ({ active: false })),
  ),
  wrong(
    'inactive',
    'an opaque token that is "true"',
    opaque(() => ({ active: 'true' })),
  ),
  wrong(
    'expired',
    'an opaque token said to be active, but expired',
    opaque(() => ({ exp: NOW - 60 })),
  ),
  wrong(
    'not_an_access_token',
    'an opaque refresh token',
    opaque(() => ({ token_type: 'refresh_token' })),
  ),
  wrong(
    'not_an_access_token',
    'an opaque token of type ID',
    opaque(() => ({ typ: 'ID' })),
  ),
  wrong(
    'issuer',
    'an opaque token of another issuer',
    opaque(() => ({ iss: 'https://evil.example' })),
  ),
  wrong(
    'subject',
    'an opaque token of nobody',
    opaque(() => ({ sub: undefined })),
  ),
  wrong(
    'sender_constrained',
    'an opaque token tied to a certificate',
    opaque(() => ({ cnf: { 'x5t#S256': 'x' } })),
  ),
  wrong(
    'audience_missing',
    'an opaque token for nobody in particular',
    opaque(() => ({ aud: undefined })),
  ),
  wrong(
    'audience_nextcloud',
    'an opaque token for Nextcloud',
    opaque(() => ({ aud: NEXTCLOUD })),
  ),
];

const AUDIENCES: readonly WrongToken[] = [
  wrong('audience_missing', 'no audience', withClaims({ aud: undefined })),
  wrong('audience_missing', 'no audience in a list', withClaims({ aud: [] })),
  wrong(
    'audience_missing',
    'an audience that is an object',
    withClaims({ aud: { [RESOURCE]: true } }),
  ),
  wrong('audience_missing', 'a list with a number in it', withClaims({ aud: [RESOURCE, 1] })),
  wrong('audience_nextcloud', 'for Nextcloud', withClaims({ aud: NEXTCLOUD })),
  wrong(
    'audience_nextcloud',
    'for Nextcloud and a stranger',
    withClaims({ aud: ['https://other.example', NEXTCLOUD] }),
  ),
  ...[
    'https://other.example/mcp',
    `${RESOURCE}.evil.example`,
    `${RESOURCE}/tools`,
    `${ROOT}.evil.example`,
    `${RESOURCE}?x=1`,
    `${RESOURCE} ${ROOT}`,
    RESOURCE.toUpperCase(),
    RESOURCE.replace('https', 'http'),
    'assistant',
    'gateway2',
    'GATEWAY',
    '*',
    '',
  ].map((aud) => wrong('audience_foreign', `for ${JSON.stringify(aud)}`, withClaims({ aud }))),
];

/** Tokens that must not open the door, each with the reason that the log gives. */
export const WRONG_TOKENS: readonly WrongToken[] = [
  ...ALGORITHMS,
  ...KEYS,
  ...TYPES,
  ...TIMES,
  ...PEOPLE,
  ...SHAPES,
  ...OPAQUE,
  ...AUDIENCES,
];
