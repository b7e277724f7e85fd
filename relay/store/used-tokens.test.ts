import { expect } from 'chai';
import { onEveryStore } from './testing/every-store.ts';
import { race } from './testing/child-process.ts';

onEveryStore('used tokens', (bed) => {
  it('may come once', async () => {
    const { store, seconds } = bed();
    expect(await store.usedTokens.has('jti of a', '1')).to.equal(false);
    expect(await store.usedTokens.use('jti of a', '1', seconds() + 60)).to.equal(true);
    expect(await store.usedTokens.use('jti of a', '1', seconds() + 60)).to.equal(false);
    expect(await store.usedTokens.has('jti of a', '1')).to.equal(true);
    expect(await store.usedTokens.use('jti of b', '1', seconds() + 60)).to.equal(true);
  });

  it('are still refused when they expired a moment ago, and forgotten later', async () => {
    const { store, seconds, advance } = bed();
    await store.usedTokens.use('jti', '1', seconds() + 60);
    advance(61);
    await store.sweep();
    expect(await store.usedTokens.use('jti', '1', seconds() + 60)).to.equal(false);
    advance(3_600);
    expect((await store.sweep())['used_tokens']).to.equal(1);
    expect(await store.usedTokens.has('jti', '1')).to.equal(false);
  });

  it('are new to one of three processes', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => String(index));
    const won = await race(bed(), { name: 'use', ids }, 3);
    expect(won.flat().sort()).to.deep.equal([...ids].sort());
  });
});
