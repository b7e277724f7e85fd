import { expect } from 'chai';
import { principalKey } from '../access/principal-key.ts';
import type { Principal } from '../access/principal.ts';
import { onEveryStore } from '../store/testing/every-store.ts';
import { admission, namesBy } from './admission.ts';

const issuer = 'https://mcp.example.org';

function caller(subject: string, clientId: string, username?: string): Principal {
  const key = principalKey(issuer, subject);
  return { key, issuer, subject, username, clientId, scopes: new Set(), expiresAt: 0 };
}

const nobodyAsks = (): Promise<never> => Promise.reject(new Error('asked for groups'));

onEveryStore('admission of callers', (bed) => {
  it('follows the lists of people, by either name, and of clients', async () => {
    const { store } = bed();
    await store.accessRules.set('user', 'mallory', 'deny');
    await store.accessRules.set('client', 'editor', 'allow');
    const { permits } = admission(store, () => 0, nobodyAsks);
    expect(await permits(caller('s1', 'editor', 'alice'), '')).to.equal(true);
    expect(await permits(caller('s2', 'editor', 'mallory'), '')).to.equal(false);
    expect(await permits(caller('mallory', 'editor'), '')).to.equal(false);
    expect(await permits(caller('s1', 'stranger', 'alice'), '')).to.equal(false);
  });

  it('goes by no name that people may give themselves', async () => {
    const { store } = bed();
    await store.accessRules.set('user', 'alice', 'allow');
    const { permits } = admission(store, () => 0, nobodyAsks, namesBy(false));
    expect(await permits(caller('alice', 'editor', 'anything'), '')).to.equal(true);
    expect(await permits(caller('mallory', 'editor', 'alice'), '')).to.equal(false);
  });

  it('notices a decision within five seconds, and asks the store no more often', async () => {
    const { store } = bed();
    let [now, asked] = [0, 0];
    const { users } = store;
    const accessRules = {
      ...store.accessRules,
      list: () => {
        asked += 1;
        return store.accessRules.list();
      },
    };
    const { permits, readOnly } = admission({ accessRules, users }, () => now, nobodyAsks);
    const alice = caller('alice', 'editor');
    expect([await permits(alice, ''), await readOnly(alice)]).to.deep.equal([true, false]);
    await store.accessRules.set('user', 'alice', 'deny');
    await store.users.setReadOnly(alice, true);
    now = 4_999;
    expect(await permits(alice, '')).to.equal(true);
    expect(asked).to.equal(1);
    now = 5_000;
    expect([await permits(alice, ''), await readOnly(alice)]).to.deep.equal([false, true]);
    expect(asked).to.equal(2);
  });

  it('follows the lists of groups, and asks for somebody’s groups only where there is one', async () => {
    const { store } = bed();
    const asked: string[] = [];
    const groups: Readonly<Record<string, readonly string[] | undefined>> = {
      alice: ['staff', 'guests'],
      bob: ['guests'],
      carol: undefined, // nothing of Nextcloud can be reached for them
    };
    let now = 0;
    const { permits } = admission(
      store,
      () => now,
      ({ subject }, token) => {
        asked.push(`${subject} ${token}`);
        return Promise.resolve(groups[subject]);
      },
    );
    expect(await permits(caller('bob', 'editor'), 'of-bob')).to.equal(true);
    expect(asked).to.deep.equal([]);
    await store.accessRules.set('group', 'staff', 'allow');
    now = 5_000;
    expect(await permits(caller('alice', 'editor'), 'of-alice')).to.equal(true);
    expect(await permits(caller('bob', 'editor'), 'of-bob')).to.equal(false);
    expect(await permits(caller('carol', 'editor'), 'of-carol')).to.equal(true);
    expect(asked).to.deep.equal(['alice of-alice', 'bob of-bob', 'carol of-carol']);
  });

  it('does not keep a failure', async () => {
    const { store } = bed();
    let broken = true;
    const accessRules = {
      ...store.accessRules,
      list: () => (broken ? Promise.reject(new Error('gone')) : store.accessRules.list()),
    };
    const { permits } = admission({ accessRules, users: store.users }, () => 0, nobodyAsks);
    const first = await permits(caller('a', 'c'), '').catch((error: unknown) => error);
    expect(first).to.be.instanceOf(Error);
    broken = false;
    expect(await permits(caller('a', 'c'), '')).to.equal(true);
  });
});
