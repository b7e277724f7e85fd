import { expect } from 'chai';
import type { Operation, OperationTool, Parameter } from '../operation.ts';
import { toolBlock } from './fixtures/workspace.ts';
import { buildTool, readDecision, readPresence } from './tools.ts';

function operationWith(
  parameters: Record<string, Parameter>,
  more: Partial<Operation> = {},
): Operation {
  const facts = {
    key: 'shelf.op',
    app: 'shelf',
    method: 'POST',
    path: '/x',
    access: 'user',
    envelope: 'none',
  } as const;
  return { ...facts, parameters, responses: {}, errors: [], ...more };
}

const text: Parameter = { in: 'body', wire: 'title', schema: { type: ['string', 'null'] } };

function build(
  operation: Operation,
  changes: Record<string, unknown> = {},
  known: string[] = [],
): { tool: OperationTool; mistakes: string[] } {
  const mistakes: string[] = [];
  const tool = buildTool(operation, toolBlock(changes), {
    definitions: {
      'shelf.Tree': { type: 'object', properties: { in: { $ref: '#/$defs/shelf.Tree' } } },
    },
    knownParameters: new Set([...Object.keys(operation.parameters), ...known]),
    complain: (message) => mistakes.push(message),
  });
  return { tool, mistakes };
}

