import { expect } from 'chai';
import { gatheredRows } from './gathered-rows.ts';

describe('gathered rows', () => {
  const statements: (readonly number[])[] = [];
  const insert = (rows: readonly number[]): Promise<void> => {
    statements.push(rows);
    return rows.includes(13) ? Promise.reject(new Error('no 13')) : Promise.resolve();
  };
  /** Nothing is written by the clock here. */
  const gathered = () => gatheredRows({ insert, waitMs: 2 ** 30, most: 3 });

  beforeEach(() => {
    statements.length = 0;
  });

  it('are written by one statement', async () => {
    const rows = gathered();
    const written = [rows.add(1), rows.add(2)];
    expect(statements).to.deep.equal([]);
    await rows.flush();
    await Promise.all(written);
    expect(statements).to.deep.equal([[1, 2]]);
  });

  it('do not wait when there are many', async () => {
    const rows = gathered();
    await Promise.all([rows.add(1), rows.add(2), rows.add(3)]);
    void rows.add(4);
    expect(statements).to.deep.equal([[1, 2, 3]]);
    await rows.flush();
    expect(statements).to.deep.equal([[1, 2, 3], [4]]);
  });

  it('are written by themselves after a while', async () => {
    const rows = gatheredRows({ insert, waitMs: 1, most: 3 });
    await rows.add(1);
    expect(statements).to.deep.equal([[1]]);
  });

  it('tell those who gave them that they could not be written, and go on', async () => {
    const rows = gathered();
    const failed = rows.add(13).then(
      () => 'written',
      (error: unknown) => String(error),
    );
    await rows.flush();
    expect(await failed).to.equal('Error: no 13');
    const next = rows.add(14);
    await rows.flush();
    await next;
    expect(statements.at(-1)).to.deep.equal([14]);
  });

  it('are nothing to write when there are none', async () => {
    await gathered().flush();
    expect(statements).to.deep.equal([]);
  });
});
