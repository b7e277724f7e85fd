import { expect } from 'chai';
import type { Operation, OperationTool, ReleaseTable } from '../../openapi/index.ts';
import { RelayError } from '../errors.ts';
import type { Nextcloud } from '../nextcloud/nextcloud.ts';
import type { ToolAnswer } from '../tools/tool.ts';
import { operationTool } from './operation-tool.ts';

const LIMITS = { json: 200, binary: 64 };

function tableWith(
  definition: Partial<OperationTool>,
  operation: Partial<Operation>,
): [OperationTool, ReleaseTable] {
  const tool: OperationTool = {
    name: 'x_tool',
    title: 'X',
    description: 'X',
    toolset: 'x',
    scopes: ['x:read'],
    effect: 'read',
    operation: 'x.op',
    inputSchema: { type: 'object', properties: {}, additionalProperties: false },
    arguments: {},
    ...definition,
  };
  const entry: Operation = {
    key: 'x.op',
    app: 'x',
    method: 'GET',
    path: '/x',
    access: 'user',
    envelope: 'none',
    parameters: {},
    responses: { '200': { mediaTypes: ['application/json'], schema: { type: 'array' } } },
    errors: [],
    ...operation,
  };
  const table: ReleaseTable = {
    release: '32',
    apps: {},
    definitions: {},
    operations: { 'x.op': entry },
    tools: { x_tool: tool },
  };
  return [tool, table];
}

interface Ran {
  readonly answer: ToolAnswer;
  readonly sent: Record<string, unknown>[];
}

async function run(
  data: unknown,
  definition: Partial<OperationTool> = {},
  args: Record<string, unknown> = {},
  operation: Partial<Operation> = {},
): Promise<Ran> {
  const sent: Record<string, unknown>[] = [];
  const nextcloud = {
    publicUrl: 'https://cloud.example.org',
    executeByKey: (_key: string, parameters: Record<string, unknown>) => {
      sent.push(parameters);
      return Promise.resolve({ status: 200, headers: {}, data });
    },
  } as unknown as Nextcloud;
  const [tool, table] = tableWith(definition, operation);
  const answer = await operationTool(tool, table, LIMITS).run(args, {
    nextcloud,
    signal: new AbortController().signal,
    progress: () => Promise.resolve(),
    now: () => new Date(0),
    newId: () => 'id',
  });
  return { answer, sent };
}

describe('operationTool', () => {
  it('sends arguments under the operation’s names, with fixed values and defaults of required ones', async () => {
    const { sent } = await run(
      { ok: 1 },
      {
        inputSchema: {
          type: 'object',
          properties: {
            note_id: { type: 'integer' },
            category: { default: '' },
            size: { default: 5 },
          },
        },
        arguments: { note_id: 'id', category: 'category', size: 'size' },
        fixed: { format: 'json' },
      },
      { note_id: 3 },
      { parameters: { category: { in: 'body', wire: 'category', required: true, schema: {} } } },
    );
    expect(sent).to.eql([{ id: 3, category: '', format: 'json' }]);
  });

  it('wraps lists with their total', async () => {
    const { answer } = await run([{ id: 1 }, { id: 2 }], { result: { list: 'notes' } });
    expect(answer.data).to.eql({ notes: [{ id: 1 }, { id: 2 }], total: 2 });
  });

  it('cuts long lists and goes on from the cursor, which is an argument of list tools', async () => {
    const [definition, table] = tableWith({}, {});
    const shown = operationTool(definition, table, LIMITS).inputSchema as {
      properties: Record<string, unknown>;
    };
    expect(shown.properties).to.have.property('cursor');
    const items = Array.from({ length: 10 }, (_, id) => ({ id, text: 'x'.repeat(40) }));
    const first = (await run(items)).answer.data as {
      items: unknown[];
      next_cursor: string;
      total: number;
    };
    expect(first.total).to.equal(10);
    const second = (await run(items, {}, { cursor: first.next_cursor })).answer.data as {
      items: { id: number }[];
    };
    expect(second.items[0]?.id).to.equal(first.items.length);
  });

  it('leaves paging to an operation that has its own, and does not call one page the total', async () => {
    const inputSchema = { type: 'object', properties: { limit: { type: 'integer' } } };
    const [definition, table] = tableWith({ inputSchema }, {});
    expect(operationTool(definition, table, LIMITS).inputSchema).to.equal(inputSchema);
    expect((await run([{ id: 1 }], { inputSchema })).answer.data).to.eql({
      items: [{ id: 1 }],
      count: 1,
    });
  });

  it('wraps scalars, and answers success where there is nothing to say', async () => {
    expect((await run(12, { result: { scalar: 'id' } })).answer.data).to.eql({ id: 12 });
    expect((await run(null)).answer.data).to.eql({ success: true });
    expect((await run([], { effect: 'delete' })).answer.data).to.eql({ success: true });
  });

  it('refuses an answer that is too long to pass on, but never after a change', async () => {
    const long = { text: 'x'.repeat(5000) };
    const refused = await run(long).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(RelayError).with.property('code', 'too_large');
    expect((await run(long, { effect: 'replace' })).answer.data).to.have.property('success', true);
  });

  it('gives files as text, image or base64, and refuses too large ones', async () => {
    const file = (mediaType: string, text = 'abc') => ({
      bytes: new TextEncoder().encode(text),
      mediaType,
    });
    expect((await run(file('text/plain; charset=utf-8'))).answer.data).to.include({
      text: 'abc',
      size: 3,
    });
    expect((await run(file('application/pdf'))).answer.data).to.include({ base64: 'YWJj' });
    const image = (await run(file('image/png'))).answer;
    expect(image.content).to.eql([{ type: 'image', data: 'YWJj', mimeType: 'image/png' }]);
    const refused = await run(file('application/pdf', 'x'.repeat(65))).catch(
      (error: unknown) => error,
    );
    expect(refused).to.be.instanceOf(RelayError).with.property('code', 'too_large');
  });
});
