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

/** Far beyond any real document, far below what a recursive reader can stand. */
const MAX_DEPTH = 500;

/** JSON or YAML. What comes back is a finite tree, so that readers may follow it down. */
export function parseText(text: string, file: string): unknown {
  const value = parsed(text, file);
  if (isDeeperThan(MAX_DEPTH, value, new Set())) {
    throw new DocumentError(
      file,
      '',
      `more than ${MAX_DEPTH} levels deep, or a YAML alias that leads back to itself`,
    );
  }
  return value;
}

/** `shallow` holds what was looked at before: an alias used many times is walked once. */
function isDeeperThan(levels: number, value: unknown, shallow: Set<object>): boolean {
  if (typeof value !== 'object' || value === null || shallow.has(value)) return false;
  if (levels === 0) return true;
  if (Object.values(value).some((inner) => isDeeperThan(levels - 1, inner, shallow))) return true;
  shallow.add(value);
  return false;
}

/** JSON first, because it is many times faster to read. */
function parsed(text: string, file: string): unknown {
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
  const value = parseText(readText(file), file);
  if (!isObject(value)) throw new DocumentError(file, '', 'an object is expected at the top');
  return value;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new DocumentError(file, '', `cannot be read: ${firstLine(error)}`);
  }
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
  for (const [path, written] of Object.entries(asObject(document['paths']))) {
    const item = pathItem(document, written);
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

/** A path item with what its `$ref` points to; undefined when that is nothing, or not in this document. */
export function pathItem(document: JsonObject, written: unknown): JsonObject | undefined {
  let item = asObject(written);
  for (let hops = 0; typeof item['$ref'] === 'string'; hops += 1) {
    const { $ref: reference, ...beside } = item;
    const target = hops > 10 ? undefined : pointed(document, reference);
    if (!isObject(target)) return undefined;
    item = { ...target, ...beside };
  }
  return item;
}

/** A method that OpenAPI spells as a key of the path item; all others stand in `additionalOperations`. */
export function isPathItemMethod(method: string): boolean {
  return HTTP_METHODS.some((known) => known === method);
}

/** `info.version`; YAML makes a number of `1.0`. */
export function versionOf(document: JsonObject): string {
  const version = asObject(document['info'])['version'];
  return typeof version === 'number' ? String(version) : (asText(version) ?? '0');
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
    const key = pointerKey(raw);
    if (key === undefined) return undefined;
    if (Array.isArray(value)) value = value[Number(key)] as unknown;
    else if (isObject(value) && Object.hasOwn(value, key)) value = value[key];
    else return undefined;
  }
  return value;
}

/** One step of a JSON Pointer in a URI fragment (RFC 6901); undefined when its percent-encoding is broken. */
export function pointerKey(raw: string): string | undefined {
  try {
    return decodeURIComponent(raw).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return undefined;
  }
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
