import { Client } from '@modelcontextprotocol/client';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { startGateway } from './gateway.ts';
import type { Account } from './gateway.ts';
import type { Actor, Answer, Scenario } from './scenario.ts';

/** Called before each tool call or resource read, with its name. */
export type OnCall = (caller: string) => void;

/** Plays a scenario through a real MCP client and a gateway of its own against the given Nextcloud. */
export async function play(
  scenario: Scenario,
  nextcloudUrl: string,
  account: Account,
  onCall: OnCall,
): Promise<void> {
  const gateway = await startGateway(nextcloudUrl, account);
  const client = new Client(
    { name: 'contract-tests', version: '1.0.0' },
    { versionNegotiation: { mode: 'auto' } },
  );
  try {
    await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', gateway.url)));
    await scenario.run(actor(client, onCall));
  } finally {
    await client.close();
    await gateway.close();
  }
}

function actor(client: Client, onCall: OnCall): Actor {
  const invoke = async (tool: string, args: Record<string, unknown> = {}) => {
    onCall(tool);
    const result = await client.callTool({ name: tool, arguments: args }, { timeout: 120_000 });
    const [first] = result.content;
    return { result, text: first?.type === 'text' ? first.text : '' };
  };
  return {
    async call(tool, args) {
      const { result, text } = await invoke(tool, args);
      if (result.isError === true) throw new Error(`${tool} failed: ${text}`);
      return result.structuredContent as Answer;
    },
    async refused(tool, args) {
      const { result, text } = await invoke(tool, args);
      if (result.isError !== true) throw new Error(`${tool} was expected to fail, but answered ${text}`);
      return text;
    },
    async read(uri) {
      onCall(`resource:${uri}`);
      const { contents } = await client.readResource({ uri });
      const [content] = contents;
      if (content === undefined) throw new Error(`${uri} has no content`);
      return {
        mimeType: content.mimeType,
        ...('text' in content ? { text: content.text } : { blob: content.blob }),
      };
    },
  };
}
