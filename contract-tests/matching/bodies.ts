import { createHash } from 'node:crypto';
import { parseStringPromise } from 'xml2js';
import type { StoredBody } from '../recording.ts';

/** Bodies up to this size are stored whole; larger ones as a digest. */
const STORED_WHOLE = 256 * 1024;
const TEXT = /^(?:text\/|application\/(?:.*\+)?(?:json|xml|x-www-form-urlencoded))/;
/** Integers that JSON.parse would change. */
const LONG_INTEGER = /(?<=[:[,]\s*)-?\d{16,}/;

export function storeBody(bytes: Buffer, contentType: string): StoredBody | undefined {
  if (bytes.length === 0) return undefined;
  if (bytes.length > STORED_WHOLE) {
    return { sha256: sha256(bytes), bytes: bytes.length };
  }
  if (!TEXT.test(contentType)) return { base64: bytes.toString('base64') };
  const text = bytes.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(bytes)) return { base64: bytes.toString('base64') };
  if (/json/.test(contentType) && !LONG_INTEGER.test(text)) {
    try {
      return { json: JSON.parse(text) as unknown };
    } catch {
      return { text };
    }
  }
  return { text };
}

export function bodyBytes(body: StoredBody | undefined): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if ('json' in body) return Buffer.from(JSON.stringify(body.json));
  if ('text' in body) return Buffer.from(body.text);
  if ('base64' in body) return Buffer.from(body.base64, 'base64');
  // A digest cannot be turned back; large downloads are answered with zeroes of the same length.
  return Buffer.alloc(body.bytes);
}

/**
 * A form of the body in which two bodies are equal exactly when the server cannot tell them apart: JSON and XML as
 * structures, forms as sorted pairs, multipart by its parts, iCalendar and vCard unfolded, the rest byte for byte.
 */
export async function comparableBody(
  body: StoredBody | undefined,
  contentType: string,
): Promise<string> {
  if (body === undefined) return '';
  if ('sha256' in body) return body.sha256;
  if ('json' in body) return canonicalJson(body.json);
  const bytes = bodyBytes(body);
  if (bytes.length > STORED_WHOLE) return sha256(bytes);
  const type = contentType.toLowerCase();
  if (type.startsWith('multipart/')) return comparableMultipart(bytes, contentType);
  if (/json/.test(type)) return canonicalJson(JSON.parse(bytes.toString('utf8')));
  if (/xml/.test(type)) return canonicalXml(bytes.toString('utf8'));
  if (/x-www-form-urlencoded/.test(type)) {
    return JSON.stringify([...new URLSearchParams(bytes.toString('utf8'))].sort());
  }
  if (/^text\/(?:calendar|vcard)/.test(type))
    return bytes.toString('utf8').replace(/\r?\n[ \t]/g, '');
  return bytes.toString('base64');
}

export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

interface XmlNode {
  $ns?: { local: string; uri: string };
  $?: Record<string, { value: string; local: string; uri: string }>;
  $$?: XmlNode[];
  _?: string;
  '#name'?: string;
}

/** XML without prefixes, white space between elements and attribute order. */
async function canonicalXml(text: string): Promise<string> {
  const root = (await parseStringPromise(text, {
    xmlns: true,
    explicitRoot: false,
    explicitChildren: true,
    preserveChildrenOrder: true,
    trim: true,
  })) as XmlNode;
  return JSON.stringify(xmlForm(root));
}

function xmlForm(node: XmlNode): unknown {
  const attributes = Object.values(node.$ ?? {})
    .filter((attribute) => attribute.uri !== 'http://www.w3.org/2000/xmlns/')
    .map((attribute) => [attribute.uri, attribute.local, attribute.value])
    .sort();
  return [node.$ns?.uri, node.$ns?.local, attributes, node._ ?? '', (node.$$ ?? []).map(xmlForm)];
}

function comparableMultipart(bytes: Buffer, contentType: string): string {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (boundary === undefined) return bytes.toString('base64');
  const parts = bytes.toString('latin1').split(`--${boundary}`).slice(1, -1);
  return JSON.stringify(parts.map((part) => part.replace(/^\r\n|\r\n$/g, '')));
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
