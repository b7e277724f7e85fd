import { expect } from 'chai';
import { called } from '../../testing/called.ts';
import { originCheck } from './origin-check.ts';

describe('originCheck', () => {
  const check = originCheck({
    hostnames: new Set(['localhost']),
    origins: new Set(['https://app.example.org']),
  });

  it('lets programs pass, which send none', async () => {
    expect(await called([check])).to.include({ status: 200, reached: 1 });
  });

  for (const origin of ['http://localhost:6274', 'https://app.example.org']) {
    it(`lets ${origin} pass, with the CORS headers a page needs`, async () => {
      const answer = await called([check], { headers: { origin } });
      expect(answer).to.include({ status: 200, reached: 1 });
      expect(answer.headers['access-control-allow-origin']).to.equal(origin);
      expect(answer.headers['access-control-expose-headers']).to.contain('WWW-Authenticate');
    });
  }

  for (const origin of [
    'https://evil.example',
    'null',
    'http://app.example.org',
    'https://app.example.org.evil.example',
  ]) {
    it(`refuses ${origin}`, async () => {
      const answer = await called([check], { headers: { origin }, method: 'POST' });
      expect(answer).to.include({ status: 403, reached: 0 });
      expect(answer.headers).not.to.have.property('access-control-allow-origin');
    });
  }

  it('answers a preflight itself, and only of an allowed page', async () => {
    const preflight = (origin: string) =>
      called([check], { method: 'OPTIONS', headers: { origin } });
    const allowed = await preflight('http://localhost');
    expect(allowed).to.include({ status: 204, reached: 0 });
    expect(allowed.headers['access-control-allow-headers']).to.contain('Mcp-Method');
    expect(await preflight('https://evil.example')).to.include({ status: 403, reached: 0 });
  });
});
