import { expect } from 'chai';
import { runSuite } from '../suite.ts';
import { APPLICABLE, ELSEWHERE } from './scenarios.ts';

describe('the official MCP conformance suite, auth scenarios', () => {
  it('are all placed: they apply to our authorization server, or there is a reason', async () => {
    const { output } = await runSuite(['list']);
    const known = [...output.matchAll(/^ *- auth\/(\S+) /gm)].map(([, id]) => id);
    const placed = [...APPLICABLE.map(({ id }) => id), ...Object.keys(ELSEWHERE)];
    expect(known).not.to.be.empty;
    expect(placed).to.have.members(known);
  });
});
