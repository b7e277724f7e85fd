import { expect } from 'chai';
import type { Principal } from '../access/principal.ts';
import { RelayError } from '../errors.ts';
import { silentLogger } from '../log.ts';
import { rejection } from '../nextcloud/rejection.fixture.ts';
import { NEXTCLOUD, SECRET, startIdentityProvider } from '../signin/identity-provider.fixture.ts';
import type { IdentityProvider } from '../signin/identity-provider.fixture.ts';
import { readSigningKey } from './client-authentication.ts';
import type { OAuthClient } from './client-authentication.ts';
import { discovery } from './discovery.ts';
import { providerHttp } from './provider-http.ts';
import type { ProviderHttp } from './provider-http.ts';
import type { CredentialRequest, CredentialStrategy } from './strategy.ts';
import { claimsOf } from './token-claims.ts';
import { tokenEndpoint } from './token-endpoint.ts';
import { tokenExchange } from './token-exchange.ts';
import type { TokenExchangeOptions } from './token-exchange.ts';
import { nock, withNock } from '../testing/with-nock.ts';

const SECRET_CLIENT: OAuthClient = {
  clientId: 'gateway',
  authentication: { kind: 'client_secret_basic', secret: SECRET },
};

describe('token exchange', () => {
  withNock();
  let idp: IdentityProvider;
  let http: ProviderHttp;
  let clock: { now: number };

  before(async () => {
    idp = await startIdentityProvider('https://gateway.example.org/oauth/callback');
  });
  after(() => idp.close());
  beforeEach(() => {
    clock = { now: Math.floor(Date.now() / 1000) };
    idp.requests.length = 0;
    http = providerHttp({ trusted: [idp.issuer] });
  });
  afterEach(() => http.close());

  function strategy(
    changes: Partial<TokenExchangeOptions> = {},
    client = SECRET_CLIENT,
  ): CredentialStrategy {
    const now = (): number => clock.now;
    const metadata = discovery({
      discoveryUrl: idp.discoveryUrl,
      http,
      now,
      pause: () => Promise.resolve(),
    });
    const endpoint = tokenEndpoint({ http, metadata, client: () => Promise.resolve(client), now });
    return tokenExchange({
      endpoint,
      metadata,
      audience: NEXTCLOUD,
      ttlSeconds: 120,
      now,
      log: silentLogger,
      ...changes,
    });
  }

  async function requestOf(person: string): Promise<CredentialRequest> {
    return { principal: principalOf(person), subjectToken: await idp.accessToken(person) };
  }

  function principalOf(person: string): Principal {
    return {
      key: person,
      issuer: idp.issuer,
      subject: person,
      username: person,
      clientId: 'mcp-client',
      scopes: new Set(['notes:read']),
      expiresAt: clock.now + 300,
    };
  }

  const exchanges = (): number => idp.tokenRequests().length;
  const tokenIn = (authorization: string): string => authorization.replace(/^Bearer /, '');

  it('gives another token, for Nextcloud and the same person', async () => {
    const request = await requestOf('alice');
    const credential = await strategy().credentialFor(request);
    const claims = claimsOf(tokenIn(credential.authorization));
    expect(claims?.aud).to.equal(NEXTCLOUD);
    expect(claims?.sub).to.equal('alice');
    expect(credential.authorization).not.to.contain(request.subjectToken);
    expect(credential.cacheKey).not.to.equal('');
  });

  it('sends what RFC 8693 asks for, and no scope unless told', async () => {
    const request = await requestOf('alice');
    await strategy({ resource: NEXTCLOUD }).credentialFor(request);
    const [sent] = idp.tokenRequests();
    expect(Object.fromEntries(sent?.form ?? [])).to.deep.equal({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: request.subjectToken,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      audience: NEXTCLOUD,
      resource: NEXTCLOUD,
    });
    expect(sent?.headers.authorization).to.match(/^Basic /);
  });

  it('proves itself by secret in the body and by private key as well', async () => {
    const byPost: OAuthClient = {
      clientId: 'gateway-by-post',
      authentication: { kind: 'client_secret_post', secret: SECRET },
    };
    const byKey: OAuthClient = {
      clientId: 'gateway-with-key',
      authentication: { kind: 'private_key_jwt', key: readSigningKey(idp.clientKey) },
    };
    for (const client of [byPost, byKey]) {
      const credential = await strategy({}, client).credentialFor(await requestOf('alice'));
      expect(claimsOf(tokenIn(credential.authorization))?.aud).to.equal(NEXTCLOUD);
    }
    const [post, key] = idp.tokenRequests();
    expect(post?.form.get('client_secret')).to.equal(SECRET);
    expect(key?.form.has('client_secret')).to.equal(false);
    expect(key?.headers.authorization).to.equal(undefined);
  });

  it('makes one exchange of 1,000 concurrent calls with one token', async () => {
    const exchange = strategy();
    const request = await requestOf('alice');
    const credentials = await Promise.all(
      Array.from({ length: 1000 }, () => exchange.credentialFor(request)),
    );
    expect(new Set(credentials.map(({ authorization }) => authorization)).size).to.equal(1);
    expect(exchanges()).to.equal(1);
  });

  it('never crosses the credentials of 50 people with 20 calls each', async () => {
    const exchange = strategy();
    const people = Array.from({ length: 50 }, (_, index) => `person-${index}`);
    const requests = await Promise.all(people.map(requestOf));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => requests).flatMap((round) =>
        round.map(async (request) => {
          const { authorization } = await exchange.credentialFor(request);
          return [request.principal.subject, claimsOf(tokenIn(authorization))?.sub];
        }),
      ),
    );
    for (const [asked, got] of answers) expect(got).to.equal(asked);
    expect(exchanges()).to.equal(50);
  });

  it('exchanges again when the time to live is over, and not before', async () => {
    const exchange = strategy({ ttlSeconds: 60 });
    const request = await requestOf('alice');
    await exchange.credentialFor(request);
    clock.now += 59;
    await exchange.credentialFor(request);
    expect(exchanges()).to.equal(1);
    clock.now += 1;
    await exchange.credentialFor(request);
    expect(exchanges()).to.equal(2);
  });

  it('drops a token before its end, whatever the time to live', async () => {
    const exchange = strategy({ ttlSeconds: 3600 });
    const request = await requestOf('alice');
    await exchange.credentialFor({
      ...request,
      principal: { ...request.principal, expiresAt: clock.now + 3600 },
    });
    clock.now += 271;
    await exchange.credentialFor(request).catch(() => undefined);
    expect(exchanges()).to.equal(2);
  });

  it('forgets a token that Nextcloud refused, once for all who held it', async () => {
    const exchange = strategy();
    const request = await requestOf('alice');
    const first = await exchange.credentialFor(request);
    const again = await Promise.all(
      Array.from({ length: 10 }, async () => {
        expect(await exchange.rejected(request, first)).to.equal(true);
        return exchange.credentialFor(request);
      }),
    );
    expect(exchanges()).to.equal(2);
    expect(again.every(({ cacheKey }) => cacheKey !== first.cacheKey)).to.equal(true);
    // late word of the first one must not cost the second
    await exchange.rejected(request, first);
    await exchange.credentialFor(request);
    expect(exchanges()).to.equal(2);
  });

  it('lets one caller go without taking the exchange from the others', async () => {
    const exchange = strategy();
    const request = await requestOf('alice');
    const { signal, abort } = (() => {
      const controller = new AbortController();
      return { signal: controller.signal, abort: () => controller.abort() };
    })();
    const leaving = exchange.credentialFor({ ...request, signal });
    const staying = exchange.credentialFor(request);
    abort();
    expect((await rejection(leaving)).code).to.equal('cancelled');
    expect((await staying).kind).to.equal('bearer');
    expect(exchanges()).to.equal(1);
  });

  it('does not keep a failure', async () => {
    const exchange = strategy();
    const principal = principalOf('alice');
    const bad = { principal, subjectToken: 'not a token of this provider' };
    expect((await rejection(exchange.credentialFor(bad))).code).to.equal('unauthorized');
    expect((await rejection(exchange.credentialFor(bad))).code).to.equal('unauthorized');
    expect(exchanges()).to.equal(2);
  });

  it('tells a wrong set-up from a sign-in that is over', async () => {
    const request = await requestOf('alice');
    const wrongSecret: OAuthClient = {
      clientId: 'gateway',
      authentication: { kind: 'client_secret_basic', secret: 'another' },
    };
    const refusedClient = await rejection(strategy({}, wrongSecret).credentialFor(request));
    expect(refusedClient.code).to.equal('configuration');
    const audience = 'https://elsewhere.example.org';
    const target = await rejection(strategy({ audience }).credentialFor(request));
    expect(target.code).to.equal('configuration');
    for (const error of [refusedClient, target]) {
      expect(JSON.stringify([error.message, error.hint, error.details])).not.to.contain(SECRET);
      expect(String((error as { stack?: string }).stack)).not.to.contain(request.subjectToken);
    }
  });

  describe('answers a real provider does not give', () => {
    const host = 'https://id.example.org';
    const fresh = { issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' };
    const good = { ...fresh, token_type: 'Bearer', expires_in: 300 };

    beforeEach(() => {
      nock(host)
        .persist()
        .get('/.well-known/openid-configuration')
        .reply(200, {
          issuer: host,
          authorization_endpoint: `${host}/authorize`,
          token_endpoint: `${host}/token`,
          jwks_uri: `${host}/keys`,
        });
    });
    afterEach(() => nock.cleanAll());

    function faked(body: object | string, status = 200): Promise<RelayError> {
      nock(host).post('/token').reply(status, body);
      const own = providerHttp({ trusted: [host] });
      const now = (): number => clock.now;
      const metadata = discovery({
        discoveryUrl: `${host}/.well-known/openid-configuration`,
        http: own,
        now,
        pause: () => Promise.resolve(),
      });
      const endpoint = tokenEndpoint({
        http: own,
        metadata,
        client: () => Promise.resolve(SECRET_CLIENT),
        now,
      });
      const principal = principalOf('alice');
      const subjectToken = unsigned({ sub: 'alice', iss: host });
      return rejection(strategy({ endpoint, metadata }).credentialFor({ principal, subjectToken }));
    }

    function unsigned(claims: object): string {
      const part = (value: object): string =>
        Buffer.from(JSON.stringify(value)).toString('base64url');
      return `${part({ alg: 'RS256' })}.${part(claims)}.c2lnbmF0dXJl`;
    }

    const right = (): Record<string, unknown> => ({
      iss: host,
      aud: NEXTCLOUD,
      sub: 'alice',
      exp: clock.now + 300,
    });

    const flaws: readonly [string, () => object, string][] = [
      [
        'the subject token itself',
        () => ({ ...good, access_token: unsigned({ sub: 'alice', iss: host }) }),
        'same_as_subject_token',
      ],
      [
        'another token type',
        () => ({ ...good, token_type: 'N_A', access_token: unsigned(right()) }),
        'not_a_bearer',
      ],
      [
        'another issued type',
        () => ({
          ...good,
          issued_token_type: 'urn:ietf:params:oauth:token-type:id_token',
          access_token: unsigned(right()),
        }),
        'wrong_issued_type',
      ],
      [
        'no issued type',
        () => ({ token_type: 'Bearer', access_token: unsigned(right()) }),
        'wrong_issued_type',
      ],
      [
        'another issuer',
        () => ({
          ...good,
          access_token: unsigned({ ...right(), iss: 'https://evil.example.org' }),
        }),
        'wrong_issuer',
      ],
      [
        'another audience',
        () => ({
          ...good,
          access_token: unsigned({ ...right(), aud: ['https://gateway.example.org/mcp'] }),
        }),
        'wrong_audience',
      ],
      [
        'no audience',
        () => ({ ...good, access_token: unsigned({ ...right(), aud: undefined }) }),
        'wrong_audience',
      ],
      [
        'another person',
        () => ({ ...good, access_token: unsigned({ ...right(), sub: 'service-account' }) }),
        'another_subject',
      ],
      [
        'no person',
        () => ({ ...good, access_token: unsigned({ ...right(), sub: undefined }) }),
        'another_subject',
      ],
      [
        'an expired token',
        () => ({ ...good, access_token: unsigned({ ...right(), exp: 1 }) }),
        'expired',
      ],
      [
        'a token that is over at once',
        () => ({ ...good, expires_in: 0, access_token: 'opaque' }),
        'expired',
      ],
    ];
    for (const [what, body, reason] of flaws) {
      it(`refuses ${what}`, async () => {
        const error = await faked(body());
        expect(error.code).to.equal('configuration');
        expect(error.details).to.deep.equal({ reason });
      });
    }

    it('takes no answer without a token, no redirect and nothing endless', async () => {
      expect((await faked({ token_type: 'Bearer' })).code).to.equal('upstream_error');
      expect((await faked('<html>', 200)).code).to.equal('upstream_error');
      expect((await faked('', 302)).code).to.equal('upstream_error');
      expect((await faked(`{"access_token":"${'x'.repeat(300_000)}"}`)).code).to.equal(
        'upstream_error',
      );
    });

    it('says that trying again may help when the provider is busy', async () => {
      const error = await faked({ error: 'temporarily_unavailable' }, 503);
      expect(error).to.include({ code: 'unavailable', retryable: true });
    });

    it('repeats no text of the provider', async () => {
      const error = await faked(
        { error: 'invalid_grant', error_description: 'token eyJabc leaked' },
        400,
      );
      expect(error.code).to.equal('unauthorized');
      expect(JSON.stringify([error.message, error.hint, error.details])).not.to.contain('leaked');
    });
  });

  it('needs to know Nextcloud’s audience', () => {
    expect(() => strategy({ audience: undefined })).to.throw(RelayError, 'audience');
  });
});
