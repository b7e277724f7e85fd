import type { Envelope } from '../operation.ts';
import { accessFacts } from './access.ts';
import type { AccessFile } from './access.ts';
import {
  DocumentError,
  asArray,
  asObject,
  asText,
  isObject,
  isPathItemMethod,
  operationsOf,
  pathItem,
  placeOf,
  pointed,
} from './document.ts';
import type { FoundOperation, JsonObject } from './document.ts';
import { removeEndlessReferences } from './endless-references.ts';
import { schemaFacts, schemaReferenceCheck } from './schema-facts.ts';
import type { Dialect } from './schema-facts.ts';

export interface NormaliseInput {
  readonly app: string;
  readonly version: string;
  /** Named in every message. */
  readonly file: string;
  readonly document: JsonObject;
  /** Variant (`administration`, `ex_app`, …) of an operation by `<method> <path>` as the source prints it. */
  readonly variants?: ReadonlyMap<string, string>;
  readonly access?: AccessFile;
}

export interface Normalised {
  readonly document: JsonObject;
  readonly operations: number;
  /** References taken out because they only led back to where they stood, `Pet → Cat`. */
  readonly endless: readonly string[];
}

interface Context extends NormaliseInput {
  readonly dialect: Dialect;
  readonly schemas: JsonObject;
}

/** A facts-only OpenAPI 3.1 document with the envelope taken off the schemas. Throws DocumentError. */
export function normalise(input: NormaliseInput): Normalised {
  const context: Context = {
    ...input,
    dialect: dialectOf(input.document, input.file),
    schemas: asObject(asObject(input.document['components'])['schemas']),
  };
  checkPathItems(input);
  const found = operationsOf(input.document);
  const paths: Record<string, JsonObject> = {};
  const ids = new Map<string, string>();
  for (const entry of found) {
    const place = placeOf(entry);
    const operation = operationFacts(context, entry);
    const id = String(operation['operationId']);
    const other = ids.get(id);
    if (other !== undefined) {
      throw new DocumentError(input.file, place, `operationId ${id} is used by ${other} too`);
    }
    ids.set(id, place);
    const path = rootedPath(serverPath(context, entry) + entry.path);
    const item = (paths[path] ??= {});
    const methods = isPathItemMethod(entry.method)
      ? item
      : ((item['additionalOperations'] ??= {}) as JsonObject);
    const twin = methods[entry.method];
    if (twin !== undefined) {
      const first = ids.get(String(asObject(twin)['operationId']));
      throw new DocumentError(input.file, place, `is the same route as ${first}: ${path}`);
    }
    methods[entry.method] = operation;
  }
  const schemas = componentFacts(context);
  return {
    operations: found.length,
    endless: removeEndlessReferences(schemas),
    document: {
      openapi: '3.1.0',
      info: { title: input.app, version: input.version },
      paths: sorted(paths),
      components: { schemas: sorted(schemas) },
    },
  };
}

function dialectOf(document: JsonObject, file: string): Dialect {
  // YAML makes numbers of `3.1` and `3.0`
  const stated = document['openapi'];
  const version = typeof stated === 'number' ? String(stated) : (asText(stated) ?? '');
  if (/^3(\.0(\.\d+)?)?$/.test(version)) return '3.0';
  if (/^3\.[12](\.\d+)?$/.test(version)) return '3.1';
  throw new DocumentError(
    file,
    '',
    `openapi ${version === '' ? '(missing)' : version} is not 3.0, 3.1 or 3.2`,
  );
}

function checkPathItems({ document, file }: NormaliseInput): void {
  for (const [path, written] of Object.entries(asObject(document['paths']))) {
    if (pathItem(document, written) !== undefined) continue;
    const reference = String(asObject(written)['$ref']);
    throw new DocumentError(file, path, `$ref ${reference} points to nothing in this document`);
  }
}

/** Path part of the first server URL that holds for the operation, with its variables as they are by default. */
function serverPath(context: Context, { operation, pathItem: item }: FoundOperation): string {
  const servers = [operation, item, context.document].map(({ servers }) => asArray(servers));
  const server = asObject(servers.find((list) => list.length > 0)?.[0]);
  const variables = asObject(server['variables']);
  const preset = (name: string): string => asText(asObject(variables[name])['default']) ?? '';
  const url = (asText(server['url']) ?? '').replace(/\{([^}]*)\}/g, (_, name: string) =>
    preset(name),
  );
  const path = /^[^/?#]*:\/\/[^/]*(\/.*)?$/.exec(url)?.[1] ?? (url.startsWith('/') ? url : '');
  return path.replace(/\/+$/, '');
}

/** App routes live below `/index.php`; without it they only work on servers with pretty URLs. */
function rootedPath(path: string): string {
  return /^\/(apps|core|login|settings)\//.test(path) ? `/index.php${path}` : path;
}

