import type { JsonSchema } from '../../openapi/index.ts';
import { RelayError } from '../errors.ts';

/** Content to send and what is known of it. */
export interface FileValue {
  readonly bytes: Uint8Array;
  readonly mediaType?: string;
  readonly filename?: string;
}

/**
 * Takes bytes; a `FileArgument` (`bytes`, `content_base64` or `text`, with `filename` and `media_type`); or text,
 * which is base64 where the schema says `contentEncoding: base64`, else UTF-8.
 *
 * @throws RelayError `invalid_argument`
 */
export function readFileValue(argument: string, value: unknown, schema: JsonSchema): FileValue {
  if (value instanceof Uint8Array) return { bytes: value };
  if (typeof value === 'string') {
    const encoded = schema['contentEncoding'] === 'base64';
    return { bytes: encoded ? decodeBase64(argument, value) : Buffer.from(value, 'utf8') };
  }
  if (typeof value === 'object' && value !== null) return readFields(argument, { ...value });
  throw invalid(argument, 'must be a file');
}

function readFields(argument: string, fields: Record<string, unknown>): FileValue {
  const { filename, media_type: mediaType } = fields;
  return {
    bytes: readContent(argument, fields),
    ...(typeof filename === 'string' ? { filename } : {}),
    ...(typeof mediaType === 'string' ? { mediaType: checkMediaType(argument, mediaType) } : {}),
  };
}

function readContent(argument: string, fields: Record<string, unknown>): Uint8Array {
  const given = ['bytes', 'content_base64', 'text'].filter((name) => fields[name] !== undefined);
  const { bytes, content_base64: base64, text } = fields;
  if (given.length === 1) {
    if (bytes instanceof Uint8Array) return bytes;
    if (typeof base64 === 'string') return decodeBase64(argument, base64);
    if (typeof text === 'string') return Buffer.from(text, 'utf8');
  }
  throw invalid(argument, 'must have either content_base64 or text');
}

/** It becomes a header line, so it may hold nothing that ends one. */
function checkMediaType(argument: string, mediaType: string): string {
  if (/^[\w.+-]+\/[\w.+-]+(\s*;\s*[\w.+-]+=("[^"\r\n]*"|[\w.+-]+))*$/.test(mediaType))
    return mediaType;
  throw invalid(argument, 'has a media_type that is none, e.g. image/png is one');
}

function decodeBase64(argument: string, text: string): Uint8Array {
  const compact = text.replace(/\s/g, '');
  // Buffer skips what is no base64 and so would send a damaged file
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact) || compact.length % 4 !== 0) {
    throw invalid(argument, 'is not valid base64');
  }
  return Buffer.from(compact, 'base64');
}

function invalid(argument: string, what: string): RelayError {
  return new RelayError('invalid_argument', `Argument '${argument}' ${what}.`);
}
