import { randomInt, randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { startProcess } from './testing/child-process.ts';
import { onEveryStore } from './testing/every-store.ts';
import type { StoreBed } from './testing/every-store.ts';
import { alice } from './testing/people.ts';

const RUNS = 20;

/**
 * A provider that rotates: it accepts the newest refresh token and, until that one is used, the one before it
 * (OAuth 2.1 section 4.3.1 leaves room for it: the answer may be lost on its way). Anything else ends the grant.
 */
class Provider {
  readonly #issued: string[] = [randomUUID()];
  #previous: string | undefined;

  get newest(): string {
    return this.#issued.at(-1) ?? '';
  }

  answer(refreshToken: string): string {
    if (refreshToken === this.newest) this.#previous = this.newest;
    else if (refreshToken !== this.#previous) throw new Error('invalid_grant: the grant is lost');
    this.#issued.push(randomUUID());
    return this.newest;
  }

  /** How many tokens were issued after this one. */
  since(refreshToken: string): number {
    return this.#issued.length - 1 - this.#issued.indexOf(refreshToken);
  }
}

onEveryStore('a process killed while it rotates a refresh token', (bed) => {
  it(`loses no grant and doubles none, in ${String(RUNS)} random deaths`, async () => {
    const provider = new Provider();
    await bed().store.grants.save(alice, {
      refreshToken: provider.newest,
      audience: 'https://cloud.example.org',
      scopes: [],
      clientId: 'gateway',
    });
    let interrupted = 0;
    for (let run = 0; run < RUNS; run += 1) {
      // every other time the worst: the provider has answered, and the answer dies with the process
      const reported = await killWhileRotating(bed(), provider, run % 2 === 0);
      if (await recover(bed(), provider, reported)) interrupted += 1;
    }
    expect(interrupted).to.be.at.least(RUNS / 2);
  });
});

/** Gives the last token that the process reported as stored. */
async function killWhileRotating(
  bed: StoreBed,
  provider: Provider,
  answerIsLost: boolean,
): Promise<string | undefined> {
  const child = await startProcess(bed, { name: 'refresh' });
  child.go();
  let reported: string | undefined;
  for (let rotations = randomInt(1, 5); rotations > 0;) {
    const message = await child.next();
    if (message?.kind === 'stored') reported = message.refreshToken;
    if (message?.kind !== 'ask') continue;
    rotations -= 1;
    const refreshToken = provider.answer(message.refreshToken);
    if (rotations > 0 || !answerIsLost) child.send({ refreshToken });
  }
  if (!answerIsLost) {
    // somewhere between the answer coming in and the next one being stored
    for (let turns = randomInt(0, 300); turns > 0; turns -= 1) await nextTurn();
  }
  await child.kill();
  for (let rest = await child.next(); rest !== undefined; rest = await child.next()) {
    if (rest.kind === 'stored') reported = rest.refreshToken;
  }
  return reported;
}

/** What the next process does: waits for the lease to lapse and refreshes with what is stored. */
async function recover(
  bed: StoreBed,
  provider: Provider,
  reported: string | undefined,
): Promise<boolean> {
  const { grants } = bed.store;
  bed.advance(30);
  const start = await grants.startRefresh(alice, 30);
  if (start.kind !== 'lease') throw new Error(start.kind);
  const { interrupted, refreshToken: stored } = start.lease;
  expect(await grants.list(10)).to.have.length(1);
  expect(await grants.startRefresh(alice, 30)).to.have.property('kind', 'busy');
  // what was reported as stored is there; the worst that a death can take is a report
  if (reported !== undefined) expect(provider.since(reported)).to.be.at.most(interrupted ? 2 : 1);
  const refreshToken = provider.answer(stored);
  expect(await grants.finishRefresh(start.lease, { refreshToken })).to.equal('stored');
  return interrupted;
}
