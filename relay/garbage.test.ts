import { expect } from 'chai';
import { collectStartUpGarbage, collectYoungGarbage } from './garbage.ts';

const MIB = 1024 * 1024;
const held = (): number => process.memoryUsage().arrayBuffers;

/** What was found is freed beside the running code. */
async function collected(): Promise<void> {
  for (let times = 0; times < 4; times += 1) {
    collectYoungGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

// natural collections would wait for 64 MB of bytes
describe('collecting young garbage', () => {
  it('frees soon what nobody holds any more', async () => {
    await collected();
    const before = held();
    // in a function of its own, so that nothing keeps them
    (() => {
      for (let number = 0; number < 20; number += 1) Buffer.alloc(MIB, 1);
    })();
    expect(held() - before).to.be.at.least(15 * MIB);
    await collected();
    expect(held() - before).to.be.below(10 * MIB);
  });

  it('frees what was in use for long, too, when it has become much', async () => {
    await collected();
    const before = held();
    let kept = Array.from({ length: 40 }, () => Buffer.alloc(MIB, 1));
    await collected();
    expect(kept).to.have.length(40);
    kept = [];
    await collected();
    expect(held() - before).to.be.below(20 * MIB);
  });

  it('leaves the collector out of everybody else’s reach', () => {
    collectYoungGarbage();
    expect(globalThis.gc).to.equal(undefined);
  });
});

describe('collecting what starting left behind', () => {
  it('gives the memory of the process back at once', () => {
    const resident = (): number => process.memoryUsage.rss();
    // objects, not bytes: those would go back to the system by themselves
    (() => Array.from({ length: 2_000_000 }, (_, number) => ({ number })))();
    const before = resident();
    collectStartUpGarbage();
    expect(before - resident()).to.be.at.least(30 * MIB);
  });
});
