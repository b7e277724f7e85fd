import { expect } from 'chai';
import type { RefreshLease } from './grants.ts';
import type { Principal } from './principal.ts';
import type { Store } from './store.ts';
import { onEveryStore } from './testing/every-store.ts';
import { alice, bob, otherAlice } from './testing/people.ts';

const consent = {
  refreshToken: 'first',
  audience: 'https://cloud.example.org',
  scopes: ['notes:read', 'offline_access'],
  clientId: 'gateway',
};

async function lease(store: Store, who: Principal = alice, seconds = 30): Promise<RefreshLease> {
  const start = await store.grants.startRefresh(who, seconds);
  if (start.kind !== 'lease') throw new Error(start.kind);
  return start.lease;
}

onEveryStore('grants', (bed) => {
  it('belong to one person of one issuer', async () => {
    const { store, seconds } = bed();
    await store.grants.save(alice, { ...consent, expiresAt: seconds() + 100 });
    expect(await store.grants.find(alice)).to.deep.equal({
      principal: alice,
      audience: consent.audience,
      scopes: consent.scopes,
      clientId: 'gateway',
      generation: 1,
      createdAt: seconds(),
      updatedAt: seconds(),
      expiresAt: seconds() + 100,
    });
    for (const other of [bob, otherAlice]) {
      expect(await store.grants.find(other)).to.equal(undefined);
      expect(await store.grants.startRefresh(other, 30)).to.deep.equal({ kind: 'none' });
    }
  });

  it('are refreshed by one at a time', async () => {
    const { store, open, seconds } = bed();
    const other = await open();
    await store.grants.save(alice, consent);
    const held = await lease(store);
    expect(held).to.include({ refreshToken: 'first', interrupted: false, until: seconds() + 30 });
    expect(await other.grants.startRefresh(alice, 30)).to.deep.equal({
      kind: 'busy',
      until: seconds() + 30,
    });
    expect(await store.grants.finishRefresh(held, { refreshToken: 'second' })).to.equal('stored');
    const next = await lease(other);
    expect(next).to.include({ refreshToken: 'second', interrupted: false });
    expect(next.grant.generation).to.equal(2);
  });

  it('lease to one of many who ask at once', async () => {
    const { store, open } = bed();
    const stores = [store, await open(), await open()];
    await store.grants.save(alice, consent);
    const starts = await Promise.all(
      Array.from({ length: 12 }, (_, index) => stores[index % 3]!.grants.startRefresh(alice, 30)),
    );
    expect(starts.map((start) => start.kind).sort()).to.deep.equal([
      ...Array<string>(11).fill('busy'),
      'lease',
    ]);
  });

  it('keep the token of a provider that does not rotate', async () => {
    const { store, seconds } = bed();
    await store.grants.save(alice, consent);
    const answer = { scopes: ['notes:read'], expiresAt: seconds() + 500 };
    expect(await store.grants.finishRefresh(await lease(store), answer)).to.equal('stored');
    expect(await store.grants.find(alice)).to.deep.include({ generation: 1, ...answer });
    expect((await lease(store)).refreshToken).to.equal('first');
  });

  it('keep their token when the provider was not reached', async () => {
    const { store } = bed();
    await store.grants.save(alice, consent);
    await store.grants.abandonRefresh(await lease(store));
    expect(await lease(store)).to.include({ refreshToken: 'first', interrupted: false });
  });

  it('whose refresh ended without a word are found, and leased again with a mark', async () => {
    const { store, advance } = bed();
    await store.grants.save(alice, consent);
    await lease(store);
    expect(await store.grants.interrupted(10)).to.deep.equal([]);
    advance(30);
    expect(await store.grants.interrupted(10)).to.deep.equal([alice]);
    expect(await lease(store)).to.include({ refreshToken: 'first', interrupted: true });
    expect(await store.grants.interrupted(10)).to.deep.equal([]);
  });

  it('are never written over by a holder that was too slow', async () => {
    const { store, advance } = bed();
    await store.grants.save(alice, consent);
    const slow = await lease(store);
    advance(30);
    const quick = await lease(store);
    expect(await store.grants.finishRefresh(slow, { refreshToken: 'stale' })).to.equal(
      'superseded',
    );
    expect(await store.grants.refuseRefresh(slow)).to.equal(false);
    await store.grants.abandonRefresh(slow);
    expect(await store.grants.finishRefresh(quick, { refreshToken: 'new' })).to.equal('stored');
    expect(await store.grants.finishRefresh(slow, { refreshToken: 'stale' })).to.equal(
      'superseded',
    );
    expect((await lease(store)).refreshToken).to.equal('new');
  });

  it('stay removed when they are taken back during a refresh', async () => {
    const { store } = bed();
    await store.grants.save(alice, consent);
    const held = await lease(store);
    expect((await store.grants.remove(alice))?.refreshToken).to.equal('first');
    expect(await store.grants.finishRefresh(held, { refreshToken: 'late' })).to.equal('removed');
    expect(await store.grants.find(alice)).to.equal(undefined);
    expect(await store.grants.remove(alice)).to.equal(undefined);
  });

  it('given anew during a refresh keep the new token', async () => {
    const { store } = bed();
    await store.grants.save(alice, consent);
    const held = await lease(store);
    await store.grants.save(alice, { ...consent, refreshToken: 'fresh' });
    expect(await store.grants.finishRefresh(held, { refreshToken: 'late' })).to.equal('superseded');
    expect((await lease(store)).refreshToken).to.equal('fresh');
  });

  it('refused by the provider are not tried again until the person consents', async () => {
    const { store, seconds } = bed();
    await store.grants.save(alice, consent);
    expect(await store.grants.refuseRefresh(await lease(store))).to.equal(true);
    expect((await store.grants.find(alice))?.refusedAt).to.equal(seconds());
    expect(await store.grants.startRefresh(alice, 30)).to.deep.equal({ kind: 'none' });
    await store.grants.save(alice, consent);
    expect((await store.grants.startRefresh(alice, 30)).kind).to.equal('lease');
  });

  it('that expired are not refreshed, and swept', async () => {
    const { store, seconds, advance } = bed();
    await store.grants.save(alice, { ...consent, expiresAt: seconds() + 10 });
    await store.grants.save(bob, consent);
    advance(10);
    expect(await store.grants.startRefresh(alice, 30)).to.deep.equal({ kind: 'none' });
    expect((await store.sweep())['grants']).to.equal(1);
    expect(await store.grants.find(bob)).to.not.equal(undefined);
  });

  it('are listed in pages', async () => {
    const { store } = bed();
    for (const who of [alice, bob, otherAlice]) await store.grants.save(who, consent);
    const first = await store.grants.list(2);
    const rest = await store.grants.list(2, first.at(-1)?.principal);
    expect([first.length, rest.length]).to.deep.equal([2, 1]);
    expect([...first, ...rest].map((grant) => grant.principal)).to.have.deep.members([
      alice,
      bob,
      otherAlice,
    ]);
  });
});
