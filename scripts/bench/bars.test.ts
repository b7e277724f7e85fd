import { expect } from 'chai';
import { barLine, holds } from './bars.ts';
import { medianRatio } from './load.ts';

describe('bars of the benchmark', () => {
  it('hold ratios that are reached and everything else that stays below', () => {
    expect(holds({ name: 'calls', value: 0.8, unit: 'ratio', bar: 0.8 })).to.equal(true);
    expect(holds({ name: 'calls', value: 0.79, unit: 'ratio', bar: 0.8 })).to.equal(false);
    expect(holds({ name: 'start', value: 999, unit: 'ms', bar: 1000 })).to.equal(true);
    expect(holds({ name: 'memory', value: 150, unit: 'MB', bar: 150 })).to.equal(false);
  });

  it('say which failed and by how much', () => {
    const line = barLine({ name: 'calls', value: 0.744, unit: 'ratio', bar: 0.8 });
    expect(line).to.match(/^FAIL +0\.74 +\(at least 0\.80\) +calls$/);
    const other = barLine({ name: 'token', value: 6.24, unit: 'µs', bar: 50 });
    expect(other).to.match(/^pass +6\.2 µs +\(less than 50 µs\) +token$/);
  });

  it('compare rounds with each other before the middle is taken', () => {
    expect(medianRatio([80, 8, 90], [100, 10, 90])).to.equal(0.8);
  });
});
