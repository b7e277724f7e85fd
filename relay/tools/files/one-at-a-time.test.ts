import { expect } from 'chai';
import type { ToolContext } from '../tool.ts';
import { oneAtATime } from './one-at-a-time.ts';

const as = (user: string) => {
  const nextcloud = { baseUrl: 'https://cloud.example.org', userId: () => Promise.resolve(user) };
  return { nextcloud } as unknown as ToolContext;
};

describe('changes of one file', () => {
  it('run one after another, also after one that failed', async () => {
    const events: string[] = [];
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const first = oneAtATime('a', as('alice'), async () => {
      events.push('first begins');
      await promise;
      events.push('first ends');
      throw new Error('failed');
    });
    const second = oneAtATime('a', as('alice'), () => {
      events.push('second');
      return Promise.resolve(2);
    });
    await oneAtATime('b', as('alice'), () => Promise.resolve(events.push('other file')));
    await oneAtATime('a', as('bob'), () => Promise.resolve(events.push('other user')));
    expect(events).to.deep.equal(['first begins', 'other file', 'other user']);
    resolve(undefined);
    expect(await first.catch((error: unknown) => String(error))).to.equal('Error: failed');
    expect(await second).to.equal(2);
    expect(events.slice(3)).to.deep.equal(['first ends', 'second']);
  });
});
