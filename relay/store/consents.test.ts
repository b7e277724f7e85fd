import { expect } from 'chai';
import { onEveryStore } from './testing/every-store.ts';
import { alice, bob, otherAlice } from './testing/people.ts';

onEveryStore('consents', (bed) => {
  it('are per person and client, and replaced by the next', async () => {
    const { store, seconds, advance } = bed();
    const { consents } = store;
    await consents.save(alice, { clientId: 'c-1', clientName: 'Editor', scopes: ['notes:read'] });
    advance(5);
    await consents.save(alice, { clientId: 'c-1', clientName: 'Editor', scopes: ['deck:read'] });
    expect(await consents.find(alice, 'c-1')).to.deep.equal({
      clientId: 'c-1',
      clientName: 'Editor',
      scopes: ['deck:read'],
      createdAt: seconds() - 5,
      updatedAt: seconds(),
    });
    expect(await consents.find(alice, 'c-2')).to.equal(undefined);
    expect(await consents.find(bob, 'c-1')).to.equal(undefined);
    expect(await consents.find(otherAlice, 'c-1')).to.equal(undefined);
  });

  it('are listed by their latest change and know their last use', async () => {
    const { store, seconds, advance } = bed();
    const { consents } = store;
    await consents.save(alice, { clientId: 'c-1', scopes: [] });
    advance(1);
    await consents.save(alice, { clientId: 'c-2', scopes: [] });
    await consents.touch(alice, 'c-1');
    const listed = await consents.listOf(alice);
    expect(listed.map(({ clientId, lastUsedAt }) => [clientId, lastUsedAt])).to.deep.equal([
      ['c-2', undefined],
      ['c-1', seconds()],
    ]);
  });

  it('are revoked one by one or all', async () => {
    const { store } = bed();
    const { consents } = store;
    for (const clientId of ['c-1', 'c-2', 'c-3']) {
      await consents.save(alice, { clientId, scopes: [] });
      await consents.save(bob, { clientId, scopes: [] });
    }
    expect(await consents.revoke(alice, 'c-1')).to.equal(true);
    expect(await consents.revoke(alice, 'c-1')).to.equal(false);
    expect(await consents.revokeAllOf(alice)).to.equal(2);
    expect(await consents.listOf(alice)).to.deep.equal([]);
    expect(await consents.listOf(bob)).to.have.length(3);
  });
});
