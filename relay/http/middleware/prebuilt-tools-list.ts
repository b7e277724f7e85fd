import { classifyInboundRequest, SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/server';
import type { AuthInfo, McpHttpHandler, McpRequestContext } from '@modelcontextprotocol/server';
import type { Request, RequestHandler, Response } from 'express';
import type { Catalogue, View } from '../../mcp/catalogue.ts';
import type { Session } from '../../mcp/session.ts';
import { splice } from '../splice.ts';
import type { Spliced } from '../splice.ts';

/** Stands for the request id in the stored answer. */
const PLACEHOLDER = '@@request-id@@';
const MODERN = '2026-07-28';
const KEPT = 32;

type Era = 'modern' | 'legacy';

export interface PrebuiltOptions {
  readonly handler: McpHttpHandler;
  readonly catalogue: Catalogue;
  /** As the MCP handler asks for it. */
  readonly session: (context: McpRequestContext) => Promise<Session> | Session;
}

/**
 * Answers `tools/list` with the bytes that the SDK itself wrote for the same caller before; only the id differs.
 * Building hundreds of schemas into JSON for each request is most of what such a request costs. Whatever is unusual
 * about a request goes to the SDK, which knows all the rules.
 */
export function prebuiltToolsList({
  handler,
  catalogue,
  session,
}: PrebuiltOptions): RequestHandler {
  const stored = new Map<string, Spliced>();
  return async (request, response, next) => {
    const era = eraOf(request);
    if (era === undefined) {
      next();
      return;
    }
    const { auth: authInfo } = request as Request & { auth?: AuthInfo };
    const viewOf = async (): Promise<View> =>
      catalogue.view(await session({ era, ...(authInfo === undefined ? {} : { authInfo }) }));
    let view;
    try {
      view = await viewOf();
    } catch {
      // The SDK's way answers with the reason.
      next();
      return;
    }
    const key = `${era} ${view.key}`;
    let bytes = stored.get(key);
    if (bytes === undefined) {
      const written = await writtenBySdk(handler, era, authInfo);
      bytes = splice(written, JSON.stringify(PLACEHOLDER));
      // Somebody may have connected meanwhile: their list must not be kept for others who have not.
      if (bytes === undefined || (await viewOf()) !== view) {
        next();
        return;
      }
      if (stored.size >= KEPT) stored.clear();
      stored.set(key, bytes);
    }
    send(request, response, bytes);
  };
}

/** The era of a plain first-page `tools/list`, undefined for anything else. */
function eraOf(request: Request): Era | undefined {
  const body = request.body as
    { id?: unknown; method?: unknown; params?: { cursor?: unknown } } | undefined;
  if (
    request.method !== 'POST' ||
    body?.method !== 'tools/list' ||
    body.params?.cursor !== undefined
  )
    return undefined;
  if (typeof body.id !== 'string' && typeof body.id !== 'number') return undefined;
  const version = request.get('mcp-protocol-version');
  const method = request.get('mcp-method');
  const outcome = classifyInboundRequest({
    httpMethod: 'POST',
    ...(version === undefined ? {} : { protocolVersionHeader: version }),
    ...(method === undefined ? {} : { mcpMethodHeader: method }),
    body,
  });
  if (outcome.kind === 'modern')
    return version === MODERN && method === 'tools/list' ? 'modern' : undefined;
  if (outcome.kind !== 'legacy') return undefined;
  const accept = request.get('accept') ?? '';
  const acceptsBoth = accept.includes('application/json') && accept.includes('text/event-stream');
  return acceptsBoth && (version === undefined || SUPPORTED_PROTOCOL_VERSIONS.includes(version))
    ? 'legacy'
    : undefined;
}

async function writtenBySdk(
  handler: McpHttpHandler,
  era: Era,
  authInfo: AuthInfo | undefined,
): Promise<string> {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'prebuilt', version: '1' },
  };
  const modern = era === 'modern';
  const answer = await handler.fetch(
    new Request('http://localhost/mcp', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
        ...(modern ? { 'MCP-Protocol-Version': MODERN, 'Mcp-Method': 'tools/list' } : {}),
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: PLACEHOLDER,
        method: 'tools/list',
        params: modern ? { _meta: meta } : {},
      }),
    }),
    authInfo === undefined ? {} : { authInfo },
  );
  const text = await answer.text();
  // The SDK always answers older clients with one server-sent event; its data is the JSON we may send as such.
  return modern ? text : (/^data: (.*)$/m.exec(text)?.[1] ?? '');
}

function send(request: Request, response: Response, bytes: Spliced): void {
  const id = JSON.stringify((request.body as { id: unknown }).id);
  // Not express's `set`, which would add a charset that JSON does not have (RFC 8259 §11).
  response.setHeader('Content-Type', 'application/json');
  response.vary('Accept-Encoding');
  const gzip = request.acceptsEncodings('gzip', 'identity') === 'gzip';
  if (gzip) response.set('Content-Encoding', 'gzip');
  const parts = gzip ? bytes.gzip(id) : bytes.plain(id);
  response.set('Content-Length', String(parts.reduce((sum, part) => sum + part.length, 0)));
  for (const part of parts) response.write(part);
  response.end();
}
