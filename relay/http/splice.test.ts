import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { splice } from './splice.ts';

describe('splice', () => {
  it('gives the text with any value in its place, plain and as one gzip member', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (before, after, value) => {
        fc.pre(!`${before}${after}`.includes('@'));
        const spliced = splice(`${before}@@${after}`, '@@');
        const whole = before + value + after;
        expect(Buffer.concat(spliced?.plain(value) ?? []).toString()).to.equal(
          Buffer.from(whole).toString(),
        );
        const packed = Buffer.concat(spliced?.gzip(value) ?? []);
        expect(gunzipSync(packed).toString()).to.equal(Buffer.from(whole).toString());
        // A second member would begin with the same magic; a reader that stops after the first must have it all.
        expect(packed.indexOf(Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]), 1)).to.equal(-1);
      }),
    );
  });

  it('does not guess when the place is not unique', () => {
    expect(splice('a@@b@@c', '@@')).to.equal(undefined);
    expect(splice('abc', '@@')).to.equal(undefined);
  });
});
