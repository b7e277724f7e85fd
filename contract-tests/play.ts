import { connectClient } from './clients.ts';
import type { ClientGeneration, ConnectedClient } from './clients.ts';
import { startGateway } from './gateway.ts';
import type { Account } from './gateway.ts';
import type { Actor, Answer, Scenario } from './scenario.ts';

export interface PlayOptions {
  /** Called before each tool call or resource read, with its name. */
  readonly onCall?: (caller: string) => void;
  /** Default 2.x. */
  readonly client?: ClientGeneration;
  /** Reads a large file slowly until told to end; recordings were made beside one. */
  readonly startSlowReader?: (path: string) => Promise<() => Promise<void>>;
}

/** Plays a scenario through a real MCP client and a gateway of its own against the given Nextcloud. */
export async function play(
  scenario: Scenario,
  nextcloudUrl: string,
  account: Account,
  options: PlayOptions = {},
): Promise<void> {
  const gateway = await startGateway(nextcloudUrl, account);
  try {
    const client = await connectClient(options.client ?? '2.x', gateway.url);
    try {
      await scenario.run(actor(client, options));
    } finally {
      await client.close();
    }
  } finally {
    await gateway.close();
  }
}

function actor(client: ConnectedClient, options: PlayOptions): Actor {
  const { onCall = () => undefined, startSlowReader } = options;
  return {
    async call(tool, args = {}) {
      onCall(tool);
      const { isError, text, structured } = await client.callTool(tool, args);
      if (isError) throw new Error(`${tool} failed: ${text}`);
      return structured as Answer;
    },
    async refused(tool, args = {}) {
      onCall(tool);
      const { isError, text } = await client.callTool(tool, args);
      if (!isError) throw new Error(`${tool} was expected to fail, but answered ${text}`);
      return text;
    },
    async read(uri) {
      onCall(`resource:${uri}`);
      return client.readResource(uri);
    },
    async whileSlowlyRead(path, story) {
      const end = await startSlowReader?.(path);
      try {
        await story();
      } finally {
        await end?.();
      }
    },
  };
}
