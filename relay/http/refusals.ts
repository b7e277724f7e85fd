import type { Response } from 'express';

/**
 * A refusal before the MCP handler: JSON-RPC, because MCP clients read nothing else, and without an id, because the
 * body was not read. −32000 is JSON-RPC's first code for servers' own use.
 */
export function refuse(response: Response, status: number, message: string, code = -32000): void {
  response.status(status).json({ jsonrpc: '2.0', error: { code, message }, id: null });
}
