import { expect } from 'chai';
import fc from 'fast-check';
import { decodeText } from './text.ts';

const decode = (bytes: Uint8Array, type = 'text/plain', whole = true) =>
  decodeText(bytes, type, { whole });

describe('text of bytes', () => {
  it('reads UTF-8 whatever the type says, but not inside of known binary types', () => {
    const bytes = Buffer.from('{"ü":1}');
    for (const type of ['application/json', 'text/csv; charset=x', 'application/octet-stream'])
      expect(decode(bytes, type)).to.include({ text: '{"ü":1}', charset: 'utf-8' });
    for (const type of ['application/pdf', 'image/png', 'video/mp4', 'application/zip'])
      expect(decode(bytes, type), type).to.equal(undefined);
    expect(decode(Buffer.from('<svg/>'), 'image/svg+xml')?.text).to.equal('<svg/>');
  });

  it('reads UTF-16 by its mark, and without one by its zeroes', () => {
    expect(decode(Buffer.from('\ufeffGrüße', 'utf16le'), 'application/octet-stream')).to.include({
      text: 'Grüße',
      charset: 'utf-16le',
    });
    expect(decode(Buffer.from('plain words', 'utf16le').swap16())).to.include({
      text: 'plain words',
      charset: 'utf-16be',
    });
  });

  it('reads Latin-1 only where the type says that it is text', () => {
    const bytes = Buffer.from('Grüße', 'latin1');
    expect(decode(bytes)).to.include({ text: 'Grüße', charset: 'windows-1252' });
    expect(decode(bytes, 'application/octet-stream')).to.equal(undefined);
  });

  it('takes zeroes for binary', () => {
    expect(decode(Buffer.from([65, 0, 0, 66, 67]))).to.equal(undefined);
  });

  it('leaves a character that is cut at the end of a part to the next one', () => {
    const source = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    const cases = fc.record({
      text: source.filter((text) => !text.includes('\u0000')),
      step: fc.integer({ min: 4, max: 9 }),
    });
    fc.assert(
      fc.property(cases, ({ text, step }) => {
        for (const charset of ['utf-8', 'utf-16le'] as const) {
          const bytes = Buffer.from(text, charset === 'utf-8' ? 'utf8' : 'utf16le');
          let read = '';
          for (let at = 0; at < bytes.length;) {
            const part = bytes.subarray(at, at + step);
            const whole = at + part.length === bytes.length;
            const decoded = decodeText(part, 'text/plain', { whole, charset });
            expect(decoded?.bytes).to.be.greaterThan(0);
            read += decoded?.text ?? '';
            at += decoded?.bytes ?? step;
          }
          expect(read.replace(/\ufeff/g, '')).to.equal(text.replace(/\ufeff/g, ''));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