describe('tools', () => {
  it('builds a closed input schema of the shown arguments', () => {
    const operation = operationWith({
      id: { in: 'path', wire: 'id', required: true, schema: { type: 'integer' } },
      title: text,
      format: { in: 'query', wire: 'format', schema: { type: 'string' } },
      legacy: { in: 'query', wire: 'legacy', schema: { type: 'string' } },
    });
    const settings = {
      id: { name: 'shelf_id', description: 'Id of the shelf' },
      title: { description: 'Title', default: '' },
      format: { fixed: 'json' },
      legacy: { hidden: true },
    };
    const { tool, mistakes } = build(operation, { arguments: settings });
    expect(mistakes).to.deep.equal([]);
    expect(tool.inputSchema).to.deep.equal({
      type: 'object',
      properties: {
        shelf_id: { type: 'integer', description: 'Id of the shelf' },
        title: { type: 'string', description: 'Title', default: '' },
      },
      required: ['shelf_id'],
      additionalProperties: false,
    });
    expect(tool.arguments).to.deep.equal({ shelf_id: 'id', title: 'title' });
    expect(tool.fixed).to.deep.equal({ format: 'json' });
  });

  it('keeps null in bodies that overwrite, where it clears a value', () => {
    const settings = { title: { description: 'Title' } };
    const { tool } = build(operationWith({ title: text }, { method: 'PUT' }), {
      arguments: settings,
    });
    expect(tool.inputSchema['properties']).to.deep.equal({
      title: { type: ['string', 'null'], description: 'Title' },
    });
  });

  it('keeps recursive schemas as local definitions', () => {
    const tree: Parameter = { in: 'body', wire: 'tree', schema: { $ref: '#/$defs/shelf.Tree' } };
    const { tool } = build(operationWith({ tree }), {
      arguments: { tree: { description: 'A tree' } },
    });
    expect(tool.inputSchema['$defs']).to.have.property('Tree');
    expect(tool.inputSchema['properties']).to.deep.equal({
      tree: { $ref: '#/$defs/Tree', description: 'A tree' },
    });
  });

  it('asks for a file as text or base64', () => {
    const file: Parameter = {
      in: 'file',
      wire: 'file',
      required: true,
      schema: { type: 'string' },
    };
    const files: Parameter = {
      in: 'file',
      wire: 'files[]',
      schema: { type: 'array', items: { type: 'string', format: 'binary' } },
    };
    const { tool } = build(operationWith({ file, files }, { body: 'multipart' }), {
      arguments: { file: { description: 'The file' }, files: { description: 'More' } },
    });
    const schema = tool.inputSchema['properties'] as Record<
      string,
      { type: string; properties?: object; items?: { properties: object } }
    >;
    const ways = ['content_base64', 'text', 'filename', 'media_type'];
    expect(Object.keys(schema['file']?.properties ?? {})).to.deep.equal(ways);
    expect(schema['files']).to.include({ type: 'array', description: 'More' });
    expect(Object.keys(schema['files']?.items?.properties ?? {})).to.deep.equal(ways);
  });

  it('accepts an argument that exists in another release only', () => {
    const settings = { title: { description: 'Title' }, later: { description: 'Later' } };
    expect(
      build(operationWith({ title: text }), { arguments: settings }, ['later']).mistakes,
    ).to.deep.equal([]);
  });

  const mistaken: [string, Record<string, unknown>, string][] = [
    ['a long name', { name: `nc_${'a'.repeat(48)}` }, 'does not match'],
    ['a capital', { name: 'nc_Do' }, 'does not match'],
    ['no title', { title: undefined }, 'x-tool.title is missing'],
    ['an unknown effect', { effect: 'write' }, 'effect write is not one of'],
    ['an odd scope', { scope: 'Everything' }, 'must be one scope like'],
    ['an unknown key', { annotations: {} }, 'x-tool.annotations is unknown'],
    ['an unknown result key', { result: { keep: [] } }, 'x-tool.result.keep is unknown'],
    [
      'a stranger',
      { arguments: { title: { description: 'T' }, nope: {} } },
      'argument nope is no parameter; there are: title',
    ],
    [
      'an unknown setting',
      { arguments: { title: { description: 'T', hide: true } } },
      'argument title: hide is unknown',
    ],
    ['a wordless argument', { arguments: {} }, 'argument title has no description'],
    [
      'a bad argument name',
      { arguments: { title: { description: 'T', name: 'a b' } } },
      'argument name a b does not match',
    ],
  ];
  for (const [what, changes, message] of mistaken) {
    it(`refuses ${what}`, () => {
      const described = { arguments: { title: { description: 'Title' } }, ...changes };
      expect(build(operationWith({ title: text }), described).mistakes.join('\n')).to.include(
        message,
      );
    });
  }

  it('refuses two arguments of one name, a hidden required one, a constant', () => {
    const operation = operationWith(
      { a: { ...text, required: true }, b: text },
      { constants: { v: '1' } },
    );
    const { mistakes } = build(operation, {
      arguments: { a: { hidden: true }, b: { description: 'B' }, v: {} },
    });
    expect(mistakes.join('\n')).to.include(
      'argument v is no parameter (it is a constant of the path)',
    );
    expect(mistakes.join('\n')).to.include('argument a is required');
    const agreeing = { a: { fixed: 1 }, b: { hidden: true }, v: { fixed: '1' } };
    expect(build(operation, { arguments: agreeing }).mistakes).to.deep.equal([]);
    const twins = { arguments: { a: { description: 'A', name: 'b' }, b: { description: 'B' } } };
    expect(build(operation, twins).mistakes).to.deep.equal(['two arguments are called b']);
  });

  it('reads exactly one decision', () => {
    const read = (source: Record<string, unknown>): [string, string[]] => {
      const mistakes: string[] = [];
      return [readDecision(source, (message) => mistakes.push(message)).kind, mistakes];
    };
    expect(read({})).to.deep.equal(['undecided', []]);
    expect(read({ 'x-tool': {}, 'x-composed': ['nc_a'] })).to.deep.equal(['tool', []]);
    expect(read({ 'x-composed': ['nc_a'] })).to.deep.equal(['composed', []]);
    expect(read({ 'x-excluded': { reason: 'ex-app' } })).to.deep.equal(['excluded', []]);
    expect(read({ 'x-excluded': { reason: 'boring' } })[1].join()).to.include('boring is not in');
    expect(read({ 'x-excluded': { reason: 'ex-app' }, 'x-tool': {} })[1].join()).to.include(
      'keep one decision',
    );
    expect(read({ 'x-composed': 'nc_a' })[1].join()).to.include('must be a list');
  });

  it('reads presence', () => {
    expect(readPresence({ always: true })).to.deep.equal({ always: true });
    expect(readPresence({ capability: 'x' })).to.deep.equal({ capability: 'x' });
    expect(readPresence({ capability: 'x', always: true })).to.equal(undefined);
  });
});
