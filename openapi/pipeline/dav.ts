import type { JsonSchema } from '../operation.ts';
import { DocumentError, asArray, asObject, isObject } from './document.ts';
import type { JsonObject } from './document.ts';

/** The body or answer of a DAV operation is XML, described by OpenAPI 3.2 XML Objects. */
export function isXml(mediaType: string): boolean {
  return /^(?:application|text)\/xml\b/.test(mediaType);
}

/** Text that codecs read and write themselves. */
export function isCalendarText(mediaType: string): boolean {
  return /^text\/(?:calendar|vcard)\b/.test(mediaType);
}

/** A DAV document with every reference replaced by what it points to, so that its schemas are plain trees. */
export function resolved(file: string, document: JsonObject): JsonObject {
  const schemas = asObject(asObject(document['components'])['schemas']);
  const target = (reference: unknown): JsonObject => {
    const name = /^#\/components\/schemas\/([^/]+)$/.exec(String(reference))?.[1] ?? '';
    const schema = schemas[name];
    if (!isObject(schema)) {
      throw new DocumentError(file, '', `$ref ${String(reference)} points to nothing`);
    }
    return schema;
  };
  const visit = (value: unknown, open: readonly unknown[]): unknown => {
    if (Array.isArray(value)) return value.map((inner) => visit(inner, open));
    if (!isObject(value)) return value;
    if ('$ref' in value) {
      if (open.includes(value['$ref'])) {
        throw new DocumentError(file, '', `$ref ${String(value['$ref'])} leads back to itself`);
      }
      return visit(target(value['$ref']), [...open, value['$ref']]);
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        key === 'x-dav-select' ? selected(target(asObject(inner)['$ref'])) : visit(inner, open),
      ]),
    );
  };
  const { components: _components, ...rest } = document;
  return visit(rest, []) as JsonObject;
}

/** The elements to ask for: every property of a row that has a namespace (the href has none). */
function selected(row: JsonObject): JsonObject[] {
  return Object.entries(asObject(row['properties'])).flatMap(([property, schema]) => {
    const xml = asObject(asObject(schema)['xml']);
    const namespace =
      xml['namespace'] ?? asObject(asObject(asObject(schema)['items'])['xml'])['namespace'];
    return typeof namespace === 'string' ? [{ name: xml['name'] ?? property, namespace }] : [];
  });
}

/** The body of a PROPFIND that asks for every property of a row (RFC 4918 section 14.20). */
export function propfindSchema(row: JsonObject): JsonObject {
  return {
    type: 'object',
    required: ['prop'],
    xml: { name: 'propfind', namespace: 'DAV:' },
    properties: { prop: { 'x-dav-select': selected(row), xml: { namespace: 'DAV:' } } },
  };
}

/** Arguments of an XML body: its leaves that are not constants, by property name. */
export function xmlArguments(schema: JsonObject): Record<string, JsonSchema> {
  const found: Record<string, JsonSchema> = {};
  for (const [property, inner] of Object.entries(asObject(schema['properties']))) {
    const part = asObject(inner);
    if ('const' in part || 'x-dav-select' in part) continue;
    if (part['type'] === 'array' || !isObject(part['properties']))
      found[property] = plainSchema(part);
    else Object.assign(found, xmlArguments(part));
  }
  return found;
}

/** What a value read or written by an XML schema looks like as JSON. */
export function plainSchema(schema: JsonObject): JsonObject {
  if (schema['x-dav'] === 'multistatus') {
    const row = plainSchema(asObject(schema['items']));
    return {
      type: 'array',
      items: { ...row, properties: { ...asObject(row['properties']), ...ROW_FACTS } },
    };
  }
  if (schema['x-dav'] === 'names') return { type: 'array', items: { type: 'string' } };
  if (schema['x-dav'] === 'present') return { type: 'boolean' };
  if (schema['contentMediaType'] === 'application/json') return {};
  if (schema['type'] === 'array')
    return { type: 'array', items: plainSchema(asObject(schema['items'])) };
  if (isObject(schema['properties'])) return plainObject(schema, schema['properties']);
  // ids beyond 2^53 arrive as text
  const { xml: _xml, format: _format, 'x-dav': _word, ...facts } = schema;
  return facts;
}

const ROW_FACTS: JsonObject = {
  $status: { type: 'integer' },
  $errors: { type: 'object', additionalProperties: { type: 'integer' } },
};

function plainObject(schema: JsonObject, properties: JsonObject): JsonObject {
  const plain = Object.entries(properties).map(
    ([name, inner]) => [name, plainSchema(asObject(inner))] as const,
  );
  if (schema['x-dav'] === 'value') return plain[0]?.[1] ?? {};
  const rows = asArray(plain).length > 0 ? Object.fromEntries(plain) : {};
  return { type: 'object', properties: rows };
}
