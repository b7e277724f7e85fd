export type JsonObject = Readonly<Record<string, unknown>>;

/** A signed JWT taken apart; nothing in it can be believed yet. */
export interface CompactToken {
  readonly header: JsonObject;
  readonly payload: JsonObject;
}

/** `jwt`: to be verified here; `encrypted`: a JWE, which we hold no key for; `opaque`: only its issuer can read it. */
export type TokenKind = 'jwt' | 'encrypted' | 'opaque';

/**
 * Which way a token has to be checked. What looks like a JWT never falls back to introspection, however broken it is:
 * a forged token must not become a question to the identity provider.
 */
export function kindOf(token: string): TokenKind {
  const parts = token.split('.').length;
  if (parts === 3) return 'jwt';
  // `eyJ` is base64url of `{"`, with which every JOSE header begins.
  if (!token.startsWith('eyJ')) return 'opaque';
  return parts === 5 ? 'encrypted' : 'jwt';
}

/** Undefined unless it is three parts in canonical base64url, the first two being JSON objects. */
export function parseCompact(token: string): CompactToken | undefined {
  const [first, second, signature, ...more] = token.split('.');
  if (signature === undefined || more.length > 0 || bytesOf(signature) === undefined)
    return undefined;
  const header = objectOf(first);
  const payload = objectOf(second);
  return header === undefined || payload === undefined ? undefined : { header, payload };
}

function objectOf(part: string | undefined): JsonObject | undefined {
  const bytes = part === undefined ? undefined : bytesOf(part);
  if (bytes === undefined) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const value = JSON.parse(text) as unknown;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

/** One text for one token: unused bits, padding and foreign characters are refused. */
function bytesOf(part: string): Buffer | undefined {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.length > 0 && bytes.toString('base64url') === part ? bytes : undefined;
}
