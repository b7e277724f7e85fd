import { expect } from 'chai';
import { lintTables, lintTool } from './lint.ts';

const clean = {
  name: 'nc_shelf_add',
  title: 'Add a book',
  description: 'Adds a book to the shelf.',
  inputSchema: {
    type: 'object',
    properties: { title: { type: 'string', description: 'Title' } },
    additionalProperties: false,
  },
} as const;

const messages = (changes: object): string =>
  lintTool({ ...clean, ...changes })
    .map(({ place, message }) => `${place}: ${message}`)
    .join('\n');

const withProperty = (name: string, schema: object, more: object = {}): string =>
  messages({
    inputSchema: {
      ...clean.inputSchema,
      properties: { [name]: { description: 'Text', ...schema } },
      ...more,
    },
  });

describe('lint', () => {
  it('finds nothing wrong with a plain tool', () => {
    expect(messages({})).to.equal('');
  });

  it('finds unportable names, texts and roots', () => {
    expect(messages({ name: 'nc-shelf' })).to.include('name: does not match');
    expect(messages({ description: '' })).to.include(
      'description: description or title is missing',
    );
    expect(messages({ description: 'x'.repeat(700) })).to.include('700 characters');
    expect(messages({ inputSchema: { ...clean.inputSchema, anyOf: [] } })).to.include(
      'anyOf at the root',
    );
    expect(messages({ inputSchema: { type: 'object' } })).to.include(
      'additionalProperties must be false',
    );
  });

  it('finds unportable schemas at any depth', () => {
    expect(withProperty('a'.repeat(65), {})).to.include('property name');
    expect(withProperty('a', { description: '' })).to.include(
      'inputSchema.a: description or title is missing',
    );
    const inner = (schema: object): string => withProperty('a', { type: 'array', items: schema });
    expect(inner({ enum: [1] })).to.include(
      'inputSchema.a.items: enum with something else than text',
    );
    expect(inner({ const: 1 })).to.include('const is not text');
    expect(inner({ type: 'string', format: 'binary' })).to.include('format "binary"');
    expect(inner({ type: 'array' })).to.include('array without items');
    expect(inner({ $ref: 'https://example.org/x' })).to.include('is not local');
    expect(inner({ $ref: '#/$defs/Gone' })).to.include('points to nothing');
    const deep = Array.from({ length: 12 }).reduce<object>(
      (schema) => ({ type: 'array', items: schema }),
      {},
    );
    expect(inner(deep)).to.include('nested deeper than');
  });

  it('wants definitions only for cycles', () => {
    const tree = { type: 'object', properties: { in: { $ref: '#/$defs/Tree' } } };
    expect(withProperty('a', { $ref: '#/$defs/Tree' }, { $defs: { Tree: tree } })).to.equal('');
    expect(
      withProperty('a', { $ref: '#/$defs/Text' }, { $defs: { Text: { type: 'string' } } }),
    ).to.include('not recursive');
  });

  it('finds nothing in the generated tools', () => {
    expect(lintTables()).to.deep.equal([]);
  });
});
