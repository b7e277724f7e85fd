import { RelayError } from '../../errors.ts';
import { collectYoungGarbage, LARGE } from '../../garbage.ts';
import type { XmlName } from './xml-schema.ts';

/** An element as xml2js gives it with `xmlns`: namespace resolved, prefixes irrelevant. */
export interface XmlElement {
  readonly namespace: string;
  readonly name: string;
  readonly attributes: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly value: string;
  }[];
  readonly text: string;
  readonly children: readonly XmlElement[];
}

interface RawNode {
  readonly $ns?: { readonly uri: string; readonly local: string };
  readonly $?: Readonly<
    Record<string, { readonly uri: string; readonly local: string; readonly value: string }>
  >;
  readonly _?: string;
  readonly [key: string]: unknown;
}

const XMLNS = 'http://www.w3.org/2000/xmlns/';
/** xml2js needs quadratic time for attributes; no DAV answer has a start tag this long. */
const OVERLONG_TAG = /<[^<>]{65536}/;

/**
 * Reads an answer's XML. A document type declaration is refused outright (no entity bombs, no external entities), so
 * is anything that is not one well-formed document.
 */
export async function parseXml(text: string): Promise<XmlElement> {
  // the tree of a long listing is many times its size
  if (text.length >= LARGE) collectYoungGarbage();
  if (/<!DOCTYPE/i.test(text) || OVERLONG_TAG.test(text)) throw unreadable();
  // loaded with the first answer in XML: much is done without
  const { Parser } = await import('xml2js');
  const parser = new Parser({ xmlns: true, explicitRoot: false });
  let root: unknown;
  try {
    root = await parser.parseStringPromise(text);
  } catch (cause) {
    throw unreadable(cause);
  }
  if (!isNode(root)) throw unreadable();
  return element(root);
}

function unreadable(cause?: unknown): RelayError {
  return new RelayError('upstream_error', 'Nextcloud answered with XML that cannot be read', {
    cause,
  });
}

function isNode(value: unknown): value is RawNode {
  return value !== null && typeof value === 'object' && '$ns' in value;
}

function element(node: RawNode): XmlElement {
  const children: XmlElement[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (key === '$' || key === '_' || key === '$ns' || !Array.isArray(value)) continue;
    for (const child of value as unknown[]) if (isNode(child)) children.push(element(child));
  }
  return {
    namespace: node.$ns?.uri ?? '',
    name: node.$ns?.local ?? '',
    attributes: Object.values(node.$ ?? {})
      .filter(({ uri }) => uri !== XMLNS)
      .map(({ uri, local, value }) => ({ namespace: uri, name: local, value })),
    text: node._ ?? '',
    children,
  };
}

export function isNamed(element: XmlElement, { name, namespace }: XmlName): boolean {
  return element.name === name && element.namespace === namespace;
}

export function childrenNamed(element: XmlElement, name: XmlName): readonly XmlElement[] {
  return element.children.filter((child) => isNamed(child, name));
}

export function childNamed(element: XmlElement, name: XmlName): XmlElement | undefined {
  return element.children.find((child) => isNamed(child, name));
}
