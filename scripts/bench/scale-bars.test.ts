import { expect } from 'chai';
import { barLine, barsOf } from './scale-bars.ts';

describe('bars of scale', () => {
  const row = (label: string, facts: object = {}) => ({
    label,
    requests: 1,
    share: undefined,
    peakMegabytes: 180,
    broken: [] as string[],
    ...facts,
  });
  const failing = (...rows: ReturnType<typeof row>[]) =>
    barsOf(rows)
      .filter(({ holds }) => !holds)
      .map(barLine);

  it('hold when every measured row does', () => {
    expect(failing(row('get event'), row('upload of 1024 MiB'))).to.deep.equal([]);
  });

  it('tell the large file from the collections', () => {
    const large = row('download of 1024 MiB', { peakMegabytes: 200 });
    expect(failing(row('get event'), row('upload of 1024 MiB'), large)).to.deep.equal([
      'FAIL  A large file goes up and comes down below 200 MB (200 MB, download of 1024 MiB)',
    ]);
    const [line] = failing(row('get event', { peakMegabytes: 201 }), row('upload of 1 MiB'));
    expect(line).to.contain('Large collections').and.contain('201 MB, get event');
  });

  for (const [fault, bar] of [
    ['4 requests, at most 3', 'Requests of every task'],
    ['5.1 % of the calendar, at most 5.0 %', 'Nothing moves a whole collection'],
    ['1001 bytes, at most 1000', 'Nothing moves a whole collection'],
    ['failed: no slots', 'Every task did'],
  ] as const) {
    it(`fail for ${fault}`, () => {
      const lines = failing(row('get event', { broken: [fault] }));
      expect(lines).to.have.length(1);
      expect(lines[0]).to.contain(bar).and.contain(fault);
    });
  }

  it('do not hold where memory could not be measured', () => {
    expect(failing(row('upload of 1 MiB', { peakMegabytes: undefined }))).to.have.length(1);
  });

  it('say nothing about what was not measured', () => {
    expect(
      barsOf([row('get event')])
        .map(({ name }) => name)
        .join(),
    ).not.to.contain('large file');
  });
});
