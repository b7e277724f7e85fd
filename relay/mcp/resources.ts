import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import type {
  ListResourcesResult,
  ListResourceTemplatesResult,
  ReadResourceResult,
} from '@modelcontextprotocol/server';
import { RelayError } from '../errors.ts';
import { isBinary, isText } from './binary-answer.ts';
import type { View } from './catalogue.ts';
import { RESOURCES } from './resource-entries.ts';
import type { ResourceEntry, Variables } from './resource-entries.ts';
import { missingScopes } from './select.ts';
import type { Session } from './session.ts';

const CAPABILITIES = {
  uri: 'nc://capabilities',
  name: 'nextcloud_capabilities',
  title: 'Nextcloud capabilities',
  description: 'Version of the server and what its apps can do for this user',
  mimeType: 'application/json',
};

const isTemplate = (entry: ResourceEntry): boolean => entry.uri.includes('{');

export function listResources(entries: readonly ResourceEntry[], view: View): ListResourcesResult {
  const fixed = entries.filter((entry) => !isTemplate(entry) && isThere(entry, view));
  return {
    resources: [CAPABILITIES, ...fixed.map((entry) => ({ uri: entry.uri, ...shown(entry) }))],
  };
}

export function listTemplates(
  entries: readonly ResourceEntry[],
  view: View,
): ListResourceTemplatesResult {
  const templates = entries.filter((entry) => isTemplate(entry) && isThere(entry, view));
  return {
    resourceTemplates: templates.map((entry) => ({ uriTemplate: entry.uri, ...shown(entry) })),
  };
}

/** Reads one resource with the caller's scopes. Unknown or missing ones answer MCP's "resource not found". */
export async function readResource(
  entries: readonly ResourceEntry[],
  uri: string,
  session: Session,
  view: View,
  signal: AbortSignal,
): Promise<ReadResourceResult> {
  if (uri === CAPABILITIES.uri) return jsonContents(uri, await session.nextcloud.capabilities());
  const found = match(uri, entries);
  if (found === undefined) throw notFound(uri, `There is no resource ${uri}`);
  const { entry, variables } = found;
  refuse(entry, view);
  if (entry.read !== undefined) {
    const read = entry.read(variables, { nextcloud: session.nextcloud, signal });
    const text = await fetched(
      uri,
      read.then((data) => ({ data })),
    );
    if (typeof text !== 'string') return fileContents(uri, text.bytes, text.mediaType);
    return { contents: [{ uri, mimeType: entry.mimeType ?? 'text/plain', text }] };
  }
  const args = entry.args?.(variables) ?? {};
  const data = await fetched(
    uri,
    session.nextcloud.executeByKey(entry.operation, args, { signal }),
  );
  if (isBinary(data)) return fileContents(uri, data.bytes, data.mediaType);
  return jsonContents(
    uri,
    entry.part === undefined ? data : entry.part(data as Record<string, unknown>),
  );
}

function refuse(entry: ResourceEntry, view: View): void {
  const missing = missingScopes([entry.scope], view.scopes);
  if (missing.length > 0) {
    throw new RelayError(
      'insufficient_scope',
      `Reading this needs the scope ${missing.join(' ')}.`,
    );
  }
  if (view.notConnected !== undefined) throw view.notConnected;
  if (view.presentApps?.has(entry.app) === true) return;
  throw new RelayError('app_missing', `The app ${entry.app} is not there for this user.`);
}

async function fetched<T>(uri: string, reply: Promise<{ readonly data: T }>): Promise<T> {
  try {
    return (await reply).data;
  } catch (thrown) {
    if (thrown instanceof RelayError && thrown.code === 'not_found')
      throw notFound(uri, thrown.message);
    throw thrown;
  }
}

function isThere(entry: ResourceEntry, view: View): boolean {
  // Before the connection nobody knows the apps; what the scopes allow is shown.
  const there = view.presentApps === undefined || view.presentApps.has(entry.app);
  return there && missingScopes([entry.scope], view.scopes).length === 0;
}

function shown(entry: ResourceEntry): {
  name: string;
  title: string;
  description: string;
  mimeType?: string;
} {
  const { name, title, description, mimeType } = entry;
  return { name, title, description, ...(mimeType === undefined ? {} : { mimeType }) };
}

/** The entry a URI belongs to. Ids must be numbers and names whole segments; anything else is no resource. */
export function match(
  uri: string,
  entries: readonly ResourceEntry[] = RESOURCES,
): { entry: ResourceEntry; variables: Variables } | undefined {
  for (const entry of entries) {
    const values = patternOf(entry.uri).exec(uri)?.groups ?? (entry.uri === uri ? {} : undefined);
    if (values === undefined) continue;
    const variables = decoded(values);
    if (variables !== undefined) return { entry, variables };
  }
  return undefined;
}

function patternOf(template: string): RegExp {
  const escaped = template.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
  const paths = escaped.replaceAll(/\{\\\+(\w+)\}/g, '(?<$1>.+)');
  return new RegExp(`^${paths.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}

function decoded(values: Readonly<Record<string, string>>): Variables | undefined {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    // only `{+name}` matches a slash; an encoded one is part of no name
    const segments = value.split('/').map(decodeSegment);
    const fits = name.endsWith('_id')
      ? /^\d{1,15}$/.test(segments.join('/'))
      : segments.every((segment) => /^(?!\.{1,2}$)[^/\\\0]+$/.test(segment));
    if (!fits) return undefined;
    variables[name] = segments.join('/');
  }
  return variables;
}

function decodeSegment(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return '';
  }
}

function jsonContents(uri: string, data: unknown): ReadResourceResult {
  return {
    contents: [{ uri, mimeType: 'application/json', text: JSON.stringify(data ?? {}, null, 2) }],
  };
}

function fileContents(uri: string, bytes: Uint8Array, mediaType: string): ReadResourceResult {
  const mimeType = mediaType.split(';')[0]?.trim() ?? 'application/octet-stream';
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isText(mimeType)) return { contents: [{ uri, mimeType, text: buffer.toString('utf8') }] };
  return { contents: [{ uri, mimeType, blob: buffer.toString('base64') }] };
}

function notFound(uri: string, message: string): ProtocolError {
  return new ProtocolError(ProtocolErrorCode.InvalidParams, message, { uri });
}
