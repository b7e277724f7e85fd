import {
  Client as ModernClient,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import type {
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import { UnauthorizedError as OldUnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type {
  OAuthClientInformationMixed,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { ClientStore } from './client-store.ts';
import type { StoredTokens } from './client-store.ts';
import { openCallback } from './callback.ts';
import type { Callback } from './callback.ts';

/** Both generations of the official client; 2.x speaks both protocol eras. */
export const CLIENT_KINDS = ['2.x, 2026-07-28', '2.x, 2025-11-25', '1.x, 2025-11-25'] as const;
export type ClientKind = (typeof CLIENT_KINDS)[number];

export interface ToolOutcome {
  readonly isError: boolean;
  readonly text: string;
  readonly structured: unknown;
}

/** The person is needed: what they have to open in their browser. */
export class PersonNeeded extends Error {
  readonly url: URL;
  constructor(url: URL) {
    super(`the person has to open ${url.href}`);
    this.url = url;
  }
}

/** The browser came back with an error instead of a code. */
export class AuthorizationRefused extends Error {
  readonly answer: URLSearchParams;
  constructor(answer: URLSearchParams) {
    super(`${answer.get('error') ?? ''}: ${answer.get('error_description') ?? ''}`);
    this.answer = answer;
  }
}

/**
 * An application with an official SDK inside: connects, and where the SDK wants a person says so by `PersonNeeded`. The
 * OAuth work (discovery, registration, PKCE, tokens, refresh, step-up) is the SDK's own.
 */
export interface McpClient {
  readonly kind: ClientKind;
  readonly callback: Callback;
  /** @throws PersonNeeded */
  connect(): Promise<void>;
  /** Takes what the browser brought to the callback, and connects. @throws AuthorizationRefused */
  finish(answer?: URLSearchParams): Promise<void>;
  /** @throws PersonNeeded */
  callTool(name: string, args?: Record<string, unknown>): Promise<ToolOutcome>;
  toolNames(): Promise<string[]>;
  tokens(): StoredTokens | undefined;
  /** The access token is over, as after some minutes: the server will not know it. */
  loseAccessToken(): void;
  /** Gives up the refresh token at the server's revocation endpoint (RFC 7009). Status of the answer. */
  revoke(): Promise<number>;
  /** Another process of this client, with the same registration, spends a refresh token. */
  refreshBeside(token: string): Promise<{ readonly status: number; readonly token: string }>;
  /** What the SDK called invalid so far: `tokens`, `client`, … */
  invalidated(): readonly string[];
  close(): Promise<void>;
}

export interface McpClientOptions {
  /** Root of the gateway. */
  readonly gatewayUrl: string;
  /** As it registers itself. */
  readonly name?: string;
  readonly fetch?: typeof fetch;
}

interface Connection {
  callTool(name: string, args: Record<string, unknown>): Promise<ResultLike>;
  listTools(): Promise<{ tools: readonly { name: string }[] }>;
  close(): Promise<void>;
}

interface Dialect {
  readonly store: Pick<
    ClientStore<unknown, StoredTokens>,
    'authorizationUrl' | 'expectedState' | 'tokens' | 'clientInformation' | 'invalidated'
  > & { saveTokens(tokens: StoredTokens): void };
  open(): Promise<Connection>;
  finishAuth(answer: URLSearchParams): Promise<void>;
}

export async function mcpClient(kind: ClientKind, options: McpClientOptions): Promise<McpClient> {
  const callback = await openCallback();
  const { name = 'Test assistant' } = options;
  const dialect = kind.startsWith('1.x')
    ? oldDialect(options, name, callback.url)
    : modernDialect(kind, options, name, callback.url);
  const { store } = dialect;
  let connection: Connection | undefined;

  async function orPerson<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const url = store.authorizationUrl;
      store.authorizationUrl = undefined;
      const wanted = error instanceof UnauthorizedError || error instanceof OldUnauthorizedError;
      if (wanted && url !== undefined) throw new PersonNeeded(url);
      throw error;
    }
  }

  function connected(): Connection {
    if (connection === undefined) throw new Error('not connected');
    return connection;
  }

  function post(path: string, form: Readonly<Record<string, string>>): Promise<Response> {
    const { client_id: id = '' } = (store.clientInformation() ?? {}) as { client_id?: string };
    const body = new URLSearchParams({ ...form, client_id: id });
    return fetch(new URL(path, options.gatewayUrl), { method: 'POST', body });
  }

  const client: McpClient = {
    kind,
    callback,
    async connect() {
      await connection?.close();
      connection = undefined;
      connection = await orPerson(() => dialect.open());
    },
    async finish(answer) {
      const brought = answer ?? (await callback.next());
      if (brought.get('state') !== store.expectedState) throw new Error('a foreign state');
      if (brought.has('error')) throw new AuthorizationRefused(brought);
      await dialect.finishAuth(brought);
      await client.connect();
    },
    callTool: (tool, args = {}) =>
      orPerson(async () => outcome(await connected().callTool(tool, args))),
    toolNames: () =>
      orPerson(async () => (await connected().listTools()).tools.map((tool) => tool.name)),
    tokens: () => store.tokens(),
    loseAccessToken() {
      const tokens = store.tokens();
      if (tokens === undefined) throw new Error('there is none');
      store.saveTokens({ ...tokens, access_token: 'over' });
    },
    async revoke() {
      const token = store.tokens()?.refresh_token ?? '';
      return (await post('/oauth/revoke', { token })).status;
    },
    async refreshBeside(refreshToken) {
      const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
      const answer = await post('/oauth/token', form);
      const { refresh_token: token = '' } = (await answer.json()) as { refresh_token?: string };
      return { status: answer.status, token };
    },
    invalidated: () => store.invalidated,
    async close() {
      await connection?.close();
      await callback.close();
    },
  };
  return client;
}

function modernDialect(
  kind: ClientKind,
  { gatewayUrl, fetch: fetchFn }: McpClientOptions,
  name: string,
  redirectUrl: string,
): Dialect {
  const store = new ClientStore<
    StoredOAuthClientInformation,
    StoredOAuthTokens,
    OAuthDiscoveryState
  >(name, redirectUrl);
  const newTransport = (): StreamableHTTPClientTransport =>
    new StreamableHTTPClientTransport(new URL('/mcp', gatewayUrl), {
      authProvider: store,
      ...(fetchFn === undefined ? {} : { fetch: fetchFn }),
    });
  let transport = newTransport();
  const mode = kind.endsWith('2026-07-28') ? { mode: 'auto' as const } : undefined;
  return {
    store,
    async open() {
      const client = new ModernClient(
        { name, version: '1.0.0' },
        mode === undefined ? {} : { versionNegotiation: mode },
      );
      transport = newTransport();
      await client.connect(transport);
      return {
        callTool: (tool, args) => client.callTool({ name: tool, arguments: args }),
        listTools: () => client.listTools(),
        close: () => client.close(),
      };
    },
    finishAuth: (answer) => transport.finishAuth(answer),
  };
}

function oldDialect(
  { gatewayUrl, fetch: fetchFn }: McpClientOptions,
  name: string,
  redirectUrl: string,
): Dialect {
  const store = new ClientStore<OAuthClientInformationMixed, OAuthTokens>(name, redirectUrl);
  const newTransport = (): OldTransport =>
    new OldTransport(new URL('/mcp', gatewayUrl), {
      authProvider: store,
      ...(fetchFn === undefined ? {} : { fetch: fetchFn }),
    });
  let transport = newTransport();
  return {
    store,
    async open() {
      const client = new OldClient({ name, version: '1.0.0' });
      transport = newTransport();
      await client.connect(transport);
      return {
        callTool: async (tool, args) =>
          CallToolResultSchema.parse(await client.callTool({ name: tool, arguments: args })),
        listTools: () => client.listTools(),
        close: () => client.close(),
      };
    },
    finishAuth: (answer) => transport.finishAuth(answer.get('code') ?? ''),
  };
}

interface ResultLike {
  readonly isError?: boolean | undefined;
  readonly content: readonly { readonly type: string; readonly text?: unknown }[];
  readonly structuredContent?: unknown;
}

function outcome(result: ResultLike): ToolOutcome {
  const [first] = result.content;
  return {
    isError: result.isError === true,
    text: typeof first?.text === 'string' ? first.text : '',
    structured: result.structuredContent,
  };
}
