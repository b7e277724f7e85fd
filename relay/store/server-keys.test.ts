import { expect } from 'chai';
import { onEveryStore } from './testing/every-store.ts';

onEveryStore('keys the gateway made', (bed) => {
  it('are made once for all replicas', async () => {
    const { store, open } = bed();
    const stores = [store, await open(), await open()];
    const keys = await Promise.all(
      stores.map((one, index) =>
        one.serverKeys.ensure('cookie', () => Promise.resolve(`material ${String(index)}`)),
      ),
    );
    expect(keys[0]).to.have.length(1);
    expect(keys[1]).to.deep.equal(keys[0]);
    expect(keys[2]).to.deep.equal(keys[0]);
  });

  it('are not made again, and kept by purpose, oldest first', async () => {
    const { serverKeys } = bed().store;
    await serverKeys.ensure('signing', () => Promise.resolve('one'));
    await serverKeys.ensure('signing', () => Promise.reject(new Error('made again')));
    const [second, third] = await Promise.all([
      serverKeys.add('signing', 'two'),
      serverKeys.add('signing', 'three'),
    ]);
    const listed = await serverKeys.list('signing');
    expect(listed[0]?.material).to.equal('one');
    expect(listed.slice(1)).to.have.deep.members([second, third]);
    expect(await serverKeys.list('cookie')).to.deep.equal([]);
  });

  it('end when they are told to', async () => {
    const { store, seconds, advance } = bed();
    const { serverKeys } = store;
    const key = await serverKeys.add('signing', 'old');
    await serverKeys.add('signing', 'new');
    await serverKeys.expire(key.id, seconds() + 10);
    expect(await serverKeys.list('signing')).to.have.length(2);
    advance(10);
    expect((await serverKeys.list('signing')).map(({ material }) => material)).to.deep.equal([
      'new',
    ]);
    expect((await store.sweep())['server_keys']).to.equal(1);
  });
});
