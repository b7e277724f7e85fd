import { expect } from 'chai';
import type { JsonSchema } from '../../openapi/index.ts';
import { EmptyMaps } from './empty-maps.ts';

const map: JsonSchema = { type: 'object', additionalProperties: { type: 'string' } };

function read(value: unknown, schema: JsonSchema, definitions = {}): unknown {
  return new EmptyMaps(definitions).read(value, schema);
}

describe('empty maps', () => {
  it('reads [] as {} where a map or an object is meant', () => {
    expect(read([], map)).to.deep.equal({});
    expect(read([], { type: 'object', properties: { a: map } })).to.deep.equal({});
    expect(read([], { type: ['object', 'null'], additionalProperties: true })).to.deep.equal({});
  });

  it('keeps [] where a list, or anything, is meant', () => {
    expect(read([], { type: 'array', items: map })).to.deep.equal([]);
    expect(read([], { type: 'object' })).to.deep.equal([]);
    expect(read([], {})).to.deep.equal([]);
    expect(read([], { anyOf: [map, { type: 'array' }] })).to.deep.equal([]);
    expect(read([], { anyOf: [map, {}] })).to.deep.equal([]);
  });

  it('looks into properties, items, map values, allOf, anyOf and references', () => {
    const definitions = { 'demo.Labels': map };
    const labels = { $ref: '#/$defs/demo.Labels' };
    const item = { type: 'object', properties: { labels, other: { type: 'array' } } };
    expect(
      read([{ labels: [], other: [] }], { type: 'array', items: item }, definitions),
    ).to.deep.equal([{ labels: {}, other: [] }]);
    expect(
      read({ x: [] }, { type: 'object', additionalProperties: labels }, definitions),
    ).to.deep.equal({ x: {} });
    expect(read([], { allOf: [labels] }, definitions)).to.deep.equal({});
    expect(read([], { anyOf: [labels, { type: 'null' }] }, definitions)).to.deep.equal({});
  });

  it('leaves full values and unknown properties as they are', () => {
    const value = { a: { k: 'v' }, extra: [] };
    expect(read(value, { type: 'object', properties: { a: map } })).to.deep.equal(value);
  });

  it('follows schemas that contain themselves', () => {
    const tree = {
      type: 'object',
      properties: { meta: map, children: { type: 'array', items: { $ref: '#/$defs/demo.Tree' } } },
    };
    const self = { $ref: '#/$defs/demo.Self' };
    const value = { meta: [], children: [{ meta: [], children: [] }] };
    expect(read(value, { $ref: '#/$defs/demo.Tree' }, { 'demo.Tree': tree })).to.deep.equal({
      meta: {},
      children: [{ meta: {}, children: [] }],
    });
    expect(read([], { anyOf: [self, map] }, { 'demo.Self': self })).to.deep.equal([]);
  });
});
