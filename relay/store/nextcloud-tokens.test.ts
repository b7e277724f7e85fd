import { expect } from 'chai';
import { onEveryStore } from './testing/every-store.ts';
import { alice, bob } from './testing/people.ts';

const login = (name: string) => ({
  accessToken: `access ${name}`,
  refreshToken: `refresh ${name}`,
  expiresAt: 2_000_000_000,
  userId: 'alice',
  server: 'https://cloud.example.org',
});

onEveryStore('tokens of Nextcloud’s oauth2 app', (bed) => {
  const tokens = () => bed().store.nextcloudTokens;
  const version = async (): Promise<string> => (await tokens().find(alice))?.version ?? '';

  it('are one pair a person, and a new login tells which it replaced', async () => {
    expect(await tokens().save(alice, login('1'))).to.equal(undefined);
    expect(await tokens().save(alice, login('2'))).to.include(login('1'));
    expect(await tokens().find(alice)).to.include(login('2'));
    expect(await tokens().find(bob)).to.equal(undefined);
  });

  it('of logins at the same moment each learns what it replaced', async () => {
    const stores = [bed().store, await bed().open(), await bed().open()];
    const replaced = await Promise.all(
      stores.map(({ nextcloudTokens }, index) => nextcloudTokens.save(alice, login(String(index)))),
    );
    const last = await tokens().find(alice);
    const known = [...replaced, last].map((one) => one?.accessToken).sort();
    expect(known).to.deep.equal(['access 0', 'access 1', 'access 2', undefined]);
  });

  it('may be spent by one of all processes until its lease ends', async () => {
    await tokens().save(alice, login('1'));
    const one = await version();
    const other = (await bed().open()).nextcloudTokens;
    const leased = await Promise.all([tokens().lease(alice, one, 30), other.lease(alice, one, 30)]);
    expect(leased.sort()).to.deep.equal([false, true]);
    bed().advance(30);
    expect(await other.lease(alice, one, 30)).to.equal(true);
    await other.release(alice, one);
    expect(await tokens().lease(alice, one, 30)).to.equal(true);
  });

  it('are replaced only by the refresh of that very pair', async () => {
    await tokens().save(alice, login('1'));
    const one = await version();
    expect(await tokens().rotate(alice, one, login('2'))).to.equal('stored');
    expect(await version()).not.to.equal(one);
    expect(await tokens().rotate(alice, one, login('3'))).to.equal('superseded');
    expect(await tokens().find(alice)).to.include(login('2'));
    expect(await tokens().remove(alice)).to.include(login('2'));
    expect(await tokens().rotate(alice, one, login('3'))).to.equal('removed');
    expect(await tokens().find(alice)).to.equal(undefined);
  });

  it('that are dead are leased to nobody, until the person logs in again', async () => {
    await tokens().save(alice, login('1'));
    const one = await version();
    expect(await tokens().markDead(alice, one)).to.equal(true);
    expect(await tokens().markDead(alice, one)).to.equal(false);
    expect(await tokens().lease(alice, one, 30)).to.equal(false);
    expect((await tokens().find(alice))?.deadAt).to.equal(bed().seconds());
    await tokens().save(alice, login('2'));
    expect(await tokens().find(alice)).not.to.have.property('deadAt');
    expect(await tokens().markDead(alice, one), 'those are gone').to.equal(false);
  });

  it('are listed without secrets, with their last use', async () => {
    await tokens().save(alice, login('1'));
    await tokens().save(bob, { ...login('2'), userId: 'bob' });
    bed().advance(5);
    await tokens().touch(alice);
    const [first, ...rest] = await tokens().list(1);
    const second = await tokens().list(5, first?.principal);
    expect(rest).to.deep.equal([]);
    const everybody = [first, ...second].map((one) => [one?.userId, one?.lastUsedAt]);
    expect(everybody).to.have.deep.members([
      ['alice', bed().seconds()],
      ['bob', undefined],
    ]);
    expect(JSON.stringify([first, second]))
      .not.to.contain('access 1')
      .and.not.to.contain('refresh');
  });
});
