import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import type { McpHttpHandler } from '@modelcontextprotocol/server';
import type { RequestHandler } from 'express';
import type { Logger } from '../../log.ts';
import { createServer } from '../../mcp/server.ts';
import type { ServerDependencies } from '../../mcp/server.ts';

export interface McpEndpoint {
  readonly handler: McpHttpHandler;
  readonly route: RequestHandler;
}

/** `/mcp` for both protocol eras: stateless, one small server per request. The body was parsed before. */
export function mcpEndpoint(dependencies: ServerDependencies, log: Logger): McpEndpoint {
  const onerror = (error: Error): void => {
    // Mostly clients' mistakes (a wrong media type), which have been answered already.
    log.debug('mcp', { error });
  };
  const handler = createMcpHandler((context) => createServer(dependencies, context), {
    // SSE only when there is progress to report; plain JSON is cheaper for everything else.
    responseMode: 'auto',
    keepAliveMs: 15_000,
    onerror,
  });
  return {
    handler,
    route(request, response) {
      const body: unknown = request.body;
      const parsed = body === undefined ? {} : { parsedBody: body };
      const fetch: McpHttpHandler['fetch'] = (web, options) =>
        handler.fetch(web, { ...options, ...parsed });
      const node = toNodeHandler({ fetch }, { onerror });
      void node(request, response, standInFor(body)).then(() => {
        dropArguments(body);
      });
    },
  };
}

/** What the adapter itself needs of a body: the id, for its own errors. It would write all the rest as JSON again. */
function standInFor(body: unknown): unknown {
  if (body === undefined) return undefined;
  return typeof body === 'object' && body !== null && 'id' in body ? { id: body.id } : {};
}

/**
 * Node's finalizer of web requests leads to the body until it has run, several collections after the answer: megabytes
 * that came as arguments would wait for it.
 */
export function dropArguments(body: unknown): void {
  const messages = [body].flat() as ({ params?: { arguments?: unknown } | null } | null)[];
  for (const message of messages) {
    const params = message?.params;
    if (typeof params === 'object' && params !== null) delete params.arguments;
  }
}
