import { expect } from 'chai';
import { AccessTokens } from './access-tokens.ts';
import type { AccessTokensOptions } from './access-tokens.ts';
import { remoteKeys } from './issuer-keys.ts';
import {
  CLIENT_ID,
  NOW,
  RESOURCE,
  realFetch,
  rightClaims,
  startLocalIssuer,
} from './local-issuer.fixture.ts';
import type { Claims, LocalIssuer } from './local-issuer.fixture.ts';

describe('access tokens', () => {
  let issuer: LocalIssuer;
  let time: number;
  let failed: string[];
  const now = (): number => time;

  beforeEach(async () => {
    issuer = await startLocalIssuer();
    time = NOW * 1000;
    failed = [];
  });

  afterEach(() => issuer.close());

  function tokens(
    more: Partial<AccessTokensOptions> = {},
    clientAuth: 'client_secret_basic' | 'client_secret_post' = 'client_secret_basic',
  ): AccessTokens {
    return new AccessTokens({
      issuers: [
        {
          issuer: issuer.issuer,
          keys: remoteKeys({ jwksUri: issuer.jwksUri, fetch: realFetch, now }),
          introspection: {
            url: issuer.introspectionUrl,
            clientId: 'gate way',
            clientSecret: issuer.clientSecret,
            clientAuth,
          },
        },
      ],
      rules: { clockToleranceSeconds: 5, scopePrefixes: [RESOURCE] },
      fetch: realFetch,
      now,
      onFailure: (from) => failed.push(from),
      ...more,
    });
  }

  const opaque = (more: Claims = {}): string => {
    const claims = { ...rightClaims(issuer.issuer), ...more };
    issuer.opaque.set('opaque', { active: true, token_type: 'Bearer', ...claims });
    return 'opaque';
  };
  const asked = (): number => issuer.seen.filter((one) => one === 'POST /introspect').length;
  const reason = async (of: AccessTokens, token: string): Promise<string> => {
    const answer = await of.verify(token);
    return answer.ok ? 'ok' : answer.reason;
  };

  it('say who is calling', async () => {
    const token = issuer.token({
      preferred_username: 'alice.a',
      aud: [RESOURCE, 'other'],
      scope: `notes.read ${RESOURCE}/deck:write openid`,
      gid: 'grant-1',
    });
    expect(await tokens().verify(token)).to.eql({
      ok: true,
      token: {
        issuer: issuer.issuer,
        subject: 'alice',
        username: 'alice.a',
        clientId: 'assistant',
        audiences: [RESOURCE, 'other'],
        scopes: new Set(['notes:read', 'deck:write', 'openid']),
        expiresAt: NOW + 300,
        grantId: 'grant-1',
      },
    });
  });

  const sign = (header: Claims, key: 'rsa' | 'ec' | 'ed'): string =>
    issuer.token({}, header, issuer.keys[key]);
  for (const [header, key] of [
    [{ typ: 'application/at+jwt' }, 'rsa'],
    [{ typ: 'at+JWT' }, 'rsa'],
    [{ typ: 'JWT' }, 'rsa'],
    [{ alg: 'ES256', kid: 'es' }, 'ec'],
    [{ alg: 'EdDSA', kid: 'ed' }, 'ed'],
  ] as const) {
    it(`are taken with ${JSON.stringify(header)}`, async () => {
      expect(await reason(tokens(), sign(header, key))).to.equal('ok');
    });
  }

  it('of Keycloak are taken: typ Bearer, azp, a nonce of old', async () => {
    const claims = {
      typ: 'Bearer',
      azp: 'assistant',
      client_id: undefined,
      nonce: 'n',
      scope: undefined,
    };
    expect(await reason(tokens(), issuer.token(claims, { typ: 'JWT' }))).to.equal('ok');
  });

  it('can be narrowed to some algorithms', async () => {
    const rules = { clockToleranceSeconds: 5, scopePrefixes: [], algorithms: ['ES256'] };
    expect(await reason(tokens({ rules }), issuer.token())).to.equal('algorithm');
  });

  it('are believed within the tolerance of clocks, and no longer', async () => {
    const token = issuer.token({ exp: NOW + 10, nbf: NOW + 5 });
    const subject = tokens();
    expect(await reason(subject, token)).to.equal('ok');
    time += 14_000;
    expect(await reason(subject, token)).to.equal('ok');
    time += 1000;
    expect(await reason(subject, token)).to.equal('expired');
  });

  it('are remembered, but never past their expiry', async () => {
    const subject = tokens();
    const token = issuer.token();
    const first = await subject.verify(token);
    expect(await subject.verify(token), 'the same object, so nothing was verified').to.equal(first);
    time += 299_999;
    expect(await subject.verify(token)).to.equal(first);
    time += 5001;
    expect(await reason(subject, token)).to.equal('expired');
  });

  it('are verified again after a while, so that a withdrawn key stops working', async () => {
    const subject = tokens({ jwtSeconds: 60 });
    const token = issuer.token({ exp: NOW + 36_000 });
    expect(await reason(subject, token)).to.equal('ok');
    issuer.jwks = [];
    time += 601_000;
    expect(await reason(subject, token)).to.equal('unknown_key');
  });

  it('share one check when they come at the same time', async () => {
    const subject = tokens();
    const token = opaque();
    await Promise.all(Array.from({ length: 100 }, () => subject.verify(token)));
    expect(asked()).to.equal(1);
  });

  it('are kept up to a bound', async () => {
    const subject = tokens({ mostKept: 2 });
    const [one, two, three] = ['1', '2', '3'].map((jti) => issuer.token({ jti })) as [
      string,
      string,
      string,
    ];
    const first = await subject.verify(one);
    const second = await subject.verify(two);
    await subject.verify(one);
    await subject.verify(three);
    expect(await subject.verify(one), 'used lately').to.equal(first);
    expect(await subject.verify(two), 'dropped').to.not.equal(second);
  });

  describe('that are opaque', () => {
    it('are asked for with the client’s credentials, form-encoded first (RFC 6749 §2.3.1)', async () => {
      expect(await reason(tokens(), opaque({ username: 'alice.a' }))).to.equal('ok');
      const encoded = Buffer.from('gate+way:s3cret%3Awith%25signs').toString('base64');
      expect(issuer.lastAsked?.authorization).to.equal(`Basic ${encoded}`);
      expect(Object.fromEntries(issuer.lastAsked?.form ?? [])).to.eql({
        token: 'opaque',
        token_type_hint: 'access_token',
      });
    });

    it('or with the credentials in the body', async () => {
      expect(await reason(tokens({}, 'client_secret_post'), opaque())).to.equal('ok');
      expect(issuer.lastAsked?.authorization).to.equal(undefined);
      expect(issuer.lastAsked?.form.get('client_secret')).to.equal(issuer.clientSecret);
    });

    it('are believed briefly: a revoked one stops working', async () => {
      const subject = tokens({ activeSeconds: 30 });
      const token = opaque();
      expect(await reason(subject, token)).to.equal('ok');
      issuer.opaque.clear();
      time += 29_000;
      expect(await reason(subject, token)).to.equal('ok');
      time += 1000;
      expect(await reason(subject, token)).to.equal('inactive');
      expect(asked()).to.equal(2);
    });

    it('never past their expiry, even within that while', async () => {
      const subject = tokens({ activeSeconds: 30 });
      const token = opaque({ exp: NOW + 10 });
      expect(await reason(subject, token)).to.equal('ok');
      time += 15_000;
      expect(await reason(subject, token)).to.equal('expired');
    });

    it('are good for that while when no expiry is told', async () => {
      const answer = await tokens({ activeSeconds: 30 }).verify(opaque({ exp: undefined }));
      expect(answer.ok && answer.token.expiresAt).to.equal(NOW + 30);
    });

    it('and inactive are not asked for again at once', async () => {
      const subject = tokens({ inactiveSeconds: 10 });
      expect(await reason(subject, 'unknown')).to.equal('inactive');
      expect(await reason(subject, 'unknown')).to.equal('inactive');
      expect(asked()).to.equal(1);
      time += 10_000;
      await subject.verify('unknown');
      expect(asked()).to.equal(2);
    });

    it('cannot be judged during an outage, and that is not remembered', async () => {
      const subject = tokens();
      const token = opaque();
      issuer.failWith = 503;
      expect(await reason(subject, token)).to.equal('introspection_unavailable');
      expect(failed).to.eql([issuer.issuer]);
      issuer.failWith = undefined;
      expect(await reason(subject, token)).to.equal('ok');
    });

    it('are refused unasked where no issuer can be asked', async () => {
      const issuers = [{ issuer: issuer.issuer }];
      expect(await reason(tokens({ issuers }), opaque())).to.equal('opaque');
      expect(issuer.seen).to.eql([]);
    });

    it('are asked for at every issuer until one knows them', async () => {
      const other = await startLocalIssuer();
      const introspection = {
        clientId: CLIENT_ID,
        clientSecret: 's',
        clientAuth: 'client_secret_post',
      } as const;
      const subject = tokens({
        issuers: [
          {
            issuer: other.issuer,
            introspection: { ...introspection, url: other.introspectionUrl },
          },
          {
            issuer: issuer.issuer,
            introspection: { ...introspection, url: issuer.introspectionUrl },
          },
        ],
      });
      const answer = await subject.verify(opaque());
      expect(answer.ok && answer.token.issuer).to.equal(issuer.issuer);
      other.failWith = 500;
      expect(await reason(subject, 'unknown')).to.equal('introspection_unavailable');
      await other.close();
    });
  });

  it('refuses a configuration that names an issuer twice', () => {
    const one = { issuer: issuer.issuer };
    expect(() => tokens({ issuers: [one, one] })).to.throw('twice');
  });
});
