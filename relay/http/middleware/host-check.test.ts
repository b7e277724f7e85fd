import { expect } from 'chai';
import { called } from '../../testing/called.ts';
import { hostCheck } from './host-check.ts';

describe('hostCheck', () => {
  const check = hostCheck(new Set(['localhost', '127.0.0.1', '[::1]', 'mcp.example.org']));

  for (const host of [
    'localhost',
    'LOCALHOST:8000',
    '127.0.0.1:1',
    '[::1]:8000',
    'mcp.example.org',
  ]) {
    it(`lets ${host} pass`, async () => {
      expect(await called([check], { headers: { host } })).to.include({ status: 200, reached: 1 });
    });
  }

  for (const host of [
    'evil.example',
    'localhost.evil.example',
    'localhost@evil.example',
    'evil.example/localhost',
  ]) {
    it(`refuses ${JSON.stringify(host)}`, async () => {
      const answer = await called([check], { headers: { host } });
      expect(answer).to.include({ status: 403, reached: 0 });
      expect(answer.text).to.contain('MCP_ALLOWED_HOSTS');
    });
  }
});
