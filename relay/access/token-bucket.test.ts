import { expect } from 'chai';
import { TokenBuckets } from './token-bucket.ts';

describe('token buckets', () => {
  let time = 0;
  const buckets = (mostKeys?: number): TokenBuckets =>
    new TokenBuckets({
      burst: 3,
      perMinute: 60,
      now: () => time,
      ...(mostKeys === undefined ? {} : { mostKeys }),
    });

  beforeEach(() => {
    time = 0;
  });

  it('let a burst through, then as much as time brings, per key', () => {
    const subject = buckets();
    const took = () => subject.take('a').ok;
    expect([took(), took(), took(), took()]).to.eql([true, true, true, false]);
    expect(subject.take('b').ok).to.equal(true);
    time = 1000;
    expect([took(), took()]).to.eql([true, false]);
    time = 1_000_000;
    expect([took(), took(), took(), took()], 'never more than a burst').to.eql([
      true,
      true,
      true,
      false,
    ]);
  });

  it('say when to come again', () => {
    const subject = buckets();
    subject.take('a', 3);
    time = 400;
    expect(subject.take('a')).to.eql({ ok: false, retryAfter: 1 });
    expect(subject.take('a', 3)).to.eql({ ok: false, retryAfter: 3 });
  });

  it('take more than a burst when they are full, instead of never', () => {
    const subject = buckets();
    expect(subject.take('a', 100).ok).to.equal(true);
    expect(subject.take('a').ok).to.equal(false);
  });

  it('survive a clock that goes back', () => {
    const subject = buckets();
    time = 10_000;
    subject.take('a', 3);
    time = 0;
    expect(subject.take('a').ok).to.equal(false);
  });

  it('remember so many callers only, forgetting who was not seen longest', () => {
    const subject = buckets(2);
    subject.take('a', 3);
    subject.take('b', 3);
    subject.take('a');
    subject.take('c', 3);
    expect(subject.size).to.equal(2);
    expect(subject.take('a').ok).to.equal(false);
  });

  it('cannot be configured to let nothing through', () => {
    expect(() => new TokenBuckets({ burst: 0, perMinute: 1, now: () => 0 })).to.throw();
    expect(() => new TokenBuckets({ burst: 1, perMinute: Number.NaN, now: () => 0 })).to.throw();
  });
});
