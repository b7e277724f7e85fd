import type {
  Access,
  BodyKind,
  Envelope,
  JsonSchema,
  Operation,
  Parameter,
  SuccessResponse,
} from '../operation.ts';
import {
  DocumentError,
  asArray,
  asObject,
  asText,
  isObject,
  operationsOf,
  placeOf,
} from './document.ts';
import type { FoundOperation, JsonObject } from './document.ts';
import { isXml, plainSchema, propfindSchema, xmlArguments } from './dav.ts';
import { isJson } from './normalise.ts';

const ACCESS = ['public', 'user', 'delegated-admin', 'admin', 'ex-app'];
const ENVELOPES = ['none', 'ocs', 'ocs1'];

export interface BuiltOperation {
  readonly operation: Operation;
  /** The operation object with its `x-tool`, `x-composed` and `x-excluded`. */
  readonly source: JsonObject;
  /** `GET /path`, for messages. */
  readonly place: string;
}

interface Context {
  readonly app: string;
  readonly file: string;
  readonly place: string;
  readonly document: JsonObject;
}

type Parameters = Record<string, Parameter>;

/** All operations of a facts-only document in normal form. Throws DocumentError with file and operation. */
export function buildOperations(app: string, file: string, document: JsonObject): BuiltOperation[] {
  const ids = new Map<string, string>();
  return operationsOf(document).map((found) => {
    const place = placeOf(found);
    const id = asText(found.operation['operationId']);
    if (id === undefined) throw new DocumentError(file, place, 'operationId is missing');
    const other = ids.get(id);
    if (other !== undefined) {
      throw new DocumentError(file, place, `operationId ${id} is used by ${other} too`);
    }
    ids.set(id, place);
    const context = { app, file, place, document };
    return { operation: buildOperation(context, id, found), source: found.operation, place };
  });
}

function buildOperation(context: Context, id: string, found: FoundOperation): Operation {
  const { operation } = found;
  const parameters: Parameters = {};
  const constants = addParameters(context, found, parameters);
  const asked = propfindBody(found.method, operation);
  const body = addBody(context, asObject(operation['requestBody'] ?? asked), parameters);
  const confirmation = asText(operation['x-password-confirmation']);
  if (confirmation !== undefined)
    expectOneOf(context, 'x-password-confirmation', confirmation, ['session', 'strict']);
  return {
    key: `${context.app}.${id}`,
    app: context.app,
    method: found.method.toUpperCase(),
    // a fragment only tells operations of one path and method apart
    path: found.path.replace(/#.*$/, ''),
    access: stated<Access>(context, operation, 'x-access', 'user', ACCESS),
    ...(confirmation === undefined
      ? {}
      : { passwordConfirmation: confirmation as 'session' | 'strict' }),
    envelope: stated<Envelope>(context, operation, 'x-envelope', 'none', ENVELOPES),
    ...(Object.keys(constants).length === 0 ? {} : { constants }),
    ...(body === undefined ? {} : { body }),
    ...(body === 'xml' ? { xml: xmlBody(asObject(operation['requestBody'] ?? asked)) } : {}),
    parameters,
    responses: successes(context, operation),
    errors: refusals(operation),
    ...(operation['deprecated'] === true ? { deprecated: true as const } : {}),
  };
}

function stated<T extends string>(
  context: Context,
  operation: JsonObject,
  key: string,
  fallback: T,
  values: string[],
): T {
  const value = operation[key] ?? fallback;
  expectOneOf(context, key, value, values);
  return value as T;
}

function expectOneOf(context: Context, key: string, value: unknown, values: string[]): void {
  if (typeof value === 'string' && values.includes(value)) return;
  throw new DocumentError(
    context.file,
    context.place,
    `${key} ${String(value)} is not one of ${values.join(', ')}`,
  );
}

/** Fills `parameters`; returns the path values that have a single possibility. */
function addParameters(
  context: Context,
  found: FoundOperation,
  parameters: Parameters,
): Record<string, string> {
  const constants: Record<string, string> = {};
  const declared = [
    ...asArray(found.pathItem['parameters']),
    ...asArray(found.operation['parameters']),
  ].map(asObject);
  for (const position of ['path', 'query', 'header'] as const) {
    for (const parameter of declared.filter((entry) => entry['in'] === position)) {
      const wire = String(parameter['name']);
      const schema = asObject(parameter['schema']);
      if (position === 'path' && 'const' in schema) {
        constants[wire] = String(schema['const']);
        continue;
      }
      addParameter(context, parameters, {
        in: position,
        wire,
        ...(parameter['required'] === true ? { required: true } : {}),
        schema: localSchema(context, schema),
        ...(parameter['x-slashes'] === true || parameter['x-dav'] === 'href'
          ? { slashes: true }
          : {}),
        ...(parameter['style'] === 'deepObject' ? { style: 'deepObject' } : {}),
      });
    }
  }
  for (const [, name = ''] of found.path.matchAll(/\{([^}]+)\}/g)) {
    const known = Object.values(parameters).some(
      (entry) => entry.in === 'path' && entry.wire === name,
    );
    if (!known && !(name in constants))
      throw new DocumentError(
        context.file,
        context.place,
        `path parameter ${name} is not declared`,
      );
  }
  return constants;
}

