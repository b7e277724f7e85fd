import { expect } from 'chai';
import type { RawResponse } from './http.ts';
import { withRetry } from './retry.ts';
import { TransportFailure } from './transport-failure.ts';

function answer(status: number, headers = {}): RawResponse {
  return { status, headers, bytes: Buffer.alloc(0) };
}

/** Plays the steps in turn; what is left over was not asked for. */
async function play(method: string, steps: (RawResponse | Error)[], signal?: AbortSignal) {
  const slept: number[] = [];
  const pauses = {
    sleep: (ms: number) => {
      slept.push(ms);
      return signal?.aborted === true ? Promise.reject(new Error('aborted')) : Promise.resolve();
    },
    random: () => 0,
    now: () => Date.UTC(2026, 0, 1),
  };
  const attempt = async () => {
    const step = steps.shift();
    if (step === undefined) throw new Error('one attempt too many');
    if (step instanceof Error) throw step;
    return Promise.resolve(step);
  };
  const outcome = await withRetry(method, attempt, pauses, signal).then(
    ({ status }) => status,
    (error: unknown) => (error as TransportFailure).kind,
  );
  return { outcome, slept, left: steps.length };
}

const reset = () => new TransportFailure('network', 'ECONNRESET', true);

describe('retry', () => {
  it('waits as long as the server asks', async () => {
    const played = await play('GET', [answer(503, { 'retry-after': '2' }), answer(200)]);
    expect(played).to.deep.equal({ outcome: 200, slept: [2125], left: 0 });
  });

  it('understands a date', async () => {
    const headers = { 'retry-after': 'Thu, 01 Jan 2026 00:00:03 GMT' };
    expect((await play('GET', [answer(429, headers), answer(200)])).slept).to.deep.equal([3125]);
  });

  it('gives up after three attempts', async () => {
    const busy = answer(429, { 'retry-after': '1' });
    expect(await play('GET', [busy, busy, busy, answer(200)])).to.include({
      outcome: 429,
      left: 1,
    });
  });

  it('does not wait without a time, or for long', async () => {
    expect(await play('GET', [answer(503), answer(200)])).to.include({ outcome: 503, left: 1 });
    const maintenance = answer(503, { 'retry-after': '120' });
    expect(await play('GET', [maintenance, answer(200)])).to.include({ outcome: 503, left: 1 });
  });

  it('repeats a write only when the answer proves that nothing was done', async () => {
    const after = { 'retry-after': '1' };
    expect(await play('POST', [answer(429, after), answer(200)])).to.include({ outcome: 200 });
    expect(await play('PUT', [answer(423), answer(204)])).to.include({ outcome: 204 });
    expect(await play('POST', [answer(503, after), answer(200)])).to.include({
      outcome: 503,
      left: 1,
    });
    expect(await play('POST', [reset(), answer(200)])).to.include({ outcome: 'network', left: 1 });
  });

  it('repeats a read whose connection broke, but not one that timed out', async () => {
    expect(await play('PROPFIND', [reset(), answer(207)])).to.include({ outcome: 207 });
    const slow = new TransportFailure('timeout', '', true);
    expect(await play('GET', [slow, answer(200)])).to.include({ outcome: 'timeout', left: 1 });
  });

  it('backs off from a lock, a little longer each time', async () => {
    const played = await play('DELETE', [answer(423), answer(423), answer(200)]);
    expect(played.slept).to.deep.equal([200, 400]);
  });

  it('ends its wait when the caller cancels', async () => {
    const busy = answer(429, { 'retry-after': '5' });
    expect(await play('GET', [busy, answer(200)], AbortSignal.abort())).to.include({
      outcome: 'cancelled',
      left: 1,
    });
  });
});
