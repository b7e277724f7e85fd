import { expect } from 'chai';
import { silentLogger } from '../log.ts';
import { called } from '../testing/called.ts';
import { lastResort } from './middleware/last-resort.ts';
import { principal } from './middleware/principal.ts';
import { presentToken, presentVerified, principalOf } from './request-access.ts';

const VERIFIED = {
  issuer: 'https://idp.example',
  subject: 'alice',
  username: undefined,
  clientId: 'assistant',
  audiences: ['https://elsewhere.example'],
  scopes: new Set<string>(),
  expiresAt: 1,
  grantId: undefined,
};

const BEHIND = { errors: [lastResort(silentLogger)] };

describe('a gap in the chain', () => {
  it('without the audience check nobody becomes a principal', async () => {
    const answer = await called(
      [
        (request, _response, next) => {
          presentToken(request, 'token');
          presentVerified(request, VERIFIED);
          next();
        },
        principal(),
      ],
      {},
      BEHIND,
    );
    expect(answer).to.include({ status: 500, reached: 0 });
  });

  it('without any check there is no principal to be had', async () => {
    const answer = await called(
      [
        (request, _response, next) => {
          Object.assign(request, { principal: VERIFIED, auth: { extra: { principal: VERIFIED } } });
          principalOf(request);
          next();
        },
      ],
      {},
      BEHIND,
    );
    expect(answer).to.include({ status: 500, reached: 0 });
  });
});
