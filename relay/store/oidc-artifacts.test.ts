import { expect } from 'chai';
import { race } from './testing/child-process.ts';
import { onEveryStore } from './testing/every-store.ts';

onEveryStore('artifacts of the authorization server', (bed) => {
  const token = { jti: 'rt-1', grantId: 'g-1', accountId: 'alice', clientId: 'c-1', kind: 'RT' };

  it('are found again as they were', async () => {
    const { store } = bed();
    await store.oidcArtifacts.upsert('RefreshToken', 'rt-1', token, 60);
    expect(await store.oidcArtifacts.find('RefreshToken', 'rt-1')).to.deep.equal({
      payload: token,
    });
    expect(await store.oidcArtifacts.find('AuthorizationCode', 'rt-1')).to.equal(undefined);
  });

  it('are found by session uid and user code, each within its model', async () => {
    const { store } = bed();
    const { oidcArtifacts } = store;
    await oidcArtifacts.upsert('Session', 's-1', { uid: 'u-1' }, 60);
    await oidcArtifacts.upsert('DeviceCode', 'd-1', { userCode: 'ABCD' }, 60);
    expect(await oidcArtifacts.findByUid('Session', 'u-1')).to.deep.equal({
      payload: { uid: 'u-1' },
    });
    expect(await oidcArtifacts.findByUid('Interaction', 'u-1')).to.equal(undefined);
    expect((await oidcArtifacts.findByUserCode('DeviceCode', 'ABCD'))?.payload.userCode).to.equal(
      'ABCD',
    );
  });

  it('are replaced as a whole, end included', async () => {
    const { store, advance } = bed();
    const { oidcArtifacts } = store;
    await oidcArtifacts.upsert('Session', 's-1', { uid: 'u-1', a: 1 }, 60);
    await oidcArtifacts.upsert('Session', 's-1', { uid: 'u-2' }, 120);
    expect(await oidcArtifacts.findByUid('Session', 'u-1')).to.equal(undefined);
    advance(119);
    expect((await oidcArtifacts.find('Session', 's-1'))?.payload).to.deep.equal({ uid: 'u-2' });
    advance(1);
    expect(await oidcArtifacts.find('Session', 's-1')).to.equal(undefined);
  });

  it('without an end stay', async () => {
    const { store, advance } = bed();
    await store.oidcArtifacts.upsert('Client', 'c-1', { client_name: 'n' });
    advance(10 * 365 * 86_400);
    await store.sweep();
    expect(await store.oidcArtifacts.find('Client', 'c-1')).to.not.equal(undefined);
  });

  it('are consumed once, and saved again stay consumed', async () => {
    const { store, seconds, advance } = bed();
    const { oidcArtifacts } = store;
    await oidcArtifacts.upsert('RefreshToken', 'rt-1', token, 60);
    expect(await oidcArtifacts.consume('RefreshToken', 'rt-1')).to.equal(true);
    const consumedAt = seconds();
    advance(5);
    expect(await oidcArtifacts.consume('RefreshToken', 'rt-1')).to.equal(false);
    await oidcArtifacts.upsert('RefreshToken', 'rt-1', token, 60);
    expect((await oidcArtifacts.find('RefreshToken', 'rt-1'))?.consumedAt).to.equal(consumedAt);
    expect(await oidcArtifacts.consume('RefreshToken', 'unknown')).to.equal(false);
  });

  it('are consumed by one of two processes', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `rt-${String(index)}`);
    for (const id of ids) await bed().store.oidcArtifacts.upsert('RefreshToken', id, token, 60);
    const won = await race(bed(), { name: 'consume', ids });
    expect(won.flat().sort()).to.deep.equal([...ids].sort());
  });

  it('that were consumed stay a day to recognise a replay', async () => {
    const { store, advance } = bed();
    const { oidcArtifacts } = store;
    await oidcArtifacts.upsert('RefreshToken', 'rt-1', token, 30 * 86_400);
    await oidcArtifacts.consume('RefreshToken', 'rt-1');
    advance(86_399);
    await store.sweep();
    expect(await oidcArtifacts.find('RefreshToken', 'rt-1')).to.not.equal(undefined);
    advance(1);
    await store.sweep();
    expect(await oidcArtifacts.find('RefreshToken', 'rt-1')).to.equal(undefined);
  });

  it('end with their grant, and only with theirs', async () => {
    const { store } = bed();
    const { oidcArtifacts } = store;
    await oidcArtifacts.upsert('Grant', 'g-1', { accountId: 'alice', clientId: 'c-1' }, 60);
    await oidcArtifacts.upsert('Grant', 'g-2', { accountId: 'alice', clientId: 'c-2' }, 60);
    await oidcArtifacts.upsert('RefreshToken', 'rt-1', token, 60);
    await oidcArtifacts.upsert('AuthorizationCode', 'ac-1', token, 60);
    await oidcArtifacts.upsert('RefreshToken', 'rt-2', { ...token, grantId: 'g-2' }, 60);
    expect(await oidcArtifacts.grantStands('g-1')).to.equal(true);
    expect(await oidcArtifacts.revokeGrant('g-1')).to.equal(3);
    expect(await oidcArtifacts.grantStands('g-1')).to.equal(false);
    expect(await oidcArtifacts.find('RefreshToken', 'rt-1')).to.equal(undefined);
    expect(await oidcArtifacts.grantStands('g-2')).to.equal(true);
    expect(await oidcArtifacts.find('RefreshToken', 'rt-2')).to.not.equal(undefined);
    await oidcArtifacts.destroy('RefreshToken', 'rt-2');
    expect(await oidcArtifacts.find('RefreshToken', 'rt-2')).to.equal(undefined);
  });

  it('of one person are listed and revoked together', async () => {
    const { store, seconds, advance } = bed();
    const { oidcArtifacts } = store;
    const grant = (jti: string, accountId: string, clientId: string) =>
      oidcArtifacts.upsert('Grant', jti, { jti, accountId, clientId }, 60);
    await grant('g-1', 'alice', 'c-1');
    advance(1);
    await grant('g-2', 'alice', 'c-2');
    await grant('g-3', 'bob', 'c-1');
    await oidcArtifacts.upsert('Session', 's-1', { accountId: 'alice' }, 60);
    const grants = await oidcArtifacts.grantsOf('alice');
    expect(grants.map(({ grantId, clientId, createdAt }) => [grantId, clientId, createdAt]))
      .to.deep // prettier-ignore
      .equal([
        ['g-2', 'c-2', seconds()],
        ['g-1', 'c-1', seconds() - 1],
      ]);
    expect(await oidcArtifacts.revokeAccount('alice')).to.equal(3);
    expect(await oidcArtifacts.grantsOf('alice')).to.deep.equal([]);
    expect(await oidcArtifacts.grantStands('g-3')).to.equal(true);
  });

  it('clients without a grant are counted and forgotten after a while', async () => {
    const { store, seconds, advance } = bed();
    const { oidcArtifacts } = store;
    await oidcArtifacts.upsert('Client', 'idle', {});
    await oidcArtifacts.upsert('Client', 'granted', {});
    await oidcArtifacts.upsert('Grant', 'g', { accountId: 'alice', clientId: 'granted' }, 9_999);
    advance(100);
    await oidcArtifacts.upsert('Client', 'young', {});
    expect(await oidcArtifacts.count('Client')).to.equal(3);
    expect(await oidcArtifacts.forgetIdleClients(seconds() - 50)).to.equal(1);
    expect(await oidcArtifacts.find('Client', 'idle')).to.equal(undefined);
    expect(await oidcArtifacts.count('Client')).to.equal(2);
  });
});
