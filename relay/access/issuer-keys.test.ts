import { expect } from 'chai';
import { localKeys, remoteKeys } from './issuer-keys.ts';
import type { IssuerKeys, KeyAnswer, RemoteKeysOptions } from './issuer-keys.ts';
import { NOW, publicJwk, realFetch, startLocalIssuer } from './local-issuer.fixture.ts';
import type { LocalIssuer } from './local-issuer.fixture.ts';

describe('keys of an issuer', () => {
  let issuer: LocalIssuer;
  let time: number;
  let failures: unknown[];
  let keys: IssuerKeys;
  const find = async (kid: string | undefined, alg = 'RS256'): Promise<string> =>
    said(await keys.find({ alg, kid }));
  const said = (answer: KeyAnswer): string => (answer.ok ? 'found' : answer.reason);
  const pass = (seconds: number): void => void (time += seconds * 1000);

  function remote(more: Partial<RemoteKeysOptions> = {}): IssuerKeys {
    return remoteKeys({
      jwksUri: issuer.jwksUri,
      fetch: realFetch,
      now: () => time,
      onFailure: (cause) => failures.push(cause),
      maxAgeSeconds: 600,
      staleSeconds: 3600,
      refetchSeconds: 15,
      unknownSeconds: 60,
      ...more,
    });
  }

  beforeEach(async () => {
    issuer = await startLocalIssuer();
    time = NOW * 1000;
    failures = [];
    keys = remote();
  });

  afterEach(() => issuer.close());

  it('are fetched once for everybody who waits, and kept', async () => {
    const found = await Promise.all(Array.from({ length: 50 }, () => find('rs')));
    expect(new Set(found)).to.eql(new Set(['found']));
    pass(599);
    expect(await find('rs')).to.equal('found');
    expect(issuer.seen).to.eql(['GET /jwks']);
  });

  it('are found after a rotation, without a restart', async () => {
    expect(await find('new')).to.equal('unknown_key');
    issuer.jwks = [await publicJwk(issuer.keys.foreign, { kid: 'new', alg: 'RS256' })];
    pass(61);
    expect(await find('new')).to.equal('found');
    expect(await find('rs')).to.equal('unknown_key');
  });

  it('stop working when they are withdrawn', async () => {
    expect(await find('rs')).to.equal('found');
    issuer.jwks = issuer.jwks.filter(({ kid }) => kid !== 'rs');
    pass(600);
    expect(await find('rs')).to.equal('unknown_key');
  });

  it('are not fetched for every unknown id: a least distance, and no second look for the same', async () => {
    for (let n = 0; n < 200; n += 1) expect(await find(`unknown-${n}`)).to.equal('unknown_key');
    expect(issuer.seen).to.have.length(1);
    pass(16);
    expect(await find('again')).to.equal('unknown_key');
    expect(issuer.seen).to.have.length(2);
    pass(16);
    expect(await find('again')).to.equal('unknown_key');
    expect(issuer.seen, 'remembered as unknown').to.have.length(2);
    expect(await find('another')).to.equal('unknown_key');
    expect(issuer.seen).to.have.length(3);
    pass(61);
    await find('again');
    expect(issuer.seen).to.have.length(4);
  });

  it('a flood of unknown ids at once makes one look', async () => {
    expect(await find('rs')).to.equal('found');
    pass(16);
    await Promise.all(Array.from({ length: 100 }, (_, n) => find(`unknown-${n}`)));
    expect(issuer.seen).to.have.length(2);
  });

  it('an id that came too early for a look is not taken for unknown', async () => {
    expect(await find('rs')).to.equal('found');
    issuer.jwks = [await publicJwk(issuer.keys.foreign, { kid: 'new', alg: 'RS256' })];
    pass(5);
    expect(await find('new')).to.equal('unknown_key');
    pass(10);
    expect(await find('new')).to.equal('found');
  });

  it('outlive an outage for a while, which is told', async () => {
    expect(await find('rs')).to.equal('found');
    issuer.failWith = 503;
    pass(601);
    expect(await find('rs')).to.equal('found');
    expect(await find('rs')).to.equal('found');
    expect(issuer.seen, 'the least distance holds for failures').to.have.length(2);
    expect(String(failures[0])).to.contain('503');
    pass(3000);
    expect(await find('rs')).to.equal('keys_unavailable');
  });

  it('an issuer that never answered is an outage, not a bad token', async () => {
    issuer.failWith = 500;
    expect(await find('rs')).to.equal('keys_unavailable');
    issuer.failWith = undefined;
    pass(15);
    expect(await find('rs')).to.equal('found');
  });

  it('what is no key set is an outage too', async () => {
    keys = remote({ jwksUri: issuer.introspectionUrl });
    expect(await find('rs')).to.equal('keys_unavailable');
  });

  it('a missing id is enough where exactly one key fits', async () => {
    expect(await find(undefined, 'EdDSA')).to.equal('found');
    expect(await find(undefined, 'RS256')).to.equal('ambiguous_key');
  });

  it('can be at hand, without any request', async () => {
    keys = localKeys({ keys: issuer.jwks });
    expect(await find('rs')).to.equal('found');
    expect(await find('x')).to.equal('unknown_key');
    expect(issuer.seen).to.eql([]);
  });
});