function componentFacts(context: Context): JsonObject {
  const facts: JsonObject = {};
  for (const [name, schema] of Object.entries(context.schemas)) {
    if (name === 'OCSMeta') continue;
    const check = schemaReferenceCheck(context.file, `schema ${name}`, context.schemas);
    facts[name] = schemaFacts(schema, context.dialect, check);
  }
  return facts;
}

function operationFacts(context: Context, found: FoundOperation): JsonObject {
  const { operation } = found;
  const place = placeOf(found);
  const source = `${found.method} ${found.path}`;
  const attributes = context.access?.[`${context.app}:${source}`];
  const access = accessFacts(attributes, found, context.variants?.get(source));
  const envelope = statedEnvelope(operation) ?? envelopeOf(context, found);
  const confirmation = access.confirmation ?? asText(operation['x-password-confirmation']);
  const variant = context.variants?.get(source);
  const body = requestFacts(context, found, access.upload);
  return {
    operationId: asText(operation['operationId']) ?? derivedId(found),
    ...(operation['deprecated'] === true ? { deprecated: true } : {}),
    ...(access.access === 'user' ? {} : { 'x-access': access.access }),
    ...(confirmation === undefined ? {} : { 'x-password-confirmation': confirmation }),
    ...(envelope === 'none' ? {} : { 'x-envelope': envelope }),
    ...(variant === undefined ? {} : { 'x-variant': variant }),
    ...withItems('parameters', parameterFacts(context, found)),
    ...(body === undefined ? {} : { requestBody: body }),
    responses: responseFacts(context, operation, place, envelope),
  };
}

function withItems(key: string, items: unknown[]): JsonObject {
  return items.length === 0 ? {} : { [key]: items };
}

