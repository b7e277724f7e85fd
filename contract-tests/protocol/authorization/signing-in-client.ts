import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
  UnauthorizedError as ModernUnauthorized,
} from '@modelcontextprotocol/client';
import { UnauthorizedError as OldUnauthorized } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { ClientGeneration } from '../../clients.ts';
import { RememberedSignIn } from './remembered-sign-in.ts';
import type { Introduction } from './remembered-sign-in.ts';

/** What a person does on the page that asks whether a client may. */
export interface Choice {
  /** Scopes not granted. */
  readonly without?: readonly string[];
}

/**
 * Drives the browser from an authorization URL through sign-in and consent, and gives the address it is sent back to,
 * the request's `redirect_uri` with code or error.
 */
export type AtTheBrowser = (authorizationUrl: URL, choice: Choice) => Promise<URL>;

export interface SigningIn extends Introduction {
  readonly generation: ClientGeneration;
  /** Root URL of the gateway. */
  readonly gatewayUrl: string;
  /** Of the client. */
  readonly redirectUri: string;
  readonly atTheBrowser: AtTheBrowser;
  /** For each time the person is asked; the last one holds for all further ones. */
  readonly choices?: readonly Choice[];
  readonly fetch?: typeof fetch;
}

export interface SigningInClient {
  readonly memory: RememberedSignIn;
  /** Signs in when it is asked to, again for more scopes, and calls. Three times at most. */
  callTool(name: string, args: Record<string, unknown>): Promise<{ isError?: boolean }>;
  close(): Promise<void>;
}

/** One transport of either generation, with the client on it. */
interface Connection {
  connect(): Promise<void>;
  finish(callback: URL): Promise<void>;
  callTool(name: string, args: Record<string, unknown>): Promise<{ isError?: boolean }>;
  close(): Promise<void>;
}

const INFO = { name: 'conformance', version: '1.0.0' };
const MOST_SIGN_INS = 3;

/** An MCP client that connects with its SDK's own OAuth code. */
export async function signingInClient(signingIn: SigningIn): Promise<SigningInClient> {
  const memory = new RememberedSignIn(signingIn.redirectUri, signingIn);
  const open = (): Connection =>
    signingIn.generation === '2.x' ? modern(signingIn, memory) : old(signingIn, memory);
  let connection = open();
  const whenAsked = async <T>(act: () => Promise<T>, again: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      if (!isUnauthorized(error) || memory.sentTo.length > MOST_SIGN_INS) throw error;
      const choices = signingIn.choices ?? [{}];
      const choice = choices[memory.sentTo.length - 1] ?? choices.at(-1) ?? {};
      const callback = await signingIn.atTheBrowser(memory.question, choice);
      memory.checkState(callback);
      await connection.finish(callback);
      return whenAsked(again, again);
    }
  };
  await whenAsked(
    () => connection.connect(),
    () => {
      connection = open();
      return connection.connect();
    },
  );
  return {
    memory,
    callTool(name, args) {
      const call = () => connection.callTool(name, args);
      return whenAsked(call, call);
    },
    close: () => connection.close(),
  };
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof ModernUnauthorized || error instanceof OldUnauthorized;
}

function modern(
  { gatewayUrl, fetch = globalThis.fetch }: SigningIn,
  memory: RememberedSignIn,
): Connection {
  const client = new ModernClient(INFO, { versionNegotiation: { mode: 'auto' } });
  const transport = new ModernTransport(new URL('/mcp', gatewayUrl), {
    authProvider: memory,
    fetch,
  });
  return {
    connect: () => client.connect(transport),
    finish: (callback) => transport.finishAuth(callback.searchParams),
    callTool: (name, args) =>
      client.callTool({ name, arguments: args }) as Promise<{ isError?: boolean }>,
    close: () => client.close(),
  };
}

function old(
  { gatewayUrl, fetch = globalThis.fetch }: SigningIn,
  memory: RememberedSignIn,
): Connection {
  const client = new OldClient(INFO);
  const transport = new OldTransport(new URL('/mcp', gatewayUrl), {
    authProvider: memory,
    fetch,
  });
  return {
    connect: () => client.connect(transport),
    finish: (callback) => transport.finishAuth(callback.searchParams.get('code') ?? ''),
    callTool: (name, args) =>
      client.callTool({ name, arguments: args }) as Promise<{ isError?: boolean }>,
    close: () => client.close(),
  };
}
