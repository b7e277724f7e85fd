import { expect } from 'chai';
import { unionSchema } from './union-schema.ts';

describe('union of schemas', () => {
  it('makes what one release lacks optional, and what differs an alternative', () => {
    const left = {
      type: 'object',
      required: ['a', 'b'],
      properties: { a: { type: 'integer' }, b: { type: 'string' } },
    };
    const right = { type: 'object', required: ['a'], properties: { a: { type: 'string' } } };
    expect(unionSchema([left, right])).to.deep.equal({
      type: 'object',
      required: ['a'],
      properties: {
        a: { anyOf: [{ type: 'integer' }, { type: 'string' }] },
        b: { type: 'string' },
      },
    });
  });

  it('keeps one copy of the same, and lets any value swallow the rest', () => {
    expect(unionSchema([{ type: 'string' }, { type: 'string' }])).to.deep.equal({ type: 'string' });
    expect(unionSchema([{ type: 'string' }, {}])).to.deep.equal({});
    const list = (type: string) => ({ type: 'array', items: { type } });
    expect(unionSchema([list('string'), list('null')])).to.deep.equal({
      type: 'array',
      items: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    });
  });
});
