import { expect } from 'chai';
import { onEveryStore } from './testing/every-store.ts';
import { alice, bob, otherAlice } from './testing/people.ts';

onEveryStore('rules of an administrator', (bed) => {
  it('let everybody in until there is one', async () => {
    const { accessRules } = bed().store;
    expect(await accessRules.permits('client', ['c-1'])).to.equal(true);
    expect(await accessRules.permits('group', [])).to.equal(true);
  });

  it('deny by name, and a denial wins', async () => {
    const { accessRules } = bed().store;
    await accessRules.set('group', 'guests', 'deny');
    await accessRules.set('group', 'staff', 'allow');
    expect(await accessRules.permits('group', ['staff', 'guests'])).to.equal(false);
    expect(await accessRules.permits('group', ['staff'])).to.equal(true);
    expect(await accessRules.permits('user', ['guests'])).to.equal(true);
  });

  it('once somebody is allowed by name, admit only those', async () => {
    const { accessRules } = bed().store;
    await accessRules.set('client', 'c-1', 'allow');
    expect(await accessRules.permits('client', ['c-1'])).to.equal(true);
    expect(await accessRules.permits('client', ['c-2'])).to.equal(false);
    expect(await accessRules.permits('client', [])).to.equal(false);
  });

  it('are one per name, listed and removed', async () => {
    const { store, seconds } = bed();
    const { accessRules } = store;
    await accessRules.set('user', 'alice', 'allow');
    await accessRules.set('user', 'alice', 'deny');
    await accessRules.set('client', 'c-1', 'allow');
    expect(await accessRules.list('user')).to.deep.equal([
      { kind: 'user', name: 'alice', effect: 'deny', createdAt: seconds() },
    ]);
    expect(await accessRules.list()).to.have.length(2);
    expect(await accessRules.remove('user', 'alice')).to.equal(true);
    expect(await accessRules.remove('user', 'alice')).to.equal(false);
  });

  it('make single people read-only, and take it back', async () => {
    const { users } = bed().store;
    expect(await users.isReadOnly(alice)).to.equal(false);
    await users.setReadOnly(alice, true);
    await users.setReadOnly(bob, true);
    await users.setReadOnly(bob, false);
    expect(await users.isReadOnly(alice)).to.equal(true);
    expect(await users.isReadOnly(otherAlice)).to.equal(false);
    expect(await users.isReadOnly(bob)).to.equal(false);
    expect(await users.listReadOnly()).to.deep.equal([alice]);
  });
});