/** Path and body share one name space for the caller: the later one gets its place as suffix. */
function addParameter(context: Context, parameters: Parameters, parameter: Parameter): void {
  const plain = parameter.wire.replace(/\[\]$/, '').replace(/[^A-Za-z0-9_.-]/g, '_');
  const suffix = parameter.in === 'file' || parameter.in === 'whole-body' ? 'body' : parameter.in;
  const name = plain in parameters ? `${plain}_${suffix}` : plain;
  if (name in parameters) {
    throw new DocumentError(context.file, context.place, `two parameters are called ${name}`);
  }
  parameters[name] = parameter;
}

function addBody(context: Context, body: JsonObject, parameters: Parameters): BodyKind | undefined {
  const content = asObject(body['content']);
  const mediaTypes = Object.keys(content);
  if (mediaTypes.length === 0) return undefined;
  const json = mediaTypes.find(isJson);
  const chosen =
    json ?? mediaTypes.find((type) => bodyKind(type) !== 'binary') ?? mediaTypes[0] ?? '';
  const kind = bodyKind(chosen);
  const schema = asObject(asObject(content[chosen])['schema']);
  const required = body['required'] === true;
  if (kind === 'xml') {
    for (const [wire, argument] of Object.entries(xmlArguments(schema))) {
      addParameter(context, parameters, { in: 'xml', wire, schema: argument });
    }
    return kind;
  }
  const fields = flatFields(context, schema);
  if (kind === 'binary' || (fields === undefined && kind === 'json')) {
    const whole =
      kind === 'binary'
        ? { type: 'string', contentMediaType: chosen }
        : localSchema(context, schema);
    addParameter(context, parameters, {
      in: 'whole-body',
      wire: 'body',
      ...(required ? { required } : {}),
      schema: whole,
    });
    return kind;
  }
  if (fields === undefined)
    throw new DocumentError(
      context.file,
      context.place,
      `the ${chosen} body is not a plain object`,
    );
  const needed = required ? asArray(fields['required']) : [];
  for (const [wire, field] of Object.entries(asObject(fields['properties']))) {
    addParameter(context, parameters, {
      in: kind === 'multipart' && isFile(asObject(field)) ? 'file' : 'body',
      wire,
      ...(needed.includes(wire) ? { required: true } : {}),
      schema: localSchema(context, asObject(field)),
    });
  }
  return kind;
}

function bodyKind(mediaType: string): BodyKind {
  if (isJson(mediaType)) return 'json';
  if (isXml(mediaType)) return 'xml';
  if (mediaType.startsWith('multipart/form-data')) return 'multipart';
  return mediaType.startsWith('application/x-www-form-urlencoded') ? 'form' : 'binary';
}

function xmlBody(body: JsonObject): JsonSchema {
  const [content] = Object.values(asObject(body['content']));
  return asObject(asObject(content)['schema']);
}

/** A PROPFIND without a body of its own asks for what its answer's rows can hold. */
function propfindBody(method: string, operation: JsonObject): JsonObject | undefined {
  if (method.toUpperCase() !== 'PROPFIND') return undefined;
  const answer = asObject(asObject(operation['responses'])['207']);
  const rows = asObject(Object.values(asObject(answer['content'])).map(asObject)[0]?.['schema']);
  return { content: { 'application/xml': { schema: propfindSchema(asObject(rows['items'])) } } };
}

