import type { Browser, BrowserContextOptions } from 'playwright-core';
import { launchBrowser } from '../browser/browser.ts';
import { startSignInGateway } from './gateway.ts';
import type { SignInGateway } from './gateway.ts';
import { mcpClient } from './mcp-client.ts';
import type { ClientKind, McpClient, McpClientOptions } from './mcp-client.ts';
import { Person } from './person.ts';
import { startStandInNextcloud } from './stand-in/nextcloud.ts';
import type { StandInNextcloud } from './stand-in/nextcloud.ts';

/** A gateway where people sign in, a Nextcloud, clients and people at browsers; all of it goes with `close`. */
export interface SignInBed {
  readonly nextcloud: StandInNextcloud;
  readonly gateway: SignInGateway;
  client(kind: ClientKind, options?: Partial<McpClientOptions>): Promise<McpClient>;
  /** Somebody at a browser of their own. */
  person(userId: string, options?: BrowserContextOptions): Promise<Person>;
  close(): Promise<void>;
}

let browser: Promise<Browser> | undefined;

export interface BedOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** The gateway is registered at Nextcloud's `oauth2` app. */
  readonly oauth2App?: boolean;
}

export async function startBed(options: BedOptions = {}): Promise<SignInBed> {
  const nextcloud = await startStandInNextcloud();
  nextcloud.addNote('alice', 'Alice’s diary');
  nextcloud.addNote('bob', 'Bob’s shopping');
  nextcloud.addNote('carol', 'Carol’s ideas');
  const gateway = await startSignInGateway(nextcloud.url, (publicUrl) => {
    if (options.oauth2App !== true) return { ...options.environment };
    const client = nextcloud.registerClient('MCP gateway', `${publicUrl}/oauth/login/callback`);
    return {
      NEXTCLOUD_OAUTH2_CLIENT_ID: client.id,
      NEXTCLOUD_OAUTH2_CLIENT_SECRET: client.secret,
      ...options.environment,
    };
  });
  const closing: (() => Promise<void>)[] = [];
  return {
    nextcloud,
    gateway,
    async client(kind, more = {}) {
      const client = await mcpClient(kind, { gatewayUrl: gateway.url, ...more });
      closing.push(() => client.close());
      return client;
    },
    async person(userId, more = {}) {
      browser ??= launchBrowser();
      const context = await (await browser).newContext(more);
      context.setDefaultTimeout(15_000);
      closing.push(() => context.close());
      return Person.in(context, accountOf(nextcloud, userId));
    },
    async close() {
      for (const one of closing) await one();
      await gateway.close();
      await nextcloud.close();
    },
  };
}

function accountOf({ people }: StandInNextcloud, userId: string): Person['account'] {
  const { id, password, oneTimeCode } = people.byId(userId);
  return {
    loginName: id,
    password,
    ...(oneTimeCode === undefined ? {} : { oneTimeCode: () => oneTimeCode }),
  };
}

// at the root: one browser for all files of a run
after(async () => {
  await (await browser)?.close();
});
