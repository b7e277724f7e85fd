import { expect } from 'chai';
import { onEveryStore } from './testing/every-store.ts';
import { alice, bob } from './testing/people.ts';

const lives = { idleSeconds: 600, lifeSeconds: 3_600 };

onEveryStore('browser sessions', (bed) => {
  it('are known by their id only', async () => {
    const { store, seconds } = bed();
    const id = await store.sessions.create({ principal: alice, data: { theme: 'dark' }, ...lives });
    const session = await store.sessions.find(id);
    expect(session).to.deep.include({
      principal: alice,
      data: { theme: 'dark' },
      createdAt: seconds(),
      expiresAt: seconds() + 3_600,
    });
    expect(session?.csrfToken).to.match(/^[\w-]{43}$/);
    expect(await store.sessions.find(`${id}x`)).to.equal(undefined);
  });

  it('end when idle, and live on with visits', async () => {
    const { store, advance } = bed();
    const visited = await store.sessions.create(lives);
    const idle = await store.sessions.create(lives);
    advance(599);
    expect(await store.sessions.find(visited)).to.not.equal(undefined);
    advance(2);
    expect(await store.sessions.find(visited)).to.not.equal(undefined);
    expect(await store.sessions.find(idle)).to.equal(undefined);
    expect(await store.sessions.update(idle, {})).to.equal(false);
  });

  it('end in any case at their absolute end', async () => {
    const { store, advance } = bed();
    const id = await store.sessions.create(lives);
    for (let minutes = 0; minutes < 59; minutes += 1) {
      advance(60);
      expect(await store.sessions.find(id)).to.not.equal(undefined);
    }
    advance(60);
    expect(await store.sessions.find(id)).to.equal(undefined);
  });

  it('keep data and their CSRF token over an update', async () => {
    const { store } = bed();
    const id = await store.sessions.create({ data: { a: 1 }, ...lives });
    const before = await store.sessions.find(id);
    expect(await store.sessions.update(id, { b: 2 })).to.equal(true);
    const after = await store.sessions.find(id);
    expect(after?.data).to.deep.equal({ b: 2 });
    expect(after?.csrfToken).to.equal(before?.csrfToken);
  });

  it('get a new id at sign-in, and the old one opens nothing', async () => {
    const { store } = bed();
    const planted = await store.sessions.create(lives);
    const before = await store.sessions.find(planted);
    const id = await store.sessions.renew(planted, { principal: alice, ...lives });
    expect(id).to.not.equal(planted);
    expect(await store.sessions.find(planted)).to.equal(undefined);
    const after = await store.sessions.find(id);
    expect(after?.principal).to.deep.equal(alice);
    expect(after?.csrfToken).to.not.equal(before?.csrfToken);
  });

  it('are ended one by one or all of a person', async () => {
    const { store } = bed();
    const ids = [];
    for (const principal of [alice, alice, alice, bob]) {
      ids.push(await store.sessions.create({ principal, ...lives }));
    }
    await store.sessions.destroy(ids[0]!);
    expect(await store.sessions.find(ids[0]!)).to.equal(undefined);
    expect(await store.sessions.destroyAllOf(alice)).to.equal(2);
    expect(await store.sessions.find(ids[1]!)).to.equal(undefined);
    expect(await store.sessions.find(ids[3]!)).to.not.equal(undefined);
  });

  it('are swept after their idle or absolute end', async () => {
    const { store, advance } = bed();
    await store.sessions.create({ idleSeconds: 10, lifeSeconds: 1_000 });
    await store.sessions.create({ idleSeconds: 1_000, lifeSeconds: 10 });
    const stays = await store.sessions.create(lives);
    advance(11);
    expect((await store.sweep())['sessions']).to.equal(2);
    expect(await store.sessions.find(stays)).to.not.equal(undefined);
  });
});
