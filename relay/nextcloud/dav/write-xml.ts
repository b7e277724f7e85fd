import { RelayError } from '../../errors.ts';
import { isAttribute, isText, xmlName } from './xml-schema.ts';
import type { XmlName, XmlSchema } from './xml-schema.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** Turns a DAV path given as argument `name` into what stands in an href. Throws RelayError for a bad path. */
export type EncodeHref = (name: string, path: string) => string;

interface Writing {
  readonly args: Arguments;
  readonly namespaces: Namespaces;
  readonly encodeHref: EncodeHref;
}

/** Collects namespace prefixes while a document is written; they are declared on the root element. */
class Namespaces {
  readonly #prefixes = new Map<string, string>();

  tag({ name, namespace }: XmlName): string {
    if (namespace === '') return name;
    let prefix = this.#prefixes.get(namespace);
    if (prefix === undefined) {
      prefix = `n${this.#prefixes.size}`;
      this.#prefixes.set(namespace, prefix);
    }
    return `${prefix}:${name}`;
  }

  declarations(): string {
    return [...this.#prefixes]
      .map(([uri, prefix]) => ` xmlns:${prefix}="${escapeXml(uri)}"`)
      .join('');
  }
}

/**
 * Writes a request body from its schema. Arguments are the leaves by property name; a branch none of whose arguments
 * is given disappears, unless its parent requires it.
 */
export function writeXml(
  schema: XmlSchema,
  args: Arguments,
  encodeHref: EncodeHref = (_name, path) => path,
): string {
  const namespaces = new Namespaces();
  const root = xmlName('', schema);
  const content = children(schema, { args, namespaces, encodeHref });
  const tag = namespaces.tag(root);
  return `<?xml version="1.0" encoding="utf-8"?><${tag}${namespaces.declarations()}${content.attributes}>${content.inner}</${tag}>`;
}

interface Content {
  readonly attributes: string;
  readonly inner: string;
  /** Something in here came from an argument. */
  readonly filled: boolean;
}

function children(schema: XmlSchema, writing: Writing): Content {
  const { namespaces } = writing;
  let attributes = '';
  let inner = (schema['x-dav-select'] ?? []).map((name) => `<${namespaces.tag(name)}/>`).join('');
  let filled = false;
  for (const [property, part] of Object.entries(schema.properties ?? {})) {
    const written =
      isAttribute(part) || isText(part) ? undefined : element(property, part, schema, writing);
    if (written !== undefined) {
      inner += written.inner;
      filled ||= written.filled;
      continue;
    }
    if (!isAttribute(part) && !isText(part)) continue;
    const value = leafValue(property, part, writing);
    if (value.text === undefined) continue;
    filled ||= value.given;
    if (isText(part)) inner += escapeXml(value.text);
    else attributes += ` ${namespaces.tag(xmlName(property, part))}="${escapeXml(value.text)}"`;
  }
  return { attributes, inner, filled };
}

function element(
  property: string,
  schema: XmlSchema,
  parent: XmlSchema,
  writing: Writing,
): Content | undefined {
  const { args, namespaces } = writing;
  const required = parent.required?.includes(property) ?? false;
  if (schema.type === 'array') return list(property, schema, writing);
  if (schema['x-dav'] === 'present') {
    const on = args[property] === true || schema.const === true;
    return on
      ? empty(namespaces.tag(xmlName(property, schema)), args[property] === true)
      : undefined;
  }
  if (schema.properties !== undefined || schema['x-dav-select'] !== undefined) {
    // inside a list an item's own objects hold their leaves
    const own = args[property];
    const content = children(schema, isRecord(own) ? { ...writing, args: own } : writing);
    if (!content.filled && !required) return undefined;
    return { ...wrap(namespaces.tag(xmlName(property, schema)), content), filled: content.filled };
  }
  const value = leafValue(property, schema, writing);
  if (value.text === undefined) return undefined;
  const content = { attributes: '', inner: escapeXml(value.text), filled: value.given };
  return { ...wrap(namespaces.tag(xmlName(property, schema)), content), filled: value.given };
}

/** An array is one element per item; with `nodeType: element` the items stand inside an element of its own. */
function list(property: string, schema: XmlSchema, writing: Writing): Content | undefined {
  const { namespaces } = writing;
  const values = writing.args[property];
  const item = schema.items;
  if (!Array.isArray(values) || item === undefined) return undefined;
  const inner = values
    .map((value: unknown) => {
      const own = isRecord(value)
        ? value
        : { [Object.keys(item.properties ?? {})[0] ?? property]: value };
      const content =
        item.properties === undefined
          ? {
              attributes: '',
              inner: escapeXml(asText(property, value, item, writing)),
              filled: true,
            }
          : children(item, { ...writing, args: own });
      return wrap(namespaces.tag(xmlName(property, item)), content).inner;
    })
    .join('');
  if (schema.xml?.nodeType !== 'element') return { attributes: '', inner, filled: true };
  return {
    ...wrap(namespaces.tag(xmlName(property, schema)), { attributes: '', inner, filled: true }),
    filled: true,
  };
}

function leafValue(
  property: string,
  schema: XmlSchema,
  writing: Writing,
): { readonly text: string | undefined; readonly given: boolean } {
  const text = (value: unknown): string => asText(property, value, schema, writing);
  if (schema.const !== undefined) return { text: text(schema.const), given: false };
  const value = writing.args[property];
  if (value !== undefined) return { text: text(value), given: true };
  return { text: schema.default === undefined ? undefined : text(schema.default), given: false };
}

function asText(
  property: string,
  value: unknown,
  schema: XmlSchema,
  { encodeHref }: Writing,
): string {
  if (schema['x-dav'] === 'href' && typeof value === 'string') return encodeHref(property, value);
  if (schema.contentMediaType === 'application/json') return JSON.stringify(value);
  if (schema.format === 'ical-utc') return icalUtc(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new RelayError('invalid_argument', 'A DAV property takes a text, a number or a boolean');
}

/** `2026-11-01T00:00:00Z` → `20261101T000000Z` (RFC 5545 section 3.3.5, form 2). */
function icalUtc(value: unknown): string {
  const time = new Date(typeof value === 'string' ? value : Number.NaN);
  if (Number.isNaN(time.getTime())) {
    throw new RelayError('invalid_argument', `Not a date and time: ${String(value)}`);
  }
  return time.toISOString().replace(/[-:]|\.\d{3}/g, '');
}

function wrap(tag: string, content: Content): Content {
  const inner =
    content.inner === ''
      ? `<${tag}${content.attributes}/>`
      : `<${tag}${content.attributes}>${content.inner}</${tag}>`;
  return { attributes: '', inner, filled: content.filled };
}

function empty(tag: string, filled: boolean): Content {
  return { attributes: '', inner: `<${tag}/>`, filled };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** Escapes for text and attributes alike. Characters that XML 1.0 cannot carry are refused, not dropped. */
function escapeXml(text: string): string {
  // the characters outside XML 1.0 section 2.2
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text) || !text.isWellFormed()) {
    throw new RelayError(
      'invalid_argument',
      'The text contains a control character that DAV cannot carry',
    );
  }
  return text.replace(/[&<>"\r\n\t]/g, (character) => ENTITIES[character] ?? character);
}

function isRecord(value: unknown): value is Arguments {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
