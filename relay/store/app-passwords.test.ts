import { expect } from 'chai';
import { onEveryStore } from './testing/every-store.ts';
import { alice, bob, otherAlice } from './testing/people.ts';

const password = {
  appPassword: 'app-password-1',
  loginName: 'alice@example.org',
  userId: 'alice',
  server: 'https://cloud.example.org',
  scopes: ['notes:read'],
};

onEveryStore('app passwords', (bed) => {
  it('belong to one person of one issuer', async () => {
    const { store, seconds } = bed();
    expect(await store.appPasswords.save(alice, password)).to.equal(undefined);
    expect(await store.appPasswords.find(alice)).to.deep.include({
      ...password,
      principal: alice,
      createdAt: seconds(),
    });
    expect(await store.appPasswords.find(bob)).to.equal(undefined);
    expect(await store.appPasswords.find(otherAlice)).to.equal(undefined);
  });

  it('tell no limit from an empty one', async () => {
    const { store } = bed();
    await store.appPasswords.save(alice, { ...password, scopes: null });
    await store.appPasswords.save(bob, { ...password, scopes: [] });
    expect((await store.appPasswords.find(alice))?.scopes).to.equal(null);
    expect((await store.appPasswords.find(bob))?.scopes).to.deep.equal([]);
  });

  it('give back what they replace, each exactly once, also when several logins end at once', async () => {
    const { store, open } = bed();
    const stores = [store, await open()];
    const replaced = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        stores[index % 2]!.appPasswords.save(alice, { ...password, appPassword: `p${index}` }),
      ),
    );
    const kept = await store.appPasswords.find(alice);
    const seen = [...replaced, kept].flatMap((one) => (one === undefined ? [] : [one.appPassword]));
    expect(seen.sort()).to.deep.equal(['p0', 'p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7']);
  });

  it('die at their first 401, and a new one is alive', async () => {
    const { store, seconds } = bed();
    await store.appPasswords.save(alice, password);
    const { id } = (await store.appPasswords.find(alice))!;
    expect(await store.appPasswords.markDead(alice, id)).to.equal(true);
    expect(await store.appPasswords.markDead(alice, id)).to.equal(false);
    expect((await store.appPasswords.find(alice))?.deadAt).to.equal(seconds());
    await store.appPasswords.save(alice, password);
    // a late 401 of the old one says nothing about the new one
    expect(await store.appPasswords.markDead(alice, id)).to.equal(false);
    expect(await store.appPasswords.find(alice)).to.not.have.property('deadAt');
  });

  it('remember their last use to the minute', async () => {
    const { store, seconds, advance } = bed();
    const lastUse = async () => (await store.appPasswords.find(alice))?.lastUsedAt;
    await store.appPasswords.save(alice, password);
    expect(await lastUse()).to.equal(undefined);
    await store.appPasswords.touch(alice);
    const first = seconds();
    advance(59);
    await store.appPasswords.touch(alice);
    expect(await lastUse()).to.equal(first);
    advance(1);
    await store.appPasswords.touch(alice);
    expect(await lastUse()).to.equal(seconds());
  });

  it('are given once more when removed, and listed without the secret', async () => {
    const { store } = bed();
    await store.appPasswords.save(alice, password);
    await store.appPasswords.save(bob, password);
    const first = await store.appPasswords.list(1);
    const rest = await store.appPasswords.list(5, first.at(-1)?.principal);
    expect([first.length, rest.length]).to.deep.equal([1, 1]);
    expect(JSON.stringify([first, rest])).to.not.contain('app-password-1');
    expect((await store.appPasswords.remove(alice))?.appPassword).to.equal('app-password-1');
    expect(await store.appPasswords.remove(alice)).to.equal(undefined);
  });
});
