import { expect } from 'chai';
import { oneTimeCode } from './one-time-code.ts';

describe('one-time codes of an authenticator app', () => {
  // RFC 6238, appendix B (SHA-1), its last six digits
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  for (const [seconds, code] of [
    [59, '287082'],
    [1111111109, '081804'],
    [20000000000, '353130'],
  ] as const) {
    it(`is ${code} at second ${String(seconds)}`, () => {
      expect(oneTimeCode(secret, seconds * 1000)).to.equal(code);
    });
  }
});
