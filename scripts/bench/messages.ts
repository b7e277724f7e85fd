/** A request as clients of the newer protocol send it. */
export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const VERSION = '2026-07-28';
const TOOL = 'nc_notes_get_note';

export const LIST_TOOLS = message('tools/list', {});
export const CALL_TOOL = message('tools/call', { name: TOOL, arguments: { note_id: 1 } }, TOOL);

export function withToken({ headers, body }: Message, token: string): Message {
  return { headers: { ...headers, authorization: `Bearer ${token}` }, body };
}

function message(method: string, params: object, name?: string): Message {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': VERSION,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return {
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': VERSION,
      'mcp-method': method,
      ...(name === undefined ? {} : { 'mcp-name': name }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }),
  };
}
