import { expect } from 'chai';
import { PortableSchemas, withoutNull } from './portable-schema.ts';

const portable = (schema: unknown) => new PortableSchemas({}).convert(schema);

describe('portable schemas', () => {
  it('writes plain references in place', () => {
    const schemas = new PortableSchemas({
      'shelf.A': { type: 'object', properties: { b: { $ref: '#/$defs/shelf.B' } } },
      'shelf.B': { type: 'string' },
    });
    expect(schemas.convert({ $ref: '#/$defs/shelf.A' })).to.deep.equal({
      type: 'object',
      properties: { b: { type: 'string' } },
    });
    expect(schemas.recursive.size).to.equal(0);
  });

  it('keeps recursive ones as local definitions: of itself, mutual, through lists', () => {
    const schemas = new PortableSchemas({
      'shelf.Self': { type: 'object', properties: { self: { $ref: '#/$defs/shelf.Self' } } },
      'shelf.Ping': { type: 'object', properties: { pong: { $ref: '#/$defs/shelf.Pong' } } },
      'shelf.Pong': { type: 'array', items: { $ref: '#/$defs/shelf.Ping' } },
    });
    expect(schemas.convert({ $ref: '#/$defs/shelf.Self' })).to.deep.equal({ $ref: '#/$defs/Self' });
    expect(schemas.convert({ $ref: '#/$defs/shelf.Ping' })).to.deep.equal({ $ref: '#/$defs/Ping' });
    expect(Object.fromEntries(schemas.recursive)).to.deep.equal({
      Self: { type: 'object', properties: { self: { $ref: '#/$defs/Self' } } },
      Ping: { type: 'object', properties: { pong: { $ref: '#/$defs/Pong' } } },
      Pong: { type: 'array', items: { $ref: '#/$defs/Ping' } },
    });
  });

  it('turns enums of numbers into ranges or words, keeps those of text', () => {
    expect(portable({ type: 'integer', enum: [0, 1, 2] })).to.deep.equal({
      type: 'integer',
      minimum: 0,
      maximum: 2,
    });
    expect(portable({ type: 'integer', enum: [0, 4] })).to.deep.equal({
      type: 'integer',
      minimum: 0,
      maximum: 4,
      description: 'One of 0, 4',
    });
    expect(portable({ const: 'a' })).to.deep.equal({ type: 'string', enum: ['a'] });
  });

  it('drops exotic formats, unportable patterns, read-only properties and rendering hints', () => {
    expect(
      portable({ type: 'string', format: 'binary', contentMediaType: 'image/png' }),
    ).to.deep.equal({ type: 'string' });
    expect(portable({ type: 'string', format: 'date' })).to.deep.equal({
      type: 'string',
      format: 'date',
    });
    expect(portable({ type: 'string', pattern: '(?<!a)b' })).to.deep.equal({ type: 'string' });
    expect(
      portable({
        type: 'object',
        required: ['id'],
        properties: { id: { type: 'integer', readOnly: true } },
      }),
    ).to.deep.equal({ type: 'object', properties: {} });
  });

  it('takes null away where it says no more than leaving out', () => {
    expect(withoutNull({ type: ['integer', 'null'] })).to.deep.equal({ type: 'integer' });
    expect(withoutNull({ type: ['string', 'null'], enum: ['a', null] })).to.deep.equal({
      type: 'string',
      enum: ['a'],
    });
    expect(withoutNull({ anyOf: [{ type: 'object' }, { type: 'null' }] })).to.deep.equal({
      type: 'object',
    });
  });
});
