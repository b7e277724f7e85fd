import { expect } from 'chai';
import type { Principal } from '../access/principal.ts';
import { RelayError } from '../errors.ts';
import { silentLogger } from '../log.ts';
import { rejection } from '../nextcloud/rejection.fixture.ts';
import { onEveryStore } from '../store/testing/every-store.ts';
import { appPasswordStrategy } from './app-password.ts';
import { multiAudience } from './multi-audience.ts';
import { CONNECT_NEXTCLOUD } from './not-connected.ts';
import { staticCredential } from './static.ts';
import type { CredentialRequest } from './strategy.ts';
import type { TokenAnswer } from './token-answer.ts';
import { tokenBroker } from './token-broker.ts';
import type { TokenEndpoint } from './token-endpoint.ts';
import { tokenExchange } from './token-exchange.ts';

const ISSUER = 'https://id.example.org';
const OWN = 'https://gateway.example.org/mcp';
const NEXTCLOUD = 'https://cloud.example.org';

const principal: Principal = {
  key: 'alice',
  issuer: ISSUER,
  subject: 'alice',
  username: 'alice',
  clientId: 'mcp-client',
  scopes: new Set(),
  expiresAt: 4_000_000_000,
};

function tokenWith(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part(claims)}.c2lnbmF0dXJl`;
}

const request = (claims: object): CredentialRequest => ({
  principal,
  subjectToken: tokenWith(claims),
});

describe('static credential', () => {
  it('is the same for everybody and never carries a token', async () => {
    const strategy = staticCredential('alice', 'app-password');
    const asked = request({ aud: OWN });
    const credential = await strategy.credentialFor(asked);
    expect(credential.authorization).to.equal(
      `Basic ${Buffer.from('alice:app-password').toString('base64')}`,
    );
    expect(await strategy.rejected(asked, credential)).to.equal(false);
  });
});

describe('tokens for several audiences', () => {
  const switches = { enabled: true, ownAudiences: [OWN], nextcloudAudiences: [NEXTCLOUD] };

  it('are off unless switched on', () => {
    expect(() => multiAudience({ ...switches, enabled: false })).to.throw(
      RelayError,
      'switched off',
    );
  });

  it('need two names that can be told apart', () => {
    expect(() => multiAudience({ ...switches, nextcloudAudiences: [] })).to.throw(RelayError);
    expect(() => multiAudience({ ...switches, nextcloudAudiences: [OWN] })).to.throw(RelayError);
  });

  it('pass only when the issuer named both', async () => {
    const strategy = multiAudience(switches);
    const both = request({ aud: [OWN, NEXTCLOUD] });
    expect((await strategy.credentialFor(both)).authorization).to.equal(
      `Bearer ${both.subjectToken}`,
    );
    // the slash that also passes at the door
    const slashed = request({ aud: [OWN, `${NEXTCLOUD}/`] });
    expect((await strategy.credentialFor(slashed)).kind).to.equal('bearer');
    for (const aud of [OWN, NEXTCLOUD, [OWN], [OWN, 'https://other.example.org'], [], undefined]) {
      const error = await rejection(strategy.credentialFor(request({ aud })));
      expect(error.code, JSON.stringify(aud)).to.equal('unauthorized');
      expect(`${error.message}${error.hint ?? ''}`).not.to.contain('eyJ');
    }
    const opaque = { principal, subjectToken: 'opaque' };
    expect((await rejection(strategy.credentialFor(opaque))).code).to.equal('unauthorized');
  });
});

onEveryStore('app password', (bed) => {
  const password = {
    appPassword: 'secret-app-password',
    loginName: 'alice@example.org',
    userId: 'alice',
    server: NEXTCLOUD,
    scopes: null,
  };

  it('asks for a sign-in when there is none', async () => {
    const error = await rejection(
      appPasswordStrategy(bed().store.appPasswords).credentialFor(request({})),
    );
    expect(error.code).to.equal('sign_in_required');
    expect(error.details).to.deep.equal({ kind: CONNECT_NEXTCLOUD });
  });

  it('is sent with the login name as it was typed, and without the token', async () => {
    const { appPasswords } = bed().store;
    await appPasswords.save(principal, password);
    const { authorization } = await appPasswordStrategy(appPasswords).credentialFor(request({}));
    expect(Buffer.from(authorization.slice(6), 'base64').toString()).to.equal(
      'alice@example.org:secret-app-password',
    );
    expect((await appPasswords.find(principal))?.lastUsedAt).to.equal(bed().seconds());
  });

  it('belongs to one person at one issuer', async () => {
    const { appPasswords } = bed().store;
    await appPasswords.save(principal, password);
    const strategy = appPasswordStrategy(appPasswords);
    const others = [
      { ...principal, subject: 'bob' },
      { ...principal, issuer: 'https://other.example.org' },
    ];
    for (const other of others) {
      const error = await rejection(
        strategy.credentialFor({ principal: other, subjectToken: 'x' }),
      );
      expect(error.code).to.equal('sign_in_required');
    }
  });

  it('is never sent again after one refusal by Nextcloud', async () => {
    const { appPasswords } = bed().store;
    await appPasswords.save(principal, password);
    const strategy = appPasswordStrategy(appPasswords);
    const credential = await strategy.credentialFor(request({}));
    expect(await strategy.rejected(request({}), credential)).to.equal(false);
    const error = await rejection(strategy.credentialFor(request({})));
    expect(error.code).to.equal('sign_in_required');
    expect(error.message).to.contain('any more');
  });

  it('a late refusal does not harm the one that replaced it', async () => {
    const { appPasswords } = bed().store;
    await appPasswords.save(principal, password);
    const strategy = appPasswordStrategy(appPasswords);
    const old = await strategy.credentialFor(request({}));
    await appPasswords.save(principal, { ...password, appPassword: 'another' });
    expect(await strategy.rejected(request({}), old)).to.equal(true);
    expect((await strategy.credentialFor(request({}))).cacheKey).not.to.equal(old.cacheKey);
  });
});

onEveryStore('session credentials', (bed) => {
  it('never spend a refresh token, whatever the strategy', async () => {
    const { grants, appPasswords } = bed().store;
    await grants.save(principal, {
      refreshToken: 'the-refresh-token',
      audience: NEXTCLOUD,
      scopes: ['notes:read'],
      clientId: 'gateway',
    });
    await appPasswords.save(principal, {
      appPassword: 'p',
      loginName: 'alice',
      userId: 'alice',
      server: NEXTCLOUD,
      scopes: null,
    });
    const forms: Readonly<Record<string, string>>[] = [];
    const answer: TokenAnswer = {
      accessToken: tokenWith({ iss: ISSUER, aud: NEXTCLOUD, sub: 'alice', exp: 4_000_000_000 }),
      tokenType: 'Bearer',
      issuedTokenType: 'urn:ietf:params:oauth:token-type:access_token',
      expiresIn: 300,
      refreshToken: undefined,
      refreshExpiresIn: undefined,
      idToken: undefined,
      scopes: undefined,
    };
    const endpoint: TokenEndpoint = {
      grant(form) {
        forms.push(form);
        return Promise.resolve(answer);
      },
      revoke: () => Promise.reject(new Error('not here')),
    };
    const metadata = () => Promise.resolve({ issuers: new Set([ISSUER]) } as never);
    const strategies = [
      staticCredential('alice', 'p'),
      tokenExchange({
        endpoint,
        metadata,
        audience: NEXTCLOUD,
        ttlSeconds: 60,
        now: () => bed().seconds(),
        log: silentLogger,
      }),
      appPasswordStrategy(appPasswords),
      multiAudience({ enabled: true, ownAudiences: [OWN], nextcloudAudiences: [NEXTCLOUD] }),
    ];
    const asked = request({ aud: [OWN, NEXTCLOUD] });
    for (const strategy of strategies) {
      const broker = tokenBroker(strategy, undefined);
      const credential = await broker.session(asked);
      expect(credential.authorization).not.to.contain('the-refresh-token');
      await broker.rejected(asked, credential);
      await broker.session(asked).catch(() => undefined);
      // only the opt-in mode may send the client's own token
      if (strategy.name === 'multi-audience') continue;
      expect(credential.authorization, strategy.name).not.to.contain(asked.subjectToken);
    }
    expect(forms.length).to.equal(2);
    for (const form of forms) {
      expect(form.grant_type).to.equal('urn:ietf:params:oauth:grant-type:token-exchange');
      expect(JSON.stringify(form)).not.to.contain('the-refresh-token');
    }
    const grant = await grants.find(principal);
    expect(grant?.generation).to.equal(1);
    expect((await grants.startRefresh(principal, 30)).kind).to.equal('lease');
  });
});
