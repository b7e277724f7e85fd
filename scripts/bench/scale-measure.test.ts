import { expect } from 'chai';
import { brokenBounds, MOST_MEGABYTES } from './scale-measure.ts';

describe('bounds of a measured call', () => {
  const bounds = { requests: 3, bytesDown: 1000, share: { of: 'calendar', most: 0.05 } };
  const good = { requests: 3, bytesDown: 1000, share: 0.05, peakMegabytes: MOST_MEGABYTES - 1 };

  it('hold at their limit', () => {
    expect(brokenBounds(bounds, good)).to.deep.equal([]);
  });

  it('are told apart when they do not', () => {
    const over = { requests: 4, bytesDown: 1001, share: 0.051, peakMegabytes: MOST_MEGABYTES };
    expect(brokenBounds(bounds, over)).to.deep.equal([
      '4 requests, at most 3',
      '1001 bytes, at most 1000',
      '5.1 % of the calendar, at most 5.0 %',
      '200 MB of memory, at most 200',
    ]);
  });

  it('do not hold when the size they compare with is unknown', () => {
    expect(brokenBounds(bounds, { ...good, share: undefined })).to.have.length(1);
  });

  it('leave memory out where the system does not tell it', () => {
    expect(brokenBounds(bounds, { ...good, peakMegabytes: undefined })).to.deep.equal([]);
  });
});
