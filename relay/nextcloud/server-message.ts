import { redactText } from '../redact.ts';
import { parseJson } from './codecs/json.ts';
import { readEnvelope } from './ocs.ts';
import type { OcsMeta } from './ocs.ts';

/** What a refusal says about itself. */
export interface Refusal {
  /** The server's own words, cleaned and short; empty when it has none. */
  readonly message: string;
  readonly ocs?: OcsMeta;
  /** Class name of a DAV exception without its namespace, e.g. `NotAuthenticated`. */
  readonly davException?: string;
  /** The JSON body when it is an object. */
  readonly body?: Readonly<Record<string, unknown>>;
}

const MAX_MESSAGE = 200;
/** Bodies of refusals are short; longer ones are pages or dumps. */
const MAX_BODY = 1024 * 1024;

/** Reads OCS, `{message}`-like JSON and DAV exceptions; anything else says nothing. */
export function readRefusal(bytes: Uint8Array): Refusal {
  if (bytes.length === 0 || bytes.length > MAX_BODY) return { message: '' };
  const text = new TextDecoder().decode(bytes).trimStart();
  if (text.startsWith('{')) return readJson(bytes);
  return text.startsWith('<') ? readXml(text) : { message: '' };
}

function readJson(bytes: Uint8Array): Refusal {
  let body: Record<string, unknown>;
  try {
    body = parseJson(bytes) as Record<string, unknown>;
  } catch {
    return { message: '' };
  }
  const envelope = readEnvelope(body);
  if (envelope === undefined) return { message: messageIn(body), body };
  const message = cleanMessage(envelope.meta.message);
  return { message: message === '' ? messageIn(envelope.data) : message, ocs: envelope.meta, body };
}

function messageIn(value: unknown): string {
  if (typeof value === 'string') return cleanMessage(value);
  if (typeof value !== 'object' || value === null) return '';
  const fields = value as Record<string, unknown>;
  for (const name of ['message', 'msg', 'error', 'hint', 'errorMessage', 'errorType']) {
    const field = fields[name];
    if (field === undefined || field === null) continue;
    const message = messageIn(field);
    if (message !== '') return message;
  }
  return '';
}

function readXml(text: string): Refusal {
  const exception = element(text, 'exception')?.split('\\').at(-1);
  const statuscode = Number(element(text, 'statuscode') ?? NaN);
  const message = cleanMessage(element(text, 'message') ?? '');
  return {
    message: exception === undefined && Number.isNaN(statuscode) ? '' : message,
    ...(exception === undefined ? {} : { davException: exception }),
    ...(Number.isInteger(statuscode) ? { ocs: { statuscode, message } } : {}),
  };
}

/** Text of the first element of that local name. Enough for error bodies, whose shape Sabre and OCS fix. */
function element(text: string, name: string): string | undefined {
  const match = new RegExp(`<(?:[\\w-]+:)?${name}>([^<]*)</`).exec(text);
  return match?.[1] === undefined ? undefined : unescapeXml(match[1].trim());
}

function unescapeXml(text: string): string {
  const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_entity, name: string) => entities[name] ?? '');
}

/** One short line without markup, addresses, file paths of the server, or anything like a credential. */
export function cleanMessage(text: string): string {
  const plain = redactText(text)
    .replace(/<[^>]*>/g, ' ')
    // a bare PHP class name says less than our own words
    .replace(/^\s*\\?\w+(\\\w+)+\s*$/, '')
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, '…')
    .replace(/\S*\/\S+\.php\b\S*/g, '…')
    .replace(/\b(Bearer|Basic)\s+\S+/gi, '$1 …')
    .replace(/[\s\u0000-\u001f\u007f]+/g, ' ')
    .trim();
  if (plain.length <= MAX_MESSAGE) return plain;
  // a pair cut in two would be no valid text
  return `${plain.slice(0, MAX_MESSAGE - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
