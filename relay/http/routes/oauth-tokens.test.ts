import { expect } from 'chai';
import { decodeProtectedHeader } from 'jose';
import {
  HOSTED,
  TestBrowser,
  TestClient,
  claimsOf,
  post,
  startSignIn,
} from './embedded-sign-in.fixture.ts';
import type { SignInBed, Tokens } from './embedded-sign-in.fixture.ts';

describe('tokens of the embedded authorization server', () => {
  let bed: SignInBed;
  let client: TestClient;
  let tokens: Tokens;

  beforeEach(async () => {
    bed = await startSignIn();
    client = await TestClient.registered(bed);
    tokens = await client.connect(new TestBrowser(bed.url));
  });
  afterEach(() => bed.close());

  const refreshed = async (token: string): Promise<Tokens> => {
    const { status, body } = await client.refresh(token);
    expect(status, JSON.stringify(body)).to.equal(200);
    return body as unknown as Tokens;
  };
  const refused = async (token: string): Promise<void> => {
    const { status, body } = await client.refresh(token);
    expect([status, body['error']]).to.deep.equal([400, 'invalid_grant']);
  };
  const stands = (of: Tokens): Promise<boolean> =>
    bed.store.oidcArtifacts.grantStands(String(claimsOf(of)['gid']));

  it('are renewed by a refresh token that changes each time, in the same grant', async () => {
    const second = await refreshed(tokens.refresh_token);
    expect(second.refresh_token).not.to.equal(tokens.refresh_token);
    expect(claimsOf(second)['gid']).to.equal(claimsOf(tokens)['gid']);
    expect(claimsOf(second)['aud']).to.equal(bed.resource);
    await refreshed(second.refresh_token);
  });

  it('survive five refreshes at once', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => refreshed(tokens.refresh_token)));
    for (const each of all) await refreshed(each.refresh_token);
    expect(await stands(tokens)).to.equal(true);
  });

  it('end with their whole family when a used refresh token comes again after the grace', async () => {
    const second = await refreshed(tokens.refresh_token);
    bed.advance(21);
    await refused(tokens.refresh_token);
    await refused(second.refresh_token);
    expect(await stands(tokens)).to.equal(false);
    const replays = await bed.store.audit.list({ event: 'token.replayed' }, { limit: 5 });
    expect(replays.entries[0]).to.deep.include({ outcome: 'refused', clientId: client.id });
  });

  it('end when their code comes again', async () => {
    const code = await client.code(new TestBrowser(bed.url));
    const { body } = await client.redeem(code);
    const issued = body as unknown as Tokens;
    expect(await stands(issued)).to.equal(true);
    expect((await client.redeem(code)).body['error']).to.equal('invalid_grant');
    expect(await stands(issued)).to.equal(false);
    await refused(issued.refresh_token);
    expect(await stands(tokens), 'another authorization of the client').to.equal(true);
  });

  it('are given once when a code comes twice at the same time, and then end', async () => {
    const code = await client.code(new TestBrowser(bed.url));
    const answers = await Promise.all([client.redeem(code), client.redeem(code)]);
    const given = answers.filter(({ status }) => status === 200);
    expect(given.length).to.be.lessThan(2);
    for (const { body } of given) await refused(String(body['refresh_token']));
  });

  it('need the right verifier, redirect address and client', async () => {
    const other = await TestClient.registered(bed);
    for (const changes of [
      { code_verifier: 'x'.repeat(43) },
      { redirect_uri: `${client.redirect}/other` },
      { client_id: other.id },
    ]) {
      const code = await client.code(new TestBrowser(bed.url));
      const { status, body } = await client.redeem(code, changes);
      expect([status, body['error']]).to.deep.equal([400, 'invalid_grant']);
    }
  });

  it('are not stored: neither codes nor refresh tokens can be found by their values', async () => {
    const found = await bed.store.oidcArtifacts.find('RefreshToken', tokens.refresh_token);
    expect(found?.payload['accountId']).to.equal('alice');
    expect(JSON.stringify(found?.payload)).not.to.include(tokens.refresh_token);
  });

  it('end when the client revokes its refresh token', async () => {
    const form = { token: tokens.refresh_token, client_id: client.id };
    expect((await post(bed, '/oauth/revoke', form)).status).to.equal(200);
    await refused(tokens.refresh_token);
    expect(await stands(tokens)).to.equal(false);
  });

  it('cannot be revoked by another client', async () => {
    const other = await TestClient.registered(bed);
    await post(bed, '/oauth/revoke', { token: tokens.refresh_token, client_id: other.id });
    await refreshed(tokens.refresh_token);
  });

  it('end when the person takes a client back, and only those', async () => {
    const another = await TestClient.registered(bed, HOSTED, { client_name: 'Another' });
    const kept = await another.connect(new TestBrowser(bed.url));
    const principal = { issuer: bed.url, subject: 'alice' };
    expect(await bed.server.revokeClient(principal, client.id)).to.equal(true);
    expect(await bed.server.revokeClient(principal, client.id)).to.equal(false);
    await refused(tokens.refresh_token);
    expect(await stands(tokens)).to.equal(false);
    expect(await stands(kept)).to.equal(true);
    const left = await bed.store.consents.listOf(principal);
    expect(left.map(({ clientId }) => clientId)).to.deep.equal([another.id]);
  });

  it('end for every client when the person takes everything back', async () => {
    await bed.server.revokeAccount('alice');
    await refused(tokens.refresh_token);
    expect(await stands(tokens)).to.equal(false);
    expect(await bed.store.consents.listOf({ issuer: bed.url, subject: 'alice' })).to.be.empty;
  });

  it('end with one grant', async () => {
    await bed.store.oidcArtifacts.revokeGrant(String(claimsOf(tokens)['gid']));
    await refused(tokens.refresh_token);
    expect(await stands(tokens)).to.equal(false);
  });

  it('are not renewed for a person whose credential is gone', async () => {
    bed.dead.add('alice');
    await refused(tokens.refresh_token);
  });

  it('are not renewed beyond the life of the grant', async () => {
    const short = await startSignIn({ grantSeconds: 60 });
    try {
      const its = await TestClient.registered(short);
      const given = await its.connect(new TestBrowser(short.url));
      short.advance(61);
      expect((await its.refresh(given.refresh_token)).body['error']).to.equal('invalid_grant');
    } finally {
      await short.close();
    }
  });

  it('come without a refresh token for a client that did not register for one', async () => {
    const plain = await TestClient.registered(bed, HOSTED, { grant_types: undefined });
    const given = await plain.connect(new TestBrowser(bed.url));
    expect(given).not.to.have.property('refresh_token');
  });

  it('come about and are renewed when two processes take turns', async () => {
    await bed.replica();
    for (let count = 0; count < 3; count++) {
      const given = await client.connect(new TestBrowser(bed.url));
      const all = await Promise.all(
        Array.from({ length: 4 }, () => refreshed(given.refresh_token)),
      );
      for (const each of all) await refreshed(each.refresh_token);
    }
  });

  it('end in all processes when a replay comes to another one', async () => {
    await bed.replica();
    const second = await refreshed(tokens.refresh_token);
    bed.advance(21);
    await refused(tokens.refresh_token);
    await refused(second.refresh_token);
  });

  it('are signed by a new key after a rotation, while the old one is published for their life', async () => {
    const { server } = bed;
    const replica = await bed.replica();
    const headerOf = (of: Tokens) => {
      const { alg = '', kid } = decodeProtectedHeader(of.access_token);
      return { alg, kid };
    };
    const old = headerOf(tokens);
    await server.rotateKeys();
    const during = await refreshed(tokens.refresh_token);
    expect(headerOf(during), 'a key that not everybody knows').to.deep.equal(old);

    bed.advance(31);
    const after = await refreshed(during.refresh_token);
    expect(headerOf(after).kid).not.to.equal(old.kid);
    for (const each of [server, replica]) {
      expect((await each.keys.find(old)).ok).to.equal(true);
      expect((await each.keys.find(headerOf(after))).ok).to.equal(true);
    }
    bed.advance(361);
    for (const each of [server, replica]) {
      expect((await each.keys.find(old)).ok).to.equal(false);
      expect((await each.keys.find(headerOf(after))).ok).to.equal(true);
    }
  });

  it('are signed by a new key when the old one has served its time', async () => {
    const keyIds = async (): Promise<readonly string[]> =>
      (await bed.store.serverKeys.list('oauth-signing')).map(({ id }) => id);
    const before = await keyIds();
    await bed.server.tend();
    expect(await keyIds()).to.deep.equal(before);
    bed.advance(91 * 86_400);
    await bed.server.tend();
    expect(await keyIds()).to.have.length(2);
  });
});
