/** What each part of the MCP surface needs; undefined when there is no such part, which the handler will say. */
export interface ScopeIndex {
  tool(name: string): readonly string[] | undefined;
  resource(uri: string): readonly string[] | undefined;
  prompt(name: string): readonly string[] | undefined;
}

/** The meta tool that calls another one by name. */
const CALL_TOOL = 'nc_call_tool';

/**
 * All scopes a parsed JSON-RPC body needs, with those of a tool inside the meta tool and of every call of a batch
 * (legacy clients). Bodies that are no JSON-RPC need none: the handler refuses them.
 */
export function neededScopes(body: unknown, index: ScopeIndex): ReadonlySet<string> {
  const messages: readonly unknown[] = Array.isArray(body) ? body : [body];
  return new Set(messages.flatMap((message) => scopesOf(message, index)));
}

function scopesOf(message: unknown, index: ScopeIndex): readonly string[] {
  const { method, params } = fields(message);
  const { name, uri, notifications } = fields(params);
  switch (method) {
    case 'tools/call':
      return index.tool(calledTool(params)) ?? [];
    case 'prompts/get':
      return index.prompt(String(name)) ?? [];
    case 'resources/read':
    case 'resources/subscribe':
      return index.resource(String(uri)) ?? [];
    case 'subscriptions/listen': {
      const { resourceSubscriptions: uris } = fields(notifications);
      return Array.isArray(uris) ? uris.flatMap((one) => index.resource(String(one)) ?? []) : [];
    }
    default:
      return [];
  }
}

/** The tool that will really run: meta tools may stand inside each other. */
function calledTool(params: unknown): string {
  let { name, arguments: inner } = fields(params);
  while (name === CALL_TOOL) ({ name, arguments: inner } = fields(parsedText(inner)));
  return String(name);
}

/** The argument check takes an object as JSON text too, so the same must be seen here. */
function parsedText(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
