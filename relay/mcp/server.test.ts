import { InMemoryTransport } from '@modelcontextprotocol/server';
import { Client } from '@modelcontextprotocol/client';
import { expect } from 'chai';
import * as z from 'zod';
import type { ReleaseTable } from '../../openapi/index.ts';
import { RelayError } from '../errors.ts';
import type { Nextcloud } from '../nextcloud/nextcloud.ts';
import { defineTool } from '../tools/tool.ts';
import type { DefinedTool } from '../tools/tool.ts';
import { Catalogue } from './catalogue.ts';
import { createServer } from './server.ts';

const TABLE: ReleaseTable = { release: '32', apps: {}, definitions: {}, operations: {}, tools: {} };

function tool(name: string, run: DefinedTool['run']): DefinedTool {
  const about = {
    title: name,
    description: name,
    app: 'x',
    toolset: 'notes',
    scopes: [],
    effect: 'read' as const,
  };
  const input = z.object({ text: z.string().describe('Text').optional() });
  return {
    ...defineTool({
      ...about,
      name,
      uses: [],
      input,
      run: () => Promise.reject(new Error('unused')),
    }),
    run,
  };
}

describe('the server, with tools made for it', () => {
  const reported: string[] = [];

  async function clientOf(tools: readonly DefinedTool[]): Promise<Client> {
    const nextcloud = {
      release: '32',
      presentApps: () => Promise.resolve(new Set(['x'])),
    } as unknown as Nextcloud;
    const catalogue = new Catalogue({
      composed: tools,
      limits: { json: 1000, binary: 1000 },
      toolsets: undefined,
      readOnly: false,
      surface: 'full',
      tables: () => TABLE,
    });
    const server = createServer(
      {
        catalogue,
        session: () => ({ nextcloud, scopes: 'unrestricted', key: 'k' }),
        info: { name: 'test', title: 'Test', version: '1' },
        instructions: '',
        report: (name, error) => void reported.push(`${name} ${error.code} ${String(error.cause)}`),
        now: () => new Date(0),
        newId: () => 'id',
      },
      { era: 'legacy' },
    );
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    const client = new Client({ name: 'test', version: '1' });
    await Promise.all([
      server.connect(ours),
      client.connect(theirs as unknown as Parameters<Client['connect']>[0]),
    ]);
    return client;
  }

  it('passes progress on to a client that asked for it', async () => {
    const client = await clientOf([
      tool('count', async (_args, context) => {
        await context.progress(1, 2, 'half');
        await context.progress(2, 2);
        return { data: { done: true } };
      }),
    ]);
    const seen: unknown[] = [];
    await client.callTool(
      { name: 'count' },
      { onprogress: (progress) => void seen.push(progress) },
    );
    expect(seen).to.eql([
      { progress: 1, total: 2, message: 'half' },
      { progress: 2, total: 2 },
    ]);
    expect((await client.callTool({ name: 'count' })).structuredContent).to.eql({ done: true });
  });

  it('lets no foreign error’s text out, and reports it inside', async () => {
    const client = await clientOf([
      tool('broken', () => {
        throw new Error('password is hunter2');
      }),
      tool('refusing', () =>
        Promise.reject(
          new RelayError('conflict', 'Somebody was faster.', {
            hint: 'Read it again.',
            details: { etag: 'x' },
          }),
        ),
      ),
    ]);
    const broken = await client.callTool({ name: 'broken' });
    expect(broken.isError).to.equal(true);
    expect(JSON.stringify(broken)).not.to.contain('hunter2');
    expect(reported.join()).to.contain('broken internal Error: password is hunter2');
    const refusing = await client.callTool({ name: 'refusing' });
    expect(refusing.content).to.eql([
      {
        type: 'text',
        text: '{"message":"Somebody was faster.","hint":"Read it again.","code":"conflict","retryable":false,"details":{"etag":"x"}}',
      },
    ]);
  });
});
