import { createPrivateKey, randomUUID } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import { RelayError } from '../errors.ts';

/** The gateway as an OAuth client: what it proves itself with at the token endpoint (RFC 6749 §2.3, RFC 7523). */
export interface OAuthClient {
  readonly clientId: string;
  readonly authentication:
    | { readonly kind: 'none' }
    | { readonly kind: 'client_secret_basic' | 'client_secret_post'; readonly secret: string }
    | { readonly kind: 'private_key_jwt'; readonly key: SigningKey };
}

export interface SigningKey {
  readonly key: KeyObject;
  readonly algorithm: string;
  readonly keyId: string | undefined;
}

export interface AuthenticatedForm {
  readonly form: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

const ASSERTION_SECONDS = 60;
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Adds the client's proof to a form. `audience`: the provider's issuer; `now` in epoch seconds. */
export async function authenticateClient(
  { clientId, authentication }: OAuthClient,
  form: Readonly<Record<string, string>>,
  audience: string,
  now: number,
): Promise<AuthenticatedForm> {
  switch (authentication.kind) {
    case 'none':
      return { form: { ...form, client_id: clientId }, headers: {} };
    case 'client_secret_post': {
      const secret = { client_id: clientId, client_secret: authentication.secret };
      return { form: { ...form, ...secret }, headers: {} };
    }
    case 'client_secret_basic': {
      // both halves are form-encoded before base64 (RFC 6749 §2.3.1)
      const pair = [clientId, authentication.secret].map(formEncoded).join(':');
      return { form, headers: { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
    }
    case 'private_key_jwt': {
      const assertion = await sign(clientId, authentication.key, audience, now);
      const proof = { client_assertion_type: ASSERTION_TYPE, client_assertion: assertion };
      return { form: { ...form, client_id: clientId, ...proof }, headers: {} };
    }
  }
}

function formEncoded(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1);
}

function sign(
  clientId: string,
  { key, algorithm, keyId }: SigningKey,
  audience: string,
  now: number,
): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: algorithm, ...(keyId === undefined ? {} : { kid: keyId }) })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setJti(randomUUID())
    .setIssuedAt(now)
    .setExpirationTime(now + ASSERTION_SECONDS)
    .sign(key);
}

/**
 * A private key from PEM (PKCS #8) or JWK text.
 *
 * @throws RelayError `configuration`, without the text
 */
export function readSigningKey(text: string): SigningKey {
  try {
    const jwk = text.trimStart().startsWith('{')
      ? (JSON.parse(text) as Record<string, string>)
      : undefined;
    const key = createPrivateKey(jwk === undefined ? text : { key: jwk, format: 'jwk' });
    return { key, algorithm: jwk?.alg ?? algorithmOf(key), keyId: jwk?.kid };
  } catch {
    throw new RelayError('configuration', 'The client’s private key cannot be read.', {
      hint: 'A PEM (PKCS #8) or JWK with an RSA, P-256, P-384 or Ed25519 key is needed.',
    });
  }
}

const CURVES: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384' };

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  if (asymmetricKeyType === 'rsa') return 'RS256';
  if (asymmetricKeyType === 'ed25519') return 'EdDSA';
  const algorithm = CURVES[asymmetricKeyDetails?.namedCurve ?? ''];
  if (algorithm === undefined) throw new Error('unsupported key');
  return algorithm;
}
