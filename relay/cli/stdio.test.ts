import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect } from 'chai';
import { startLocalNextcloud } from '../testing/local-nextcloud.ts';
import type { LocalNextcloud } from '../testing/local-nextcloud.ts';

describe('stdio', () => {
  let upstream: LocalNextcloud;

  before(async () => {
    upstream = await startLocalNextcloud(({ url }) =>
      url.includes('/notes/7') ? { json: { id: 7, title: 'Shopping' } } : undefined,
    );
  });

  after(() => upstream.close());

  const command = () => ({
    command: process.execPath,
    args: [fileURLToPath(new URL('../main.ts', import.meta.url)), 'stdio'],
    env: { NEXTCLOUD_HOST: upstream.url, NEXTCLOUD_USERNAME: 'alice', NEXTCLOUD_PASSWORD: 'p' },
    stderr: 'ignore' as const,
  });
  const call = { name: 'nc_notes_get_note', arguments: { note_id: 7 } };

  it('serves the new client', async () => {
    const client = new Client(
      { name: 'test', version: '1' },
      { versionNegotiation: { mode: 'auto' } },
    );
    await client.connect(new StdioClientTransport(command()));
    expect((await client.callTool(call)).structuredContent).to.include({ title: 'Shopping' });
    await client.close();
  });

  it('serves the old client', async () => {
    const client = new OldClient({ name: 'test', version: '1' });
    await client.connect(new OldTransport(command()));
    expect((await client.listTools()).tools.map(({ name }) => name)).to.include(call.name);
    expect((await client.callTool(call)).structuredContent).to.include({ title: 'Shopping' });
    await client.close();
  });
});
