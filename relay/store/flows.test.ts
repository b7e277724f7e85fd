import { expect } from 'chai';
import { onEveryStore } from './testing/every-store.ts';
import { race, startProcess } from './testing/child-process.ts';
import { alice } from './testing/people.ts';

onEveryStore('flows', (bed) => {
  const start = (kind = 'state'): Promise<string> =>
    bed().store.flows.start({ kind, principal: alice, payload: { verifier: 'v' } });

  it('are taken once, with what they carry and whom they are bound to', async () => {
    const { store, seconds } = bed();
    const id = await start();
    expect(await store.flows.take('state', id)).to.deep.equal({
      principal: alice,
      payload: { verifier: 'v' },
      createdAt: seconds(),
      expiresAt: seconds() + 600,
    });
    expect(await store.flows.take('state', id)).to.equal(undefined);
    expect(await store.flows.peek('state', id)).to.equal(undefined);
  });

  it('open only as their own kind', async () => {
    const { store } = bed();
    const id = await start('login flow');
    expect(await store.flows.take('state', id)).to.equal(undefined);
    expect(await store.flows.take('login flow', id)).to.not.equal(undefined);
  });

  it('end after ten minutes, however long was asked for', async () => {
    const { store, advance } = bed();
    const asked = { kind: 'state', payload: {}, lifeSeconds: 86_400 };
    const [first, second] = [await store.flows.start(asked), await store.flows.start(asked)];
    advance(599);
    expect(await store.flows.take('state', first)).to.not.equal(undefined);
    advance(1);
    expect(await store.flows.peek('state', second)).to.equal(undefined);
    expect(await store.flows.update('state', second, {})).to.equal(false);
    expect(await store.flows.claimPoll('state', second, 1)).to.equal(false);
    expect(await store.flows.take('state', second)).to.equal(undefined);
  });

  it('carry something new when updated', async () => {
    const { store } = bed();
    const id = await start();
    expect(await store.flows.update('state', id, { answer: 42 })).to.equal(true);
    expect((await store.flows.peek('state', id))?.payload).to.deep.equal({ answer: 42 });
  });

  it('let one caller poll per interval', async () => {
    const { store, open, advance } = bed();
    const other = await open();
    const id = await start();
    expect(await store.flows.claimPoll('state', id, 2)).to.equal(true);
    expect(await other.flows.claimPoll('state', id, 2)).to.equal(false);
    advance(2);
    expect(await other.flows.claimPoll('state', id, 2)).to.equal(true);
  });

  it('can be collected after their end, once, until they are swept', async () => {
    const { store, advance } = bed();
    const kept = { kind: 'login flow', payload: { token: 't' }, keepSeconds: 600 };
    await store.flows.start(kept);
    await start('login flow');
    expect(await store.flows.takeExpired('login flow', 10)).to.deep.equal([]);
    advance(600);
    await store.sweep();
    const collected = await store.flows.takeExpired<{ token: string }>('login flow', 10);
    expect(collected.map((flow) => flow.payload)).to.deep.equal([{ token: 't' }]);
    expect(await store.flows.takeExpired('login flow', 10)).to.deep.equal([]);
    await store.flows.start(kept);
    advance(1200);
    await store.sweep();
    expect(await store.flows.takeExpired('login flow', 10)).to.deep.equal([]);
  });

  it('go to one of two processes that take them at once', async () => {
    const ids = await Promise.all(Array.from({ length: 100 }, () => start()));
    const [one = [], two = []] = await race(bed(), { name: 'take', ids });
    expect([...one, ...two].sort()).to.deep.equal([...ids].sort());
  });

  it('are neither doubled nor lost when a process dies taking them', async () => {
    const { store } = bed();
    const ids = await Promise.all(Array.from({ length: 200 }, () => start()));
    const child = await startProcess(bed(), { name: 'take', ids });
    child.go();
    const theirs: string[] = [];
    const hear = async (): Promise<boolean> => {
      const message = await child.next();
      if (message?.kind === 'took') theirs.push(message.id);
      return message !== undefined;
    };
    for (let heard = 0; heard < 20; heard += 1) await hear();
    await child.kill();
    while (await hear());
    const left: string[] = [];
    for (const id of ids) if ((await store.flows.take('state', id)) !== undefined) left.push(id);
    expect(left.filter((id) => theirs.includes(id))).to.deep.equal([]);
    // the one that it took and could not tell of any more
    expect(ids.length - left.length - theirs.length).to.be.within(0, 1);
    expect(left).to.not.be.empty;
  });
});
