import FormData from 'form-data';
import type { BodyKind, JsonSchema } from '../../openapi/index.ts';
import { RelayError } from '../errors.ts';
import { readFileValue } from './file-value.ts';
import { appendValue, encodePairs } from './query.ts';
import type { Pairs } from './query.ts';

/** An argument that travels in the body. */
export interface BodyArgument {
  readonly name: string;
  readonly in: 'body' | 'whole-body' | 'file';
  readonly wire: string;
  readonly value: unknown;
  readonly schema: JsonSchema;
}

export interface Body {
  readonly content: Uint8Array | string;
  readonly contentType: string;
}

/** Writes the body of a request; undefined when no argument travels in it. */
export function buildBody(kind: BodyKind, given: readonly BodyArgument[]): Body | undefined {
  if (given.length === 0) return undefined;
  switch (kind) {
    case 'json':
      return { content: jsonText(given), contentType: 'application/json' };
    case 'form':
      return {
        content: encodePairs(formPairs(given)),
        contentType: 'application/x-www-form-urlencoded',
      };
    case 'multipart':
      return multipart(given);
    case 'binary':
      return binary(given);
    case 'xml':
      throw new RelayError('internal', 'An XML body is written by its schema.');
  }
}

function jsonText(given: readonly BodyArgument[]): string {
  const whole = given.find((argument) => argument.in === 'whole-body');
  const value =
    whole === undefined
      ? Object.fromEntries(given.map(({ wire, value: one }) => [wire, one]))
      : whole.value;
  const text = JSON.stringify(value);
  // half a surrogate pair, which no JSON reader of Nextcloud takes, is the only thing written so
  if (/(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(text))
    throw new RelayError('invalid_argument', 'An argument holds text that is not valid Unicode.');
  return text;
}

function formPairs(given: readonly BodyArgument[]): Pairs {
  const pairs: Pairs = [];
  for (const { name, wire, value } of given) {
    appendValue(pairs, wire, value, { argument: name, objects: true });
  }
  return pairs;
}

function multipart(given: readonly BodyArgument[]): Body {
  const form = new FormData();
  for (const [name, value] of formPairs(given.filter((argument) => argument.in === 'body'))) {
    form.append(name, value);
  }
  for (const argument of given.filter((candidate) => candidate.in === 'file')) {
    const { value, schema } = argument;
    const one = (schema['items'] as JsonSchema | undefined) ?? schema;
    for (const content of Array.isArray(value) ? (value as unknown[]) : [value]) {
      const file = readFileValue(argument.name, content, one);
      form.append(argument.wire, Buffer.from(file.bytes), {
        filename: file.filename ?? argument.wire.replace('[]', ''),
        contentType: file.mediaType ?? 'application/octet-stream',
      });
    }
  }
  return {
    content: form.getBuffer(),
    contentType: `multipart/form-data; boundary=${form.getBoundary()}`,
  };
}

function binary(given: readonly BodyArgument[]): Body {
  const [whole, ...others] = given;
  if (whole === undefined || others.length > 0) {
    throw new RelayError('internal', 'A binary body takes exactly one argument.');
  }
  const file = readFileValue(whole.name, whole.value, whole.schema);
  const stated = whole.schema['contentMediaType'];
  const contentType =
    file.mediaType ?? (typeof stated === 'string' ? stated : 'application/octet-stream');
  return { content: file.bytes, contentType };
}
