import { expect } from 'chai';
import { principalKey } from './principal-key.ts';

describe('principal key', () => {
  it('is stable, and keeps issuers and subjects apart', () => {
    // Rows of the store are kept by it: this value may never change.
    expect(principalKey('https://idp.example', 'alice')).to.equal(
      'fjoNTmTQU6oNgELFACkvB76RSCRWSfLDcJfURUxvsb8',
    );
    const keys = [
      principalKey('https://idp.example', 'alice'),
      principalKey('https://idp.example/', 'alice'),
      principalKey('https://idp.example', 'Alice'),
      principalKey('https://idp.examplea', 'lice'),
    ];
    expect(new Set(keys).size).to.equal(4);
  });
});
