import { expect } from 'chai';
import { didYouMean, nearest } from './nearest.ts';

describe('nearest', () => {
  const known = ['note_id', 'title', 'content', 'MCP_READ_ONLY', 'deck_get_boards'];

  it('finds the name that was meant, whatever its case and separators', () => {
    expect(nearest('noteId', known)).to.equal('note_id');
    expect(nearest('tilte', known)).to.equal('title');
    expect(nearest('MCP_READONLY', known)).to.equal('MCP_READ_ONLY');
    expect(nearest('get_boards', known)).to.equal('deck_get_boards');
  });

  it('says nothing when nothing is close', () => {
    expect(nearest('recipe', known)).to.equal(undefined);
    expect(didYouMean('zzz', known)).to.equal('');
  });
});