/** The object schema whose properties become arguments; undefined when the body is or may hold something else. */
function flatFields(context: Context, schema: JsonObject): JsonObject | undefined {
  let current = schema;
  for (let hops = 0; typeof current['$ref'] === 'string' && hops < 10; hops += 1) {
    current = asObject(component(context, current['$ref']));
  }
  const open =
    current['additionalProperties'] !== undefined && current['additionalProperties'] !== false;
  const combined = ['allOf', 'anyOf', 'oneOf'].some((key) => key in current);
  const flat = isObject(current['properties']) && !combined && !open;
  return flat ? current : undefined;
}

/** One file, or a list of them, which are parts of one name. */
function isFile(schema: JsonObject): boolean {
  const binary = (entry: JsonObject): boolean =>
    entry['format'] === 'binary' ||
    (entry['contentMediaType'] !== undefined && entry['contentEncoding'] === undefined);
  return binary(schema) || binary(asObject(schema['items']));
}

/** Whether an argument is handed over as a file, or as a list of them. */
export function takesFile({ body }: Operation, parameter: Parameter): boolean {
  return parameter.in === 'file' || (parameter.in === 'whole-body' && body === 'binary');
}

/** The shape of such an argument: one file, or a list where the document has one. */
export function fileShape({ schema }: Parameter, file: JsonObject): JsonObject {
  return isObject(schema['items']) ? { type: 'array', items: file } : file;
}

function component(context: Context, reference: string): unknown {
  const name = /^#\/components\/schemas\/([^/]+)$/.exec(reference)?.[1];
  const schemas = asObject(asObject(context.document['components'])['schemas']);
  if (name === undefined || !Object.hasOwn(schemas, name)) {
    throw new DocumentError(context.file, context.place, `$ref ${reference} points to nothing`);
  }
  return schemas[name];
}

/** References rewritten to the table's `#/$defs/<app>.<Name>`, each checked to exist. */
function localSchema(context: Context, schema: JsonObject): JsonSchema {
  return rewritten(schema, (reference) => {
    component(context, reference);
    return `#/$defs/${context.app}.${reference.slice('#/components/schemas/'.length)}`;
  }) as JsonSchema;
}

export function rewritten(value: unknown, rename: (reference: string) => string): unknown {
  if (Array.isArray(value)) return value.map((entry) => rewritten(entry, rename));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      key === '$ref' && typeof inner === 'string'
        ? [key, rename(inner)]
        : [key, rewritten(inner, rename)],
    ),
  );
}

function successes(context: Context, operation: JsonObject): Record<string, SuccessResponse> {
  const found: Record<string, SuccessResponse> = {};
  for (const [status, response] of Object.entries(asObject(operation['responses']))) {
    if (!/^2\d\d$/.test(status) && status !== '304') continue;
    const content = asObject(asObject(response)['content']);
    const json = Object.entries(content).find(([mediaType]) => isJson(mediaType))?.[1];
    const xml = asObject(
      asObject(Object.entries(content).find(([type]) => isXml(type))?.[1])['schema'],
    );
    const schema = asObject(asObject(json)['schema']);
    found[status] = {
      mediaTypes: Object.keys(content),
      ...(Object.keys(schema).length === 0 ? {} : { schema: localSchema(context, schema) }),
      ...(Object.keys(xml).length === 0 ? {} : { schema: plainSchema(xml), xml }),
    };
  }
  return found;
}

function refusals(operation: JsonObject): number[] {
  return Object.keys(asObject(operation['responses']))
    .filter((status) => /^[345]\d\d$/.test(status) && status !== '304')
    .map(Number)
    .sort((a, b) => a - b);
}

/** Component schemas that the operations reach, as `<app>.<Name>`. */
export function reachableDefinitions(
  app: string,
  file: string,
  document: JsonObject,
  operations: readonly Operation[],
): Record<string, JsonSchema> {
  const definitions: Record<string, JsonSchema> = {};
  const schemas = asObject(asObject(document['components'])['schemas']);
  const visit = (value: unknown): void => {
    rewritten(value, (reference) => {
      const key = reference.replace(/^#\/\$defs\//, '');
      if (key in definitions) return reference;
      const name = key.slice(app.length + 1);
      const context = { app, file, place: `schema ${name}`, document };
      const schema = localSchema(context, asObject(schemas[name]));
      definitions[key] = schema;
      visit(schema);
      return reference;
    });
  };
  visit(operations.map(({ parameters, responses }) => ({ parameters, responses })));
  return Object.fromEntries(Object.entries(definitions).sort(([a], [b]) => (a < b ? -1 : 1)));
}
