const HIDDEN = '[hidden]';

/** Field names whose values are never shown. */
const SECRET_NAME =
  /authorization|cookie|passw|passphrase|secret|token|credential|assertion|api_?key|private_?key|code_?verifier|(^|_)code$|nonce/i;
/** Names that look like secrets and are not. */
const HARMLESS_NAME =
  /^(token_type|token_endpoint|cacheKey|tokens_used|credential_kind|credentialKind)$/;

function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !HARMLESS_NAME.test(name);
}

const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic|DPoP)\s+[A-Za-z0-9._~+/=-]{6,}/gi, `$1 ${HIDDEN}`],
  // JSON Web Tokens
  [/\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)*/g, HIDDEN],
  // app passwords: five groups of five as people see them, 72 characters as apps get them
  [/\b[A-Za-z0-9]{5}(-[A-Za-z0-9]{5}){4}\b/g, HIDDEN],
  [/\b[A-Za-z0-9]{72}\b/g, HIDDEN],
  // user:password@ in a URL
  [/(\/\/)[^/\s:@]+:[^/\s@]+@/g, `$1${HIDDEN}@`],
  // name=value and "name":"value" inside a text
  [
    /((?:access_token|refresh_token|(?<![a-z])id_token|client_secret|password|subject_token|code_verifier|code)["']?\s*[=:]\s*["']?)[^\s"'&,;}]+/gi,
    `$1${HIDDEN}`,
  ],
];

/** Removes what looks like a credential from a text. */
export function redactText(text: string): string {
  return SECRET_TEXTS.reduce((clean, [pattern, instead]) => clean.replace(pattern, instead), text);
}

const MAX_DEPTH = 6;

/** A copy fit for a log: secrets hidden by name and by look, errors as plain objects, cycles and depths cut. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[deep]';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return `[${value.length} bytes]`;
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if (value instanceof Error) return redact(errorFields(value), depth);
  const entries = Object.entries(value).map(([name, part]) => [
    name,
    isSecretName(name) ? HIDDEN : redact(part, depth + 1),
  ]);
  return Object.fromEntries(entries) as unknown;
}

function errorFields(error: Error): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  const { code: errorCode, hint, status } = error as Readonly<Record<string, unknown>> & Error;
  return {
    name,
    message,
    ...(typeof errorCode === 'string' ? { errorCode } : {}),
    ...(typeof hint === 'string' ? { hint } : {}),
    ...(typeof status === 'number' ? { status } : {}),
    ...(stack === undefined ? {} : { stack }),
    ...(cause === undefined ? {} : { cause }),
  };
}
