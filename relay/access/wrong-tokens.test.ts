import { expect } from 'chai';
import fc from 'fast-check';
import { AccessTokens } from './access-tokens.ts';
import { audienceRule, checkAudience } from './audience.ts';
import { remoteKeys } from './issuer-keys.ts';
import {
  CLIENT_ID,
  NEXTCLOUD,
  NOW,
  RESOURCE,
  ROOT,
  realFetch,
  startLocalIssuer,
} from './local-issuer.fixture.ts';
import type { LocalIssuer } from './local-issuer.fixture.ts';
import { WRONG_TOKENS } from './wrong-tokens.fixture.ts';

const RULE = audienceRule({
  resource: RESOURCE,
  root: ROOT,
  clientId: CLIENT_ID,
  nextcloud: [NEXTCLOUD],
});
const RULES = { clockToleranceSeconds: 5, scopePrefixes: [] };

describe('wrong tokens', () => {
  let issuer: LocalIssuer;
  let other: LocalIssuer;
  let tokens: AccessTokens;

  before(async () => {
    [issuer, other] = await Promise.all([startLocalIssuer(), startLocalIssuer()]);
    // Otherwise the same keys: here the second issuer trusts a key of its own only.
    other.jwks = other.jwks.filter(({ kid }) => kid === 'es');
  });

  beforeEach(() => {
    const now = (): number => NOW * 1000;
    const introspection = {
      url: issuer.introspectionUrl,
      clientId: CLIENT_ID,
      clientSecret: issuer.clientSecret,
      clientAuth: 'client_secret_basic',
    } as const;
    tokens = new AccessTokens({
      issuers: [
        {
          issuer: issuer.issuer,
          keys: remoteKeys({ jwksUri: issuer.jwksUri, fetch: realFetch, now }),
          introspection,
        },
        {
          issuer: other.issuer,
          keys: remoteKeys({ jwksUri: other.jwksUri, fetch: realFetch, now }),
        },
      ],
      rules: RULES,
      fetch: realFetch,
      now,
    });
  });

  after(async () => {
    await issuer.close();
    await other.close();
  });

  async function outcome(token: string): Promise<string> {
    const verification = await tokens.verify(token);
    if (!verification.ok) return verification.reason;
    const audience = checkAudience(verification.token.audiences, RULE);
    return audience.ok ? 'accepted' : audience.reason;
  }

  it('are many, and each is another one', () => {
    expect(WRONG_TOKENS.length).to.be.greaterThan(100);
    expect(new Set(WRONG_TOKENS.map(({ name }) => name)).size).to.equal(WRONG_TOKENS.length);
  });

  it('the right one passes, or all others would prove nothing', async () => {
    expect(await outcome(issuer.token())).to.equal('accepted');
    expect(await outcome(other.token({}, { alg: 'ES256', kid: 'es' }, other.keys.ec))).to.equal(
      'accepted',
    );
  });

  for (const { name, reason, make } of WRONG_TOKENS) {
    it(`${name}: ${reason}`, async () => {
      const token = make(issuer);
      expect(await outcome(token)).to.equal(reason);
      // and not by way of the cache the second time
      expect(await outcome(token)).to.equal(reason);
    });
  }

  it('mix-up: one trusted issuer cannot speak for the other', async () => {
    expect(await outcome(issuer.token({ iss: other.issuer }))).to.equal('unknown_key');
  });

  it('forged and foreign ones never reach the introspection endpoint', async () => {
    issuer.seen.splice(0);
    for (const { make, reason } of WRONG_TOKENS) {
      const token = make(issuer);
      if (token.split('.').length === 3 || reason === 'encrypted') await tokens.verify(token);
    }
    expect(issuer.seen.filter((one) => one.includes('introspect'))).to.eql([]);
  });

  it('a corpus full of unknown keys fetches the key set twice, not a hundred times', async () => {
    issuer.seen.splice(0);
    for (const { make } of WRONG_TOKENS) {
      const token = make(issuer);
      if (token.split('.').length === 3) await tokens.verify(token);
    }
    expect(issuer.seen.filter((one) => one.includes('jwks')).length).to.be.within(1, 2);
  });

  it('any single character changed anywhere', async () => {
    const token = issuer.token();
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.';
    const change = fc.tuple(fc.nat(token.length - 1), fc.constantFrom(...alphabet.split('')));
    await fc.assert(
      fc.asyncProperty(change, async ([at, character]) => {
        fc.pre(token[at] !== character);
        const forged = token.slice(0, at) + character + token.slice(at + 1);
        expect(await outcome(forged)).not.to.equal('accepted');
      }),
      { numRuns: 200 },
    );
  });
});
