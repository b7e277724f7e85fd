import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { SignJWT, createLocalJWKSet, exportJWK } from 'jose';
import type { JWTVerifyGetKey } from 'jose';
import type { ProviderMetadata } from '../credentials/provider-metadata.ts';
import type { TokenAnswer } from '../credentials/token-answer.ts';
import type { TokenEndpoint } from '../credentials/token-endpoint.ts';
import { RelayError } from '../errors.ts';
import { silentLogger } from '../log.ts';
import { rejection } from '../nextcloud/rejection.fixture.ts';
import { onEveryStore } from '../store/testing/every-store.ts';
import { configuredClient } from './client-registration.ts';
import { offlineAccess } from './offline-access.ts';
import type { OfflineAccess } from './offline-access.ts';

const ISSUER = 'https://id.example.org';
const NEXTCLOUD = 'https://cloud.example.org';
const alice = { issuer: ISSUER, subject: 'alice' };
const caller = {
  ...alice,
  key: 'alice',
  username: 'alice',
  clientId: 'mcp-client',
  scopes: new Set<string>(),
  expiresAt: 4_000_000_000,
};
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const metadata: ProviderMetadata = {
  issuer: ISSUER,
  issuers: new Set([ISSUER]),
  authorizationEndpoint: `${ISSUER}/authorize`,
  tokenEndpoint: `${ISSUER}/token`,
  jwksUri: `${ISSUER}/jwks`,
  registrationEndpoint: undefined,
  revocationEndpoint: `${ISSUER}/revoke`,
  introspectionEndpoint: undefined,
  tokenEndpointAuthMethods: undefined,
  grantTypes: undefined,
  pkceMethods: ['S256'],
  scopes: undefined,
  issInResponses: false,
};

