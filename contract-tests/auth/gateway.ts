import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../relay/app.ts';
import { readConfig } from '../../relay/config.ts';
import { composeSignInDependencies } from '../../relay/dependencies.ts';
import type { Dependencies } from '../../relay/dependencies.ts';
import { listen } from '../../relay/http/listen.ts';
import { createLogger } from '../../relay/log.ts';
import { CLIENT, NEXTCLOUD, ROOT, startIdentityProvider } from './identity-provider.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { startRecordingNextcloud } from './recording-nextcloud.ts';
import type { RecordingNextcloud } from './recording-nextcloud.ts';

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly token?: string | undefined;
  /** Lists are sent as several header lines; undefined removes one. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly challenge: string;
  readonly text: string;
  /** The JSON-RPC message, whether sent as JSON or as an event. */
  readonly message: JsonRpc;
}

export interface JsonRpc {
  readonly result?: Readonly<Record<string, unknown>> & { readonly isError?: boolean };
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

export interface Bed {
  readonly idp: IdentityProvider;
  readonly nextcloud: RecordingNextcloud;
  readonly dependencies: Dependencies;
  readonly url: string;
  readonly log: string[];
  /** How often a handler looked who is calling; every one does that first. */
  handled(): number;
  send(sent: Sent): Promise<Answer>;
  /** A tool call of the older or the newer protocol. */
  call(token: string | undefined, name: string, args?: object, more?: CallOptions): Promise<Answer>;
  /** Every byte the gateway has stored, in all its files. */
  stored(): string;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly era?: 'legacy' | 'modern';
  /** Client capabilities (modern). */
  readonly capabilities?: object;
  readonly params?: object;
}

export const EXCHANGE = { ENABLE_TOKEN_EXCHANGE: 'true' };
const MODERN = '2026-07-28';

/**
 * A whole gateway over HTTP between a real identity provider and a Nextcloud that records every byte. `now` is the
 * gateway's clock.
 */
export async function startBed(
  environment: Readonly<Record<string, string>> = EXCHANGE,
  now?: () => Date,
): Promise<Bed> {
  const idp = await startIdentityProvider();
  const nextcloud = await startRecordingNextcloud();
  const folder = mkdtempSync(join(tmpdir(), 'gateway-auth-'));
  const log: string[] = [];
  const config = readConfig({
    flags: {},
    environment: {
      NEXTCLOUD_HOST: nextcloud.url,
      OIDC_DISCOVERY_URL: idp.discoveryUrl,
      OIDC_CLIENT_ID: CLIENT.id,
      OIDC_CLIENT_SECRET: CLIENT.secret,
      NEXTCLOUD_MCP_SERVER_URL: ROOT,
      NEXTCLOUD_RESOURCE_URI: NEXTCLOUD,
      TOKEN_STORAGE_DB: join(folder, 'gateway.db'),
      MCP_TOOLSETS: 'all,admin',
      MCP_RATE_LIMIT: '100000',
      MCP_RATE_LIMIT_ADDRESS: '100000',
      PORT: '0',
      ...environment,
    },
    readFile: () => '',
  });
  if (config.signIn === undefined) throw new Error('Nobody could sign in');
  const dependencies = await composeSignInDependencies({
    config,
    signIn: config.signIn,
    log: createLogger({ level: 'debug', write: (line) => void log.push(line) }),
    ...(now === undefined ? {} : { now }),
  });
  let handled = 0;
  const { session } = dependencies.mcp;
  const counted: Dependencies['mcp'] = {
    ...dependencies.mcp,
    session(context) {
      handled += 1;
      return session(context);
    },
  };
  const app = createApp({ ...dependencies, mcp: counted });
  const listening = await listen(app.express, '127.0.0.1', 0);
  const { port } = new URL(listening.url);
  const send = (sent: Sent): Promise<Answer> => sendTo(Number(port), sent);
  return {
    idp,
    nextcloud,
    dependencies,
    handled: () => handled,
    url: listening.url,
    log,
    send,
    call: (token, name, args = {}, more = {}) => send({ token, ...toolCall(name, args, more) }),
    stored: () =>
      readdirSync(folder)
        .map((file) => readFileSync(join(folder, file), 'latin1'))
        .join('\n'),
    async close() {
      await listening.stop(0, () => app.close());
      await dependencies.close();
      await nextcloud.close();
      await idp.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Sends something that must be refused before any handler, the identity provider's exchange or Nextcloud is reached. */
export async function refused(bed: Bed, sent: Sent): Promise<Answer> {
  const reached = (): number[] => [
    bed.handled(),
    bed.nextcloud.seen.length,
    bed.idp.exchanged.length,
  ];
  const before = reached();
  const answer = await bed.send(sent);
  if (answer.status < 400) throw new Error(`was answered ${String(answer.status)}: ${answer.text}`);
  if (reached().join() !== before.join())
    throw new Error('was refused, but only after it had reached something');
  return answer;
}

/** A `tools/call` as it goes over the wire. */
export function toolCall(
  name: string,
  args: object,
  { era = 'legacy', capabilities = {}, params = {} }: CallOptions = {},
): Sent {
  return rpc('tools/call', { name, arguments: args, ...params }, era, capabilities);
}

export function rpc(
  method: string,
  params: object,
  era: 'legacy' | 'modern' = 'legacy',
  capabilities: object = {},
): Sent {
  if (era === 'legacy') return { body: { jsonrpc: '2.0', id: 1, method, params } };
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientCapabilities': capabilities,
    'io.modelcontextprotocol/clientInfo': { name: 'black-box', version: '1' },
  };
  const name = (params as { name?: string; uri?: string }).name ?? (params as { uri?: string }).uri;
  return {
    headers: {
      'MCP-Protocol-Version': MODERN,
      'Mcp-Method': method,
      ...(name === undefined ? {} : { 'Mcp-Name': name }),
    },
    body: { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } },
  };
}

/** Not `fetch`: it joins headers of one name and lets no Host be chosen. */
function sendTo(port: number, sent: Sent): Promise<Answer> {
  const { method = 'POST', path = '/mcp', token, headers = {}, body } = sent;
  const all: Readonly<Record<string, string | readonly string[] | undefined>> = {
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    ...headers,
  };
  const lines = Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined),
  ) as Record<string, string | string[]>;
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', method, path, headers: lines };
    const outgoing = httpRequest(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          challenge: response.headers['www-authenticate'] ?? '',
          text,
          message: messageIn(text),
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
  });
}

function messageIn(text: string): JsonRpc {
  const events = [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => data ?? '');
  try {
    return JSON.parse(events.at(-1) ?? text) as JsonRpc;
  } catch {
    return {};
  }
}
