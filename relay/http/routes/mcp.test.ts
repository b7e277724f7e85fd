import { expect } from 'chai';
import { dropArguments } from './mcp.ts';

describe('dropArguments', () => {
  const call = () => ({ id: 1, params: { name: 'a', arguments: { content: 'x' } } });

  it('lets go of the arguments of a call, and of nothing else', () => {
    const body = call();
    dropArguments(body);
    expect(body).to.deep.equal({ id: 1, params: { name: 'a' } });
  });

  it('does so in a batch', () => {
    const batch = [call(), call()];
    dropArguments(batch);
    expect(JSON.stringify(batch)).not.to.contain('content');
  });

  for (const body of [undefined, null, 1, 'x', [null], { params: null }, { params: 1 }]) {
    it(`takes ${JSON.stringify([body])} as it is`, () => {
      expect(() => {
        dropArguments(body);
      }).not.to.throw();
    });
  }
});