onEveryStore('Flow 2, when it is cut off', (bed) => {
  let offline: OfflineAccess;
  let spent: string[];
  let revoked: string[];
  let nonce: string;
  /** What the provider does with a code. */
  let answer: () => Promise<TokenAnswer>;
  let keys: JWTVerifyGetKey;
  let revocation: () => Promise<boolean>;
  let paused: number[];

  beforeEach(async () => {
    [spent, revoked, paused] = [[], [], []];
    const published = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k' }] });
    keys = (header, token) => published(header, token);
    answer = good;
    revocation = () => Promise.resolve(true);
    const endpoint: TokenEndpoint = {
      grant({ code = '' }) {
        spent.push(code);
        return answer();
      },
      revoke(token) {
        revoked.push(token);
        return revocation();
      },
    };
    const { flows, grants, redemptions, audit } = bed().store;
    offline = offlineAccess({
      flows,
      grants,
      redemptions,
      audit,
      endpoint,
      client: configuredClient({ clientId: 'gateway', authentication: { kind: 'none' } }),
      metadata: () => Promise.resolve(metadata),
      keys: (header, token) => keys(header, token),
      publicUrl: 'https://gateway.example.org',
      resource: undefined,
      audiences: [NEXTCLOUD],
      scopes: ['notes:read'],
      now: () => bed().seconds(),
      pause(ms) {
        paused.push(ms);
        bed().advance(ms / 1000);
        return Promise.resolve();
      },
      log: silentLogger,
    });
  });

  async function good(): Promise<TokenAnswer> {
    const now = bed().seconds();
    const signed = (claims: object): Promise<string> =>
      new SignJWT({ iss: ISSUER, sub: 'alice', iat: now, exp: now + 300, ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'k' })
        .sign(privateKey);
    return {
      accessToken: await signed({ aud: NEXTCLOUD }),
      tokenType: 'Bearer',
      issuedTokenType: undefined,
      expiresIn: 300,
      refreshToken: `refresh-${String(spent.length)}`,
      refreshExpiresIn: undefined,
      idToken: await signed({ aud: 'gateway', nonce }),
      scopes: undefined,
    };
  }

  const refusal = (error: string) => (): Promise<never> =>
    Promise.reject(
      new RelayError('upstream_error', 'refused', {
        status: 400,
        details: { oauth_error: error },
      }),
    );
  const lost = (): Promise<never> => Promise.reject(new RelayError('timeout', 'no answer'));

  async function untilCallback(): Promise<() => ReturnType<OfflineAccess['callback']>> {
    const link = await offline.link(caller, caller.clientId);
    const begun = await offline.begin(new URL(link).searchParams.get('state') ?? '');
    if (begun === undefined) throw new Error('a dead link');
    const asked = new URL(begun.url).searchParams;
    nonce = asked.get('nonce') ?? '';
    const query = new URLSearchParams({ state: asked.get('state') ?? '', code: 'the-code' });
    return () => offline.callback(query, begun.browser);
  }
  const found = () => bed().store.grants.find(alice);
  const audited = async () =>
    (await bed().store.audit.list({}, { limit: 10 })).entries.map(
      ({ outcome, target }) => `${outcome} ${target ?? ''}`,
    );

  it('by a lost answer, presents the code again when the lease is over: an unspent one is the grant', async () => {
    const callback = await untilCallback();
    answer = lost;
    expect((await rejection(callback())).code).to.equal('timeout');
    expect(await offline.recover()).to.eql({ stored: 0, ended: 0 });
    bed().advance(30);
    answer = good;
    expect(await offline.recover()).to.eql({ stored: 1, ended: 0 });
    expect(spent).to.eql(['the-code', 'the-code']);
    expect(await found()).to.deep.include({ scopes: ['openid', 'offline_access', 'notes:read'] });
    expect(await audited()).to.eql(['ok ']);
    bed().advance(60);
    expect(await offline.recover()).to.eql({ stored: 0, ended: 0 });
  });

  for (const error of ['invalid_grant', 'invalid_request']) {
    it(`and ends it when the provider knows it as spent (${error})`, async () => {
      const callback = await untilCallback();
      answer = lost;
      await rejection(callback());
      bed().advance(30);
      answer = refusal(error);
      expect(await offline.recover()).to.eql({ stored: 0, ended: 1 });
      expect(await found()).to.equal(undefined);
      expect(await audited()).to.eql(['failed interrupted']);
      bed().advance(60);
      await offline.recover();
      expect(spent.length).to.equal(2);
    });
  }

  it('waits at a start for leases of processes that are gone', async () => {
    const callback = await untilCallback();
    answer = lost;
    await rejection(callback());
    answer = good;
    expect(await offline.recover({ patiently: true })).to.eql({ stored: 1, ended: 0 });
    expect(paused).to.eql([30_000]);
  });

  it('tries again while the provider is away', async () => {
    const callback = await untilCallback();
    answer = lost;
    await rejection(callback());
    bed().advance(30);
    expect(await offline.recover()).to.eql({ stored: 0, ended: 0 });
    bed().advance(30);
    answer = good;
    expect(await offline.recover()).to.eql({ stored: 1, ended: 0 });
  });

  it('asks nothing about a code that the provider has refused in so many words', async () => {
    for (const error of ['invalid_client', 'invalid_grant']) {
      const callback = await untilCallback();
      answer = refusal(error);
      await callback().catch(() => undefined);
      expect(await bed().store.redemptions.nextEnd(), error).to.equal(undefined);
    }
  });

  it('revokes tokens at once that cannot be checked, and presents their code again if that fails', async () => {
    const callback = await untilCallback();
    const published = keys;
    keys = () => Promise.reject(new RelayError('unavailable', 'no keys', { retryable: true }));
    revocation = lost;
    await rejection(callback());
    expect(revoked).to.eql(['refresh-1']);
    bed().advance(30);
    keys = published;
    answer = refusal('invalid_grant');
    expect(await offline.recover()).to.eql({ stored: 0, ended: 1 });
    expect(await found()).to.equal(undefined);
  });

  it('is brought to an end first when the person starts anew', async () => {
    const callback = await untilCallback();
    answer = lost;
    await rejection(callback());
    answer = refusal('invalid_grant');
    const next = await untilCallback();
    expect(spent).to.eql(['the-code', 'the-code']);
    answer = good;
    expect(await next()).to.eql({ kind: 'granted' });
  });

  it('leaves a newer grant alone: a provider may keep both as one', async () => {
    const [first, second] = [await untilCallback(), await untilCallback()];
    answer = lost;
    await rejection(first());
    answer = good;
    expect(await second()).to.eql({ kind: 'granted' });
    bed().advance(30);
    expect(await offline.recover()).to.eql({ stored: 0, ended: 1 });
    expect(spent.length).to.equal(2);
    expect(revoked).to.eql([]);
  });

  it('stores nothing late: what was given up meanwhile is revoked', async () => {
    const callback = await untilCallback();
    answer = async () => {
      const tokens = await good();
      answer = refusal('invalid_grant');
      await offline.revoke(caller);
      return tokens;
    };
    expect(await callback()).to.eql({ kind: 'refused', reason: 'unknown_state' });
    expect(revoked).to.eql(['refresh-1']);
    expect(await found()).to.equal(undefined);
  });

  it('stores nothing after the person took it back, also when the provider was away then', async () => {
    const callback = await untilCallback();
    answer = lost;
    await rejection(callback());
    await offline.revoke(caller);
    answer = good;
    bed().advance(60);
    expect(await offline.recover()).to.eql({ stored: 0, ended: 0 });
    expect(await found()).to.equal(undefined);
  });
});
