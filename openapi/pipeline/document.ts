import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** Loosely typed JSON object: documents come from outside, so every access is checked where it matters. */
export type JsonObject = { [key: string]: unknown };

const HTTP_METHODS = [
  'get',
  'put',
  'post',
  'delete',
  'options',
  'head',
  'patch',
  'trace',
  'query',
] as const;

/** A mistake in an input, told by file and place (operation, overlay target). */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
  readonly file: string;
  readonly place: string;

  constructor(file: string, place: string, message: string) {
    super(place === '' ? `${file}: ${message}` : `${file}: ${place}: ${message}`);
    this.file = file;
    this.place = place;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** JSON or YAML; JSON first, because it is many times faster to read. */
export function parseText(text: string, file: string): unknown {
  if (text.trimStart().startsWith('{')) {
    try {
      return JSON.parse(text);
    } catch {
      // YAML flow style also starts with a brace: let the YAML reader say what is wrong.
    }
  }
  try {
    return parse(text, { maxAliasCount: 1000 });
  } catch (error) {
    throw new DocumentError(file, '', `neither JSON nor YAML: ${firstLine(error)}`);
  }
}

export function readObject(file: string): JsonObject {
  const value = parseText(readFileSync(file, 'utf8'), file);
  if (!isObject(value)) throw new DocumentError(file, '', 'an object is expected at the top');
  return value;
}

export interface FoundOperation {
  readonly path: string;
  readonly method: string;
  readonly operation: JsonObject;
  readonly pathItem: JsonObject;
}

/** All operations of a document, OpenAPI 3.2 `additionalOperations` included, in document order. */
export function operationsOf(document: JsonObject): FoundOperation[] {
  const found: FoundOperation[] = [];
  for (const [path, item] of Object.entries(asObject(document['paths']))) {
    if (!isObject(item)) continue;
    for (const method of HTTP_METHODS) {
      const operation = item[method];
      if (isObject(operation)) found.push({ path, method, operation, pathItem: item });
    }
    for (const [method, operation] of Object.entries(asObject(item['additionalOperations']))) {
      if (isObject(operation)) found.push({ path, method, operation, pathItem: item });
    }
  }
  return found;
}

/** `info.version`, a text in every valid document. */
export function versionOf(document: JsonObject): string {
  return asText(asObject(document['info'])['version']) ?? '0';
}

/** How an operation is named in messages. */
export function placeOf(found: Pick<FoundOperation, 'path' | 'method'>): string {
  return `${found.method.toUpperCase()} ${found.path}`;
}

/** Follows a local JSON Pointer reference; undefined when nothing is there. */
export function pointed(document: JsonObject, reference: string): unknown {
  if (!reference.startsWith('#/')) return undefined;
  let value: unknown = document;
  for (const raw of reference.slice(2).split('/')) {
    const key = decodeURIComponent(raw).replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) value = value[Number(key)] as unknown;
    else if (isObject(value) && Object.hasOwn(value, key)) value = value[key];
    else return undefined;
  }
  return value;
}

export function deepEqual(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

/** JSON text with sorted keys: equal values give equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isObject(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
