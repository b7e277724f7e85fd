import { expect } from 'chai';
import { schemaFacts } from './schema-facts.ts';

const old = (schema: unknown) => schemaFacts(schema, '3.0', () => undefined);
const modern = (schema: unknown) => schemaFacts(schema, '3.1', () => undefined);

describe('schema facts', () => {
  it('turns nullable into type lists and completes the enum', () => {
    expect(old({ type: 'string', nullable: true, enum: ['a'] })).to.deep.equal({
      type: ['string', 'null'],
      enum: ['a', null],
    });
    expect(old({ nullable: true })).to.deep.equal({ type: 'null' });
  });

  it('keeps the null of a nullable reference, however it is written', () => {
    const expected = { anyOf: [{ $ref: '#/x' }, { type: 'null' }] };
    expect(old({ allOf: [{ $ref: '#/x' }], nullable: true })).to.deep.equal(expected);
    expect(old({ $ref: '#/x', nullable: true })).to.deep.equal(expected);
    expect(old({ oneOf: [{ type: 'integer' }, { type: 'string' }], nullable: true })).to.deep.equal(
      {
        oneOf: [{ type: 'integer' }, { type: 'string' }, { type: 'null' }],
      },
    );
  });

  it('reads PHP mixed, printed as a bare object, as any value', () => {
    expect(old({ type: 'object', default: [] })).to.deep.equal({});
    expect(old({ type: 'object', nullable: true })).to.deep.equal({});
    expect(old({ type: 'object', additionalProperties: true })).to.deep.equal({
      type: 'object',
      additionalProperties: true,
    });
  });

  it('drops defaults that do not fit their own schema and keeps the others', () => {
    expect(old({ type: 'integer', default: null })).to.deep.equal({ type: 'integer' });
    expect(old({ type: 'object', additionalProperties: {}, default: [] })).not.to.have.property(
      'default',
    );
    expect(old({ type: 'string', enum: ['a'], default: 'b' })).not.to.have.property('default');
    expect(old({ type: 'integer', nullable: true, default: null })).to.have.property(
      'default',
      null,
    );
    expect(old({ type: 'boolean', default: false })).to.have.property('default', false);
  });

  it('drops prose and number widths, but not properties with such names', () => {
    const schema = {
      type: 'object',
      description: 'Prose',
      example: {},
      properties: {
        description: { type: 'string', description: 'Prose' },
        n: { type: 'integer', format: 'int64' },
      },
    };
    expect(old(schema)).to.deep.equal({
      type: 'object',
      properties: { description: { type: 'string' }, n: { type: 'integer' } },
    });
  });

  it('rewrites exclusive bounds of 3.0', () => {
    expect(old({ type: 'number', minimum: 1, exclusiveMinimum: true })).to.deep.equal({
      type: 'number',
      exclusiveMinimum: 1,
    });
    expect(old({ type: 'number', minimum: 1, exclusiveMinimum: false })).to.deep.equal({
      type: 'number',
      minimum: 1,
    });
  });

  it('keeps what stands beside a reference in 3.1 only', () => {
    expect(modern({ $ref: '#/x', default: 1 })).to.deep.equal({ $ref: '#/x', default: 1 });
    expect(old({ $ref: '#/x', default: 1 })).to.deep.equal({ $ref: '#/x' });
  });
});
