import type { RecordedRequest } from '../recording.ts';
import { comparableBody } from './bodies.ts';

/** Request headers that change what Nextcloud does; all others are left out of recordings and comparisons. */
const MEANINGFUL = new Set([
  'accept',
  'content-type',
  'depth',
  'destination',
  'if',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'ocs-apirequest',
  'overwrite',
  'range',
]);
const MEANINGFUL_PREFIX = /^(?:oc-|x-nc-|x-oc-)/;

export function meaningfulHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    if (MEANINGFUL.has(name) || MEANINGFUL_PREFIX.test(name)) kept[name] = String(value);
  }
  return kept;
}

/** Two requests with the same key are the same request. */
export async function requestKey(request: RecordedRequest): Promise<string> {
  const contentType = request.headers['content-type'] ?? '';
  const headers = Object.entries(request.headers)
    .map(([name, value]) => [name, name === 'content-type' ? mediaType(value) : value])
    .sort();
  return JSON.stringify([
    request.method,
    decodedPath(request.path),
    [...(request.query ?? [])].sort(),
    headers,
    await comparableBody(request.body, contentType),
  ]);
}

/** `text/calendar; component=VEVENT` stays, a multipart boundary or charset goes. */
function mediaType(value: string): string {
  return value
    .toLowerCase()
    .replace(/;\s*(?:boundary|charset)=[^;]*/g, '')
    .trim();
}

function decodedPath(path: string): string {
  return path
    .split('/')
    .map((segment) => encodeURIComponent(decodeURIComponent(segment)))
    .join('/');
}
