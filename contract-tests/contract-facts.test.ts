import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { contractStatus } from '../relay/web/contract-status.ts';
import { contractFacts } from './contract-facts.ts';

describe('what the tools explorer says about recordings', () => {
  it('is what the recordings say (else: npm run docs)', () => {
    const file = new URL('../relay/web/contract-status.json', import.meta.url);
    expect(JSON.parse(readFileSync(file, 'utf8'))).to.deep.equal(contractFacts());
  });

  it('tells recorded tools from others', () => {
    expect(contractStatus('32', 'nc_notes_get_note')).to.deep.equal({ kind: 'recorded' });
    expect(contractStatus('32', 'no_such_tool')).to.deep.equal({ kind: 'unrecorded' });
    expect(contractStatus('1', 'nc_notes_get_note')).to.deep.equal({ kind: 'unrecorded' });
  });
});
