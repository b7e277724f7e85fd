import { expect } from 'chai';
import { removeEndlessReferences } from './endless-references.ts';

const to = (name: string): object => ({ $ref: `#/components/schemas/${name}` });

describe('endless references', () => {
  it('go away where a schema is, in the end, only itself', () => {
    const schemas = {
      Alone: to('Alone'),
      Base: { oneOf: [to('Child')] },
      Child: { allOf: [to('Base'), { type: 'object', required: ['kind'] }] },
    };
    expect(removeEndlessReferences(schemas)).to.deep.equal(['Alone → Alone', 'Child → Base']);
    expect(schemas).to.deep.equal({
      Alone: {},
      Base: { oneOf: [to('Child')] },
      Child: { allOf: [{}, { type: 'object', required: ['kind'] }] },
    });
  });

  it('are not those that step into a property or an item', () => {
    const schemas = {
      Node: { properties: { next: to('Node') }, items: to('Node'), anyOf: [to('Leaf')] },
      Leaf: { additionalProperties: { allOf: [to('Node')] } },
    };
    expect(removeEndlessReferences(schemas)).to.deep.equal([]);
  });
});
