import { expect } from 'chai';
import { Drift } from './drift.ts';

const schema = {
  type: 'object',
  properties: { id: { $ref: '#/$defs/demo.Id' } },
  required: ['id'],
};

describe('drift', () => {
  it('counts answers that stray from their document', () => {
    const drift = new Drift({
      'demo.Id': { type: 'integer' },
      'demo.Unused': { type: 'no such type' },
    });
    drift.check('demo.get', schema, { id: 1, added_later: true });
    drift.check('demo.get', schema, { id: 'x' });
    drift.check('demo.get', undefined, { id: 'x' });
    const [entry, ...others] = drift.report();
    expect(others).to.deep.equal([]);
    expect(entry).to.include({ operation: 'demo.get', checked: 2, strayed: 1 });
    expect(entry?.last).to.include('#/id');
  });

  it('shows no content of the answer', () => {
    const drift = new Drift({ 'demo.Id': { type: 'integer' } });
    drift.check('demo.get', schema, { id: 'private' });
    expect(JSON.stringify(drift.report())).not.to.include('private');
  });

  it('never throws for a document that cannot be checked', () => {
    const drift = new Drift({});
    drift.check('demo.get', schema, { id: 1 });
    expect(drift.report()[0]?.strayed).to.equal(1);
  });

  it('compares only some of many answers', () => {
    const drift = new Drift({ 'demo.Id': { type: 'integer' } });
    for (let n = 0; n < 200; n += 1) drift.check('demo.get', schema, {});
    expect(drift.report()[0]).to.include({ checked: 12, strayed: 12 });
  });
});
