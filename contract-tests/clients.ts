import {
  Client as ModernClient,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';

/** Both generations of the official client: 2.x speaks 2026-07-28, 1.x ends at 2025-11-25. */
export const CLIENT_GENERATIONS = ['2.x', '1.x'] as const;
export type ClientGeneration = (typeof CLIENT_GENERATIONS)[number];

export interface CallOutcome {
  readonly isError: boolean;
  readonly text: string;
  readonly structured: unknown;
}

export interface ResourceContent {
  readonly mimeType: string | undefined;
  readonly text?: string;
  readonly blob?: string;
}

/** What scenarios need of a client, whichever generation it is. */
export interface ConnectedClient {
  callTool(name: string, args: Record<string, unknown>): Promise<CallOutcome>;
  readResource(uri: string): Promise<ResourceContent>;
  close(): Promise<void>;
}

const INFO = { name: 'contract-tests', version: '1.0.0' };
const PATIENCE = { timeout: 120_000 };

export async function connectClient(
  generation: ClientGeneration,
  gatewayUrl: string,
): Promise<ConnectedClient> {
  const endpoint = new URL('/mcp', gatewayUrl);
  return generation === '2.x' ? connectModern(endpoint) : connectOld(endpoint);
}

async function connectModern(endpoint: URL): Promise<ConnectedClient> {
  const client = new ModernClient(INFO, { versionNegotiation: { mode: 'auto' } });
  await client.connect(new StreamableHTTPClientTransport(endpoint));
  return {
    callTool: async (name, args) =>
      outcome(await client.callTool({ name, arguments: args }, PATIENCE)),
    readResource: async (uri) => content(uri, (await client.readResource({ uri })).contents),
    close: () => client.close(),
  };
}

async function connectOld(endpoint: URL): Promise<ConnectedClient> {
  const client = new OldClient(INFO);
  await client.connect(new OldTransport(endpoint));
  return {
    callTool: async (name, args) =>
      outcome(
        CallToolResultSchema.parse(
          await client.callTool({ name, arguments: args }, CallToolResultSchema, PATIENCE),
        ),
      ),
    readResource: async (uri) => content(uri, (await client.readResource({ uri })).contents),
    close: () => client.close(),
  };
}

interface ResultLike {
  readonly isError?: boolean | undefined;
  readonly content: readonly { readonly type: string; readonly text?: unknown }[];
  readonly structuredContent?: unknown;
}

function outcome(result: ResultLike): CallOutcome {
  const [first] = result.content;
  return {
    isError: result.isError === true,
    text: typeof first?.text === 'string' ? first.text : '',
    structured: result.structuredContent,
  };
}

interface ContentLike {
  readonly mimeType?: string | undefined;
  readonly text?: unknown;
  readonly blob?: unknown;
}

function content(uri: string, contents: readonly ContentLike[]): ResourceContent {
  const [first] = contents;
  if (first === undefined) throw new Error(`${uri} has no content`);
  return {
    mimeType: first.mimeType,
    ...(typeof first.text === 'string' ? { text: first.text } : {}),
    ...(typeof first.blob === 'string' ? { blob: first.blob } : {}),
  };
}
