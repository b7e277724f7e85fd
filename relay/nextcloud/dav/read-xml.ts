import { RelayError } from '../../errors.ts';
import { childNamed, childrenNamed, isNamed } from './parse-xml.ts';
import type { XmlElement } from './parse-xml.ts';
import { isAttribute, isText, xmlName } from './xml-schema.ts';
import type { XmlSchema } from './xml-schema.ts';

/** A row of a 207: the schema's properties, and what the server could not give. */
export interface DavRow {
  readonly [property: string]: unknown;
  /** Status of the whole row, when it is not about properties (RFC 4918 section 14.24). */
  readonly $status?: number;
  /** Property → status, for refusals other than "not there". */
  readonly $errors?: Readonly<Record<string, number>>;
}

const DAV = 'DAV:';
const dav = (name: string) => ({ name, namespace: DAV });

/** Rows of a multistatus answer, read by the row schema. `davRoot` is the path of the DAV endpoint. */
export function readMultistatus(root: XmlElement, row: XmlSchema, davRoot: string): DavRow[] {
  if (!isNamed(root, dav('multistatus'))) {
    throw new RelayError('upstream_error', 'Nextcloud did not answer with a multistatus');
  }
  return childrenNamed(root, dav('response')).map((response) => readRow(response, row, davRoot));
}

function readRow(response: XmlElement, schema: XmlSchema, davRoot: string): DavRow {
  const row: Record<string, unknown> = {};
  const errors: Record<string, number> = {};
  for (const propstat of childrenNamed(response, dav('propstat'))) {
    const status = statusOf(propstat);
    const prop = childNamed(propstat, dav('prop'));
    if (prop === undefined) continue;
    if (status >= 200 && status < 300) Object.assign(row, readProperties(prop, schema));
    else if (status !== 404) for (const { name } of prop.children) errors[name] = status;
  }
  for (const [property, part] of Object.entries(schema.properties ?? {})) {
    if (part['x-dav'] === 'href') row[property] = hrefPath(response, davRoot);
  }
  const own = childNamed(response, dav('status'));
  return {
    ...row,
    ...(own === undefined ? {} : { $status: statusOf(response) }),
    ...(Object.keys(errors).length > 0 ? { $errors: errors } : {}),
  };
}

function statusOf(element: XmlElement): number {
  const text = childNamed(element, dav('status'))?.text ?? '';
  return Number(/\b(\d{3})\b/.exec(text)?.[1] ?? 0);
}

function hrefPath(response: XmlElement, davRoot: string): string {
  const href = childNamed(response, dav('href'))?.text.trim() ?? '';
  const path = href.replace(/^https?:\/\/[^/]+/, '');
  return decodePath(path.startsWith(davRoot) ? path.slice(davRoot.length) : path);
}

/** Decodes each segment; one that is not valid percent-encoding stays as it is. */
function decodePath(path: string): string {
  return path
    .split('/')
    .map((segment) => {
      try {
        return decodeURIComponent(segment);
      } catch {
        return segment;
      }
    })
    .join('/');
}

/** The properties of an element, read by a schema with XML Objects. Absent elements give absent properties. */
export function readProperties(element: XmlElement, schema: XmlSchema): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [property, part] of Object.entries(schema.properties ?? {})) {
    if (part['x-dav'] === 'href') continue;
    const value = readProperty(element, property, part);
    if (value !== undefined) found[property] = value;
  }
  return found;
}

function readProperty(element: XmlElement, property: string, schema: XmlSchema): unknown {
  const name = xmlName(property, schema);
  if (isAttribute(schema)) {
    const attribute = element.attributes.find(
      (one) => one.name === name.name && one.namespace === name.namespace,
    );
    return attribute === undefined ? undefined : scalar(attribute.value, schema);
  }
  if (isText(schema)) return scalar(element.text, schema);
  if (
    schema.type === 'array' &&
    schema['x-dav'] !== 'names' &&
    schema.xml?.nodeType !== 'element'
  ) {
    const item = schema.items ?? {};
    const items = childrenNamed(element, xmlName(property, item));
    return items.length === 0 ? undefined : items.map((child) => readElement(child, item));
  }
  const child = childNamed(element, name);
  if (schema['x-dav'] === 'present') return child !== undefined ? true : undefined;
  return child === undefined ? undefined : readElement(child, schema, property);
}

function readElement(element: XmlElement, schema: XmlSchema, property = ''): unknown {
  if (schema['x-dav'] === 'names') return element.children.map(({ name }) => name);
  if (schema.type === 'array') {
    const item = schema.items ?? {};
    return childrenNamed(element, xmlName(property, item)).map((child) => readElement(child, item));
  }
  if (schema.properties !== undefined) {
    const value = readProperties(element, schema);
    return schema['x-dav'] === 'value' ? Object.values(value)[0] : value;
  }
  return scalar(element.text, schema);
}

function scalar(text: string, schema: XmlSchema): unknown {
  if (schema.contentMediaType === 'application/json') return jsonOrText(text);
  if (schema.format === 'http-date') return isoDate(text);
  switch (schema.type) {
    case 'integer':
    case 'number': {
      const value = Number(text.trim());
      return text.trim() === '' || !Number.isFinite(value) ? undefined : exact(value, text);
    }
    case 'boolean':
      return ['1', 'true', 'yes'].includes(text.trim().toLowerCase());
    default:
      return text;
  }
}

/** Ids beyond 2^53 stay text. */
function exact(value: number, text: string): number | string {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? text.trim() : value;
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text === '' ? undefined : text;
  }
}

/** RFC 9110 section 5.6.7 date → ISO 8601. */
function isoDate(text: string): string | undefined {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString().replace('.000Z', 'Z');
}
