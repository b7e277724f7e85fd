import { expect } from 'chai';
import { onEveryStore } from './testing/every-store.ts';
import { alice, bob } from './testing/people.ts';
import { everythingStored } from './testing/raw-sql.ts';

const GRANT = { refreshToken: 'r', audience: 'a', scopes: ['openid'], clientId: 'c' };
const PAYLOAD = { code: 'a-code-that-must-not-lie-in-clear' };
const LEASE = { leaseSeconds: 30, limit: 10 };

onEveryStore('codes on their way to becoming grants', (bed) => {
  it('lie sealed, and are struck out together with the grant being stored', async () => {
    const { redemptions, grants } = bed().store;
    const id = await redemptions.begin(alice, PAYLOAD, 30);
    expect(await everythingStored(bed().location)).to.not.contain(PAYLOAD.code);
    expect(await redemptions.nextEnd()).to.equal(bed().seconds() + 30);
    expect(await grants.save(alice, GRANT, id)).to.equal(true);
    expect(await redemptions.nextEnd()).to.equal(undefined);
    expect(await grants.save(alice, { ...GRANT, refreshToken: 'twice' }, id)).to.equal(false);
    const start = await grants.startRefresh(alice, 30);
    expect(start).to.have.nested.property('lease.refreshToken', 'r');
  });

  it('go to one claimer when their lease is over, and their first holder stores nothing any more', async () => {
    const { redemptions, grants } = bed().store;
    const first = await redemptions.begin(alice, PAYLOAD, 30);
    const createdAt = bed().seconds();
    expect(await redemptions.claim(LEASE)).to.eql([]);
    bed().advance(30);
    const claims = await Promise.all([redemptions.claim(LEASE), redemptions.claim(LEASE)]);
    const [claimed, ...others] = claims.flat();
    expect(others).to.eql([]);
    expect(claimed).to.deep.include({ principal: alice, payload: PAYLOAD, createdAt });
    expect(claimed?.id).to.not.equal(first);
    expect(await grants.save(alice, GRANT, first)).to.equal(false);
    expect(await grants.find(alice)).to.equal(undefined);
    await redemptions.end(first);
    expect(await redemptions.nextEnd()).to.equal(bed().seconds() + 30);
    expect(await grants.save(alice, GRANT, claimed?.id)).to.equal(true);
  });

  it('of one person are claimed at once, and nobody else’s', async () => {
    const { redemptions } = bed().store;
    await redemptions.begin(alice, PAYLOAD, 30);
    await redemptions.begin(bob, PAYLOAD, 30);
    const claimed = await redemptions.claim({ ...LEASE, principal: alice });
    expect(claimed.map(({ principal }) => principal)).to.eql([alice]);
    bed().advance(30);
    expect(await redemptions.claim(LEASE)).to.have.length(2);
  });

  it('are forgotten when no provider can know them any more', async () => {
    const { store } = bed();
    const { redemptions } = store;
    await redemptions.begin(alice, PAYLOAD, 30);
    bed().advance(1_799);
    await store.sweep();
    expect(await redemptions.nextEnd()).to.be.a('number');
    bed().advance(1);
    await store.sweep();
    expect(await redemptions.nextEnd()).to.equal(undefined);
  });
});
