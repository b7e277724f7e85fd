import { expect } from 'chai';
import { called } from '../../testing/called.ts';
import { staticBearer } from './static-bearer.ts';

describe('staticBearer', () => {
  const check = staticBearer('0123456789abcdef');
  const withHeader = (authorization: string) => called([check], { headers: { authorization } });

  it('lets the token pass', async () => {
    expect(await withHeader('Bearer 0123456789abcdef')).to.include({ status: 200, reached: 1 });
    expect(await withHeader('bearer 0123456789abcdef')).to.include({ status: 200, reached: 1 });
  });

  it('asks for a token, without an error code when none was sent (RFC 6750 §3.1)', async () => {
    const answer = await called([check]);
    expect(answer).to.include({ status: 401, reached: 0 });
    expect(answer.headers['www-authenticate']).to.equal('Bearer');
  });

  for (const header of [
    'Bearer 0123456789abcdeX',
    'Bearer ',
    'Bearer',
    'Basic 0123456789abcdef',
    'Bearer 0123456789abcdef x',
  ]) {
    it(`refuses ${JSON.stringify(header)}`, async () => {
      const answer = await withHeader(header);
      expect(answer).to.include({ status: 401, reached: 0 });
      expect(answer.headers['www-authenticate']).to.equal('Bearer error="invalid_token"');
    });
  }

  it('refuses two headers, of which others on the way may have read the other one', async () => {
    const authorization = ['Bearer 0123456789abcdef', 'Bearer another'];
    const answer = await called([check], { headers: { authorization } });
    expect(answer).to.include({ status: 400, reached: 0 });
    expect(answer.headers['www-authenticate']).to.equal('Bearer error="invalid_request"');
  });

  it('does not take the token from the address', async () => {
    const answer = await called([check], { path: '/?access_token=0123456789abcdef' });
    expect(answer).to.include({ status: 401, reached: 0 });
  });

  it('asks nobody when no token is configured', async () => {
    expect(await called([staticBearer(undefined)])).to.include({ status: 200, reached: 1 });
  });
});
