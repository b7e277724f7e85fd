import type { Operation, Parameter } from '../../openapi/index.ts';
import { RelayError } from '../errors.ts';
import { buildBody } from './body.ts';
import type { Body, BodyArgument } from './body.ts';
import { isJson } from './media-type.ts';
import { DAV_ENDPOINT } from './dav/endpoint.ts';
import { writeXml } from './dav/write-xml.ts';
import type { EncodeHref } from './dav/write-xml.ts';
import type { XmlSchema } from './dav/xml-schema.ts';
import { encodePath, expandPath } from './path.ts';
import { appendValue, encodePairs } from './query.ts';
import type { Pairs } from './query.ts';

/** A request relative to the server's root, before credentials. */
export interface BuiltRequest {
  readonly method: string;
  /** Path and query, encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

type Arguments = Readonly<Record<string, unknown>>;
interface Given {
  readonly name: string;
  readonly value: unknown;
  readonly parameter: Parameter;
}

/**
 * Turns an operation and its arguments into a request. Undefined arguments count as not given.
 *
 * @throws RelayError `invalid_argument` naming unknown, missing or unusable arguments
 */
export function buildRequest(operation: Operation, args: Arguments, basePath = ''): BuiltRequest {
  const given = [...checkArguments(operation, args), ...statedValues(operation, args)];
  const encodeHref = davHref(basePath);
  const body =
    operation.xml === undefined
      ? buildBody(operation.body ?? 'json', given.flatMap(asBodyArgument))
      : xmlBody(operation.xml, args, encodeHref);
  return {
    method: operation.method,
    path: buildPath(operation, given) + buildQuery(given),
    headers: {
      ...headerArguments(given, encodeHref),
      Accept: acceptHeader(operation),
      ...(body === undefined ? {} : { 'Content-Type': body.contentType }),
    },
    ...(body === undefined ? {} : { body: body.content }),
  };
}

function checkArguments(operation: Operation, args: Arguments): Given[] {
  const given: Given[] = [];
  const unknown: string[] = [];
  for (const [name, value] of Object.entries(args)) {
    if (value === undefined) continue;
    const parameter = Object.hasOwn(operation.parameters, name)
      ? operation.parameters[name]
      : undefined;
    if (parameter === undefined) unknown.push(name);
    else given.push({ name, value, parameter });
  }
  refuseNames(operation, 'Unknown', unknown);
  const names = new Set(given.map(({ name }) => name));
  const missing = Object.entries(operation.parameters)
    .filter(([name, parameter]) => parameter.required === true && !names.has(name))
    .map(([name]) => name);
  refuseNames(operation, 'Missing', missing);
  return given;
}

function refuseNames(operation: Operation, what: string, names: readonly string[]): void {
  if (names.length === 0) return;
  const list = names.map((name) => `'${name}'`).join(', ');
  const known = Object.keys(operation.parameters).join(', ');
  throw new RelayError('invalid_argument', `${what} argument ${list} of ${operation.key}.`, {
    hint: known === '' ? 'It takes no arguments.' : `It takes: ${known}.`,
  });
}

function buildPath(operation: Operation, given: readonly Given[]): string {
  const values = new Map<string, unknown>(Object.entries(operation.constants ?? {}));
  const slashes = new Set<string>();
  for (const { value, parameter } of given) {
    if (parameter.in !== 'path') continue;
    values.set(parameter.wire, value);
    if (parameter.slashes === true) slashes.add(parameter.wire);
  }
  return expandPath(operation.path, Object.fromEntries(values), (name) => slashes.has(name));
}

function buildQuery(given: readonly Given[]): string {
  const pairs: Pairs = [];
  for (const { name, value, parameter } of given) {
    if (parameter.in !== 'query') continue;
    appendValue(pairs, parameter.wire, value, {
      argument: name,
      objects: parameter.style === 'deepObject',
    });
  }
  return pairs.length === 0 ? '' : `?${encodePairs(pairs)}`;
}

/** Header and query values the document states itself (`Depth: 0`, `photo=1`) are sent without being asked for. */
function statedValues(operation: Operation, args: Arguments): Given[] {
  return Object.entries(operation.parameters).flatMap(([name, parameter]) => {
    const { schema } = parameter;
    if (args[name] !== undefined) return [];
    if ('const' in schema && ['header', 'query'].includes(parameter.in)) {
      return [{ name, value: schema['const'], parameter }];
    }
    return 'default' in schema && parameter.in === 'header'
      ? [{ name, value: schema['default'], parameter }]
      : [];
  });
}

function xmlBody(schema: XmlSchema, args: Arguments, encodeHref: EncodeHref): Body {
  return {
    content: writeXml(schema, args, encodeHref),
    contentType: 'application/xml; charset=utf-8',
  };
}

/** A path below the DAV endpoint (`/files/alice/a b`) as it stands in an href or a Destination header. */
function davHref(basePath: string): EncodeHref {
  return (name, path) => `${basePath}${DAV_ENDPOINT}/${encodePath(name, path)}`;
}

function headerArguments(given: readonly Given[], encodeHref: EncodeHref): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { name, value, parameter } of given) {
    if (parameter.in !== 'header' || value === null) continue;
    const plain = typeof value === 'number' || typeof value === 'boolean' ? `${value}` : value;
    const text =
      parameter.slashes === true && typeof plain === 'string' ? encodeHref(name, plain) : plain;
    // anything else would end the header and begin another
    if (typeof text !== 'string' || !/^[\t\x20-\x7e\x80-\xff]*$/.test(text)) {
      throw new RelayError('invalid_argument', `Argument '${name}' cannot be sent as a header.`);
    }
    headers[parameter.wire] = text;
  }
  return headers;
}

function asBodyArgument({ name, value, parameter }: Given): BodyArgument[] {
  const { in: place, wire, schema } = parameter;
  if (place !== 'body' && place !== 'whole-body' && place !== 'file') return [];
  return [{ name, in: place, wire, value, schema }];
}

/** JSON is always among the types, and first for OCS: it writes in the first type it knows, XML if there is none. */
const acceptHeaders = new WeakMap<Operation, string>();

function acceptHeader(operation: Operation): string {
  const known = acceptHeaders.get(operation);
  if (known !== undefined) return known;
  const header = writtenAcceptHeader(operation);
  acceptHeaders.set(operation, header);
  return header;
}

function writtenAcceptHeader(operation: Operation): string {
  const types = new Set(Object.values(operation.responses).flatMap(({ mediaTypes }) => mediaTypes));
  const others = [...types].filter((type) => !isJson(type));
  const ordered =
    operation.envelope === 'none'
      ? [...others, 'application/json']
      : ['application/json', ...others];
  return ordered.join(', ');
}
