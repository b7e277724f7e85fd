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
  const node = toNodeHandler(handler, { onerror });
  return {
    handler,
    route: (request, response) => void node(request, response, request.body as unknown),
  };
}
