import type { Operation, SuccessResponse } from '../../openapi/index.ts';
import { parseJson } from './codecs/json.ts';
import { DAV_ENDPOINT } from './dav/endpoint.ts';
import { parseXml } from './dav/parse-xml.ts';
import { readMultistatus, readProperties } from './dav/read-xml.ts';
import type { XmlSchema } from './dav/xml-schema.ts';
import type { EmptyMaps } from './empty-maps.ts';
import { errorFromAnswer } from './error-factory.ts';
import type { RawResponse } from './http.ts';
import { essence, isCalendarText, isJson } from './media-type.ts';
import type { BinaryData } from './nextcloud.ts';
import { readEnvelope, statusOfOcs } from './ocs.ts';

/** What reading an answer needs beside the operation. */
export interface Reading {
  readonly emptyMaps: EmptyMaps;
  readonly basePath: string;
}

/** The documented answer of this status, else that of the first success. */
export function documentedResponse(
  operation: Operation,
  status: number,
): SuccessResponse | undefined {
  const exact = operation.responses[String(status)];
  const success = Object.keys(operation.responses).find((key) => key.startsWith('2'));
  return exact ?? (success === undefined ? undefined : operation.responses[success]);
}

/**
 * Reads a successful answer: JSON with its envelope taken off, `null` where there is no body, BinaryData for any
 * other type.
 *
 * @throws RelayError when the envelope holds a refusal, or the body is not what the operation answers with
 */
export async function decode(
  operation: Operation,
  answer: RawResponse,
  { emptyMaps, basePath }: Reading,
): Promise<unknown> {
  if (answer.status === 204 || answer.status === 304) return null;
  const documented = documentedResponse(operation, answer.status);
  if (documented?.xml !== undefined) return readDav(answer, documented.xml, basePath);
  if (documented?.mediaTypes.length === 0 && answer.bytes.length === 0) return null;
  if (documented?.mediaTypes.every(isCalendarText) === true && documented.mediaTypes.length > 0) {
    return Buffer.from(answer.bytes).toString('utf8');
  }
  if (isBinary(operation, documented, answer)) return binaryData(answer);
  const value = unwrap(operation, answer, parseJson(answer.bytes));
  return emptyMaps.read(value, documented?.schema);
}

async function readDav(answer: RawResponse, schema: XmlSchema, basePath: string): Promise<unknown> {
  const root = await parseXml(Buffer.from(answer.bytes).toString('utf8'));
  return schema['x-dav'] === 'multistatus'
    ? readMultistatus(root, schema.items ?? {}, basePath + DAV_ENDPOINT)
    : readProperties(root, schema);
}

/** What the document says of the type, and where it leaves that open, the answer itself. */
function isBinary(
  operation: Operation,
  documented: SuccessResponse | undefined,
  answer: RawResponse,
): boolean {
  const types = documented?.mediaTypes ?? [];
  const others = types.filter((type) => !isJson(type));
  const actual = essence(answer.headers['content-type'] ?? '');
  // documented as a redirect only, which was followed
  if (documented === undefined) return !isJson(actual) && actual !== 'text/html';
  if (others.length === 0) return false;
  if (!isJson(actual)) return true;
  // JSON where only something else was to be expected is a refusal of an OCS route, or a file that is JSON
  return others.length === types.length && operation.envelope === 'none';
}

function binaryData(answer: RawResponse): BinaryData {
  const mediaType = essence(answer.headers['content-type'] ?? '');
  return {
    bytes: answer.bytes,
    mediaType: mediaType === '' ? 'application/octet-stream' : mediaType,
  };
}

function unwrap(operation: Operation, answer: RawResponse, value: unknown): unknown {
  if (operation.envelope === 'none') return value;
  const envelope = readEnvelope(value);
  // some OCS routes answer without the envelope their document prints
  if (envelope === undefined) return value;
  if (statusOfOcs(envelope.meta.statuscode) >= 300) throw errorFromAnswer(operation.method, answer);
  return envelope.data ?? null;
}
