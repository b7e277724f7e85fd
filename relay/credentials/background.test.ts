import { expect } from 'chai';
import { RelayError } from '../errors.ts';
import { silentLogger } from '../log.ts';
import { rejection } from '../nextcloud/rejection.fixture.ts';
import type { Principal } from '../store/principal.ts';
import { onEveryStore } from '../store/testing/every-store.ts';
import { backgroundCredentials } from './background.ts';
import type { TokenAnswer } from './token-answer.ts';
import type { TokenEndpoint } from './token-endpoint.ts';

const alice: Principal = { issuer: 'https://id.example.org', subject: 'alice' };
const NEXTCLOUD = 'https://cloud.example.org';

function tokenWith(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.c2lnbmF0dXJl`;
}

onEveryStore('background credentials, when the provider is strange', (bed) => {
  let spent: string[];
  let revoked: string[];
  let answer: (form: Readonly<Record<string, string>>) => Promise<TokenAnswer>;

  beforeEach(async () => {
    spent = [];
    revoked = [];
    answer = () => Promise.resolve(good());
    await bed().store.grants.save(alice, {
      refreshToken: 'refresh-0',
      audience: NEXTCLOUD,
      scopes: ['openid', 'notes:read', 'files:read'],
      clientId: 'gateway',
    });
  });

  function good(claims: object = {}, changes: Partial<TokenAnswer> = {}): TokenAnswer {
    const exp = bed().seconds() + 300;
    return {
      accessToken: tokenWith({ aud: NEXTCLOUD, scope: 'notes:read', exp, ...claims }),
      tokenType: 'Bearer',
      issuedTokenType: undefined,
      expiresIn: 300,
      refreshToken: `refresh-${String(spent.length)}`,
      refreshExpiresIn: undefined,
      idToken: undefined,
      scopes: undefined,
      ...changes,
    };
  }

  function credentials(pause: () => Promise<void> = () => Promise.resolve()) {
    const endpoint: TokenEndpoint = {
      grant(form) {
        spent.push(form.refresh_token ?? '');
        return answer(form);
      },
      revoke(token) {
        revoked.push(token);
        return Promise.resolve(true);
      },
    };
    const now = (): number => bed().seconds();
    const { grants } = bed().store;
    return backgroundCredentials({
      grants,
      endpoint,
      audiences: [NEXTCLOUD],
      now,
      pause,
      log: silentLogger,
    });
  }

  const wanted = { principal: alice, scopes: ['notes:read'] };
  const storedToken = async (): Promise<string> => {
    bed().advance(60);
    const start = await bed().store.grants.startRefresh(alice, 1);
    if (start.kind !== 'lease') throw new Error(start.kind);
    await bed().store.grants.abandonRefresh(start.lease);
    return start.lease.refreshToken;
  };

  it('believes the token, not the answer beside it, about scopes', async () => {
    answer = () => Promise.resolve(good({}, { scopes: ['openid', 'notes:read', 'files:read'] }));
    expect((await credentials().credentialFor(wanted)).kind).to.equal('bearer');
  });

  const flaws: readonly [string, () => TokenAnswer, string][] = [
    [
      'more scopes than asked for',
      () => good({ scope: 'notes:read files:read' }),
      'scopes_not_reduced',
    ],
    ['another audience', () => good({ aud: 'https://other.example.org' }), 'wrong_audience'],
    ['no audience', () => good({ aud: undefined }), 'wrong_audience'],
    ['an opaque token', () => good({}, { accessToken: 'opaque' }), 'wrong_audience'],
    ['an expired token', () => good({ exp: 1 }), 'expired'],
    ['another token type', () => good({}, { tokenType: 'DPoP' }), 'not_a_bearer'],
  ];
  for (const [what, given, reason] of flaws) {
    it(`refuses ${what}, and keeps the refresh token that came with it`, async () => {
      answer = () => Promise.resolve(given());
      const error = await rejection(credentials().credentialFor(wanted));
      expect(error.details).to.deep.equal({ reason });
      expect(await storedToken()).to.equal('refresh-1');
    });
  }

  it('revokes what it gets for a consent that was taken back meanwhile', async () => {
    answer = async () => {
      await bed().store.grants.remove(alice);
      return good();
    };
    const error = await rejection(credentials().credentialFor(wanted));
    expect(error.code).to.equal('sign_in_required');
    expect(revoked).to.deep.equal(['refresh-1']);
  });

  it('lets others try at once when the provider only was busy', async () => {
    answer = () => Promise.reject(new RelayError('unavailable', 'busy', { retryable: true }));
    await rejection(credentials().credentialFor(wanted));
    answer = () => Promise.resolve(good());
    await credentials().credentialFor(wanted);
    expect(spent).to.deep.equal(['refresh-0', 'refresh-0']);
  });

  it('after an answer that got lost, waits until the lease is over and marks the grant', async () => {
    answer = () => Promise.reject(new RelayError('timeout', 'no answer', { retryable: true }));
    await rejection(credentials().credentialFor(wanted));
    expect(await bed().store.grants.interrupted(10)).to.deep.equal([]);
    answer = () => Promise.resolve(good());
    let pauses = 0;
    const waiting = credentials(() => {
      pauses += 1;
      bed().advance(10);
      return Promise.resolve();
    });
    expect((await waiting.credentialFor(wanted)).kind).to.equal('bearer');
    expect(pauses).to.equal(3);
  });

  const refusal = (error: string): RelayError =>
    new RelayError('upstream_error', 'refused', { status: 400, details: { oauth_error: error } });

  it('asks for a new sign-in when the bare token is an invalid request, as older oidc apps call a dead one', async () => {
    const asked: (string | undefined)[] = [];
    answer = (form) => {
      asked.push(form.scope);
      return Promise.reject(refusal('invalid_request'));
    };
    const error = await rejection(credentials().credentialFor(wanted));
    expect(error).to.include({ code: 'sign_in_required' });
    expect(asked).to.deep.equal(['notes:read', undefined]);
    expect((await bed().store.grants.find(alice))?.refusedAt).to.equal(bed().seconds());
    await rejection(credentials().credentialFor(wanted));
    expect(asked).to.have.length(2);
  });

  it('does not believe a token dead when only what was asked for beside it is refused', async () => {
    answer = (form) =>
      form.scope === undefined
        ? Promise.resolve(good({ scope: 'notes:read files:read' }))
        : Promise.reject(refusal('invalid_request'));
    const error = await rejection(credentials().credentialFor(wanted));
    expect(error).to.include({ code: 'configuration' });
    expect((await bed().store.grants.find(alice))?.refusedAt).to.equal(undefined);
    expect(await storedToken()).to.equal('refresh-2');
  });

  it('leaves the consent as it is when the provider refuses the gateway itself', async () => {
    for (const code of ['invalid_client', 'unauthorized_client', 'invalid_scope']) {
      answer = () => Promise.reject(refusal(code));
      await rejection(credentials().credentialFor(wanted));
      expect((await bed().store.grants.find(alice))?.refusedAt, code).to.equal(undefined);
    }
  });

  it('repairs at its start what a crash cut off', async () => {
    const { grants } = bed().store;
    await grants.startRefresh(alice, 30);
    bed().advance(31);
    expect(await credentials().recover()).to.equal(1);
    expect(await grants.interrupted(10)).to.deep.equal([]);
    expect(await storedToken()).to.equal('refresh-1');
  });

  it('keeps the old refresh token where the provider does not rotate', async () => {
    answer = () => Promise.resolve(good({}, { refreshToken: undefined }));
    await credentials().credentialFor(wanted);
    expect(await storedToken()).to.equal('refresh-0');
  });
});
