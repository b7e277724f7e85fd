import type { Exchange, RecordedRequest, StoredBody } from '../recording.ts';

const REDACTED = 'redacted';

/** JSON keys whose values are secrets whatever they hold. */
const SECRET_KEYS =
  /^(?:password|passphrase|app_?password|client_?secret|secret|private_?key|requesttoken|access_?token|refresh_?token|id_?token|recoverykey|credential|directlink_token)$/i;

/** Response headers worth keeping: what codecs, tools and resources read. */
const KEPT_RESPONSE_HEADERS =
  /^(?:content-type|content-disposition|content-location|content-range|accept-ranges|etag|oc-etag|oc-fileid|last-modified|location|link|retry-after|www-authenticate|x-notes-.*|x-nextcloud-.*|x-chat-.*|x-totalcount|x-nc-.*|dav|sync-token|ocs-.*)$/;

export function keptResponseHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && KEPT_RESPONSE_HEADERS.test(name)) kept[name] = String(value);
  }
  return kept;
}

/**
 * Removes secrets from an exchange: every spelling of the known ones wherever they occur, and whatever stands under
 * a key that names a secret. Request credentials and cookies never get here (they are not on the list of headers).
 */
export function redactExchange(exchange: Exchange, secrets: readonly string[]): Exchange {
  const spellings = secrets.flatMap(spellingsOf).sort((a, b) => b.length - a.length);
  return redactValue(redactBodies(exchange), spellings) as Exchange;
}

function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    ...new Set([
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      bytes.toString('base64'),
      bytes.toString('base64url'),
      bytes.toString('hex'),
    ]),
  ];
}

/** A request as a recording would hold it, so that a replayed one can be compared with it. */
export function redactRequest(request: RecordedRequest): RecordedRequest {
  return { ...request, ...bodyOf(request.body) };
}

function redactBodies(exchange: Exchange): Exchange {
  return {
    ...exchange,
    request: redactRequest(exchange.request),
    response: { ...exchange.response, ...bodyOf(exchange.response.body) },
  };
}

function bodyOf(body: StoredBody | undefined): { body?: StoredBody } {
  if (body === undefined) return {};
  return { body: 'json' in body ? { json: redactKeys(body.json) } : body };
}

function redactKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactKeys);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      SECRET_KEYS.test(key) && typeof inner === 'string' && inner !== ''
        ? REDACTED
        : redactKeys(inner),
    ]),
  );
}

function redactValue(value: unknown, spellings: readonly string[]): unknown {
  if (typeof value === 'string') return redactText(value, spellings);
  if (Array.isArray(value)) return value.map((inner) => redactValue(inner, spellings));
  if (value === null || typeof value !== 'object') return value;
  if ('base64' in value && typeof value.base64 === 'string') {
    const bytes = Buffer.from(value.base64, 'base64').toString('latin1');
    const clean = redactText(
      bytes,
      spellings.map((one) => Buffer.from(one).toString('latin1')),
    );
    return clean === bytes ? value : { base64: Buffer.from(clean, 'latin1').toString('base64') };
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      redactText(key, spellings),
      redactValue(inner, spellings),
    ]),
  );
}

function redactText(text: string, spellings: readonly string[]): string {
  return spellings.reduce((left, spelling) => left.replaceAll(spelling, REDACTED), text);
}