function derivedId(found: FoundOperation): string {
  return `${found.method}${found.path}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}

/** Follows one reference to a reusable parameter, body or response. */
function resolved(context: Context, place: string, value: unknown): JsonObject {
  let current = asObject(value);
  for (let hops = 0; typeof current['$ref'] === 'string'; hops += 1) {
    const target = hops > 10 ? undefined : pointed(context.document, current['$ref']);
    if (!isObject(target)) {
      throw new DocumentError(context.file, place, `$ref ${current['$ref']} points to nothing`);
    }
    current = target;
  }
  return current;
}

function parameterFacts(context: Context, found: FoundOperation): JsonObject[] {
  const place = placeOf(found);
  const byIdentity = new Map<string, JsonObject>();
  for (const entry of [
    ...asArray(found.pathItem['parameters']),
    ...asArray(found.operation['parameters']),
  ]) {
    const parameter = resolved(context, place, entry);
    byIdentity.set(`${String(parameter['in'])} ${String(parameter['name'])}`, parameter);
  }
  const declared = [...byIdentity.values()].filter((parameter) => !isSentAlways(parameter));
  return declared.map((parameter) => oneParameter(context, place, parameter));
}

/** Every request carries these anyway; they are no arguments (so says OpenAPI of the last three). */
function isSentAlways(parameter: JsonObject): boolean {
  const name = String(parameter['name']);
  return (
    parameter['in'] === 'header' &&
    /^(ocs-apirequest|accept|content-type|authorization)$/i.test(name)
  );
}

function oneParameter(context: Context, place: string, parameter: JsonObject): JsonObject {
  const name = asText(parameter['name']) ?? '';
  const position = String(parameter['in']);
  const refuse = (message: string): never => {
    throw new DocumentError(context.file, place, `parameter ${name}${message}`);
  };
  if (name === '') refuse(' without a name');
  if (!['path', 'query', 'header'].includes(position)) refuse(` in ${position} is not supported`);
  if (position === 'header' && /^cookie$/i.test(name)) refuse(' in header is not supported');
  if (parameter['content'] !== undefined) refuse(' has content instead of schema');
  const schema = factsOf(context, place, parameter['schema']);
  const style = asText(parameter['style']);
  if (style !== undefined && !['simple', 'form', 'deepObject'].includes(style))
    refuse(`: style ${style} is not supported`);
  if (position === 'query' && parameter['explode'] === false && schema['type'] === 'array')
    refuse(': comma-separated lists (explode: false) are not supported');
  if (position === 'query' && style !== 'deepObject' && isObject(schema['properties']))
    refuse(': an object in the query needs style: deepObject');
  const path = position === 'path' ? pathFacts(schema) : { schema };
  return {
    name,
    in: position,
    ...(parameter['required'] === true || position === 'path' ? { required: true } : {}),
    ...(style === 'deepObject' ? { style, explode: true } : {}),
    ...(parameter['x-slashes'] === true ? { 'x-slashes': true } : {}),
    ...path,
  };
}

/** Single-valued path parts become constants; the pattern "anything" means slashes are welcome. */
function pathFacts(schema: JsonObject): JsonObject {
  const values = asArray(schema['enum']);
  if (values.length === 1) return { schema: { const: String(values[0]) } };
  const pattern = asText(schema['pattern']);
  const literal = /^\^([\w-]+)\$$/.exec(pattern ?? '')?.[1];
  if (literal !== undefined) return { schema: { const: literal } };
  if (pattern !== '^.+$') return { schema };
  const { pattern: _anything, ...rest } = schema;
  return { 'x-slashes': true, schema: rest };
}

function factsOf(context: Context, place: string, schema: unknown): JsonObject {
  const check = schemaReferenceCheck(context.file, place, context.schemas);
  return asObject(schemaFacts(schema, context.dialect, check));
}

function requestFacts(
  context: Context,
  found: FoundOperation,
  upload: boolean,
): JsonObject | undefined {
  const place = placeOf(found);
  const body =
    found.operation['requestBody'] === undefined
      ? undefined
      : resolved(context, place, found.operation['requestBody']);
  const content: JsonObject = {};
  for (const [mediaType, media] of Object.entries(asObject(body?.['content']))) {
    content[mediaType] = { schema: factsOf(context, place, asObject(media)['schema']) };
  }
  if (upload && !('multipart/form-data' in content)) return uploadBody(content);
  if (body === undefined || Object.keys(content).length === 0) return undefined;
  return { ...(body['required'] === true ? { required: true } : {}), content };
}

/** The controller reads an uploaded file, so the printed properties travel as fields beside it. */
function uploadBody(content: JsonObject): JsonObject {
  const printed = asObject(asObject(content['application/json'])['schema']);
  const schema = {
    type: 'object',
    required: [...asArray(printed['required']), 'file'],
    properties: {
      ...asObject(printed['properties']),
      file: { type: 'string', contentMediaType: 'application/octet-stream' },
    },
  };
  return { required: true, content: { 'multipart/form-data': { schema } } };
}

function statedEnvelope(operation: JsonObject): Envelope | undefined {
  return asText(operation['x-envelope']) as Envelope | undefined;
}

/** The path does not tell: some OCS routes send bare JSON, some plain routes send the envelope under v1 rules. */
function envelopeOf(context: Context, found: FoundOperation): Envelope {
  const wrapped = successResponses(found.operation).some(([, response]) =>
    Object.entries(asObject(resolved(context, placeOf(found), response)['content'])).some(
      ([mediaType, media]) =>
        isJson(mediaType) && envelopeData(context, asObject(media)['schema']) !== undefined,
    ),
  );
  if (!wrapped) return 'none';
  return found.path.startsWith('/ocs/') ? 'ocs' : 'ocs1';
}

function successResponses(operation: JsonObject): [string, unknown][] {
  return Object.entries(asObject(operation['responses'])).filter(([status]) => isSuccess(status));
}

function isSuccess(status: string): boolean {
  return status.startsWith('2') || status === '304';
}

export function isJson(mediaType: string): boolean {
  return /^application\/([\w.+-]+\+)?json\b/i.test(mediaType);
}

/** The schema of `ocs.data`, boxed so that an empty one is told from none. */
function envelopeData(context: Context, schema: unknown): { data: unknown } | undefined {
  let outer = asObject(schema);
  if (typeof outer['$ref'] === 'string') outer = asObject(pointed(context.document, outer['$ref']));
  const inner = asObject(asObject(asObject(outer['properties'])['ocs'])['properties']);
  return 'meta' in inner && 'data' in inner ? { data: inner['data'] } : undefined;
}

function responseFacts(
  context: Context,
  operation: JsonObject,
  place: string,
  envelope: Envelope,
): JsonObject {
  const facts: JsonObject = {};
  for (const [status, value] of Object.entries(asObject(operation['responses']))) {
    facts[status] = isSuccess(status)
      ? successFacts(context, place, value, envelope)
      : { description: '' };
  }
  return sorted(facts);
}

function successFacts(
  context: Context,
  place: string,
  value: unknown,
  envelope: Envelope,
): JsonObject {
  const content: JsonObject = {};
  for (const [mediaType, media] of Object.entries(
    asObject(resolved(context, place, value)['content']),
  )) {
    const schema = asObject(media)['schema'];
    const data =
      envelope !== 'none' && isJson(mediaType) ? envelopeData(context, schema) : undefined;
    const facts = factsOf(context, place, data === undefined ? schema : data.data);
    content[mediaType] =
      isJson(mediaType) && Object.keys(facts).length > 0 ? { schema: facts } : {};
  }
  return { description: '', ...(Object.keys(content).length === 0 ? {} : { content }) };
}

function sorted(map: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
