import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { CLIENT, NEXTCLOUD, RESOURCE, ROOT } from './identity-provider.ts';
import { EXCHANGE, refused, rpc, startBed, toolCall } from './gateway.ts';
import type { Answer, Bed, Sent } from './gateway.ts';

const METADATA = `${ROOT}/.well-known/oauth-protected-resource/mcp`;
const READ = 'nc_notes_get_note';
const NOTE = { note_id: 1 };
const CALL = toolCall(READ, NOTE);

/** The rules of the MCP authorization specification for a resource server, over HTTP against a running gateway. */
describe('rules for a resource server', () => {
  let bed: Bed;

  before(async () => {
    bed = await startBed({ ...EXCHANGE, ALLOWED_MCP_CLIENTS: 'mcp-client' });
  });
  after(() => bed.close());

  const refusedToken = async (token: string): Promise<Answer> => {
    const answer = await refused(bed, { ...CALL, token });
    expect(answer.status).to.equal(401);
    expect(answer.challenge).to.contain('error="invalid_token"').and.to.contain(METADATA);
    // One text for every reason: nothing to learn for whoever tries tokens.
    expect(answer.text).to.equal(
      '{"error":"invalid_token","error_description":"The access token is not valid here"}',
    );
    return answer;
  };

  it('lets a right token through to Nextcloud, as another token of the same person', async () => {
    const token = await bed.idp.token();
    const { message } = await bed.call(token, READ, NOTE);
    expect(message.result?.isError, JSON.stringify(message)).to.not.equal(true);
    expect(JSON.stringify(message.result)).to.contain('of alice');
    const sent = bed.nextcloud.seen.map(({ authorization }) => authorization);
    expect(sent.length).to.be.greaterThan(0);
    for (const authorization of sent)
      expect(authorization).to.equal(`Bearer ${bed.idp.given[0] ?? ''}`);
  });

  it('R1 publishes its metadata at the root and below the path', async () => {
    for (const path of ['', '/mcp']) {
      const { status, text } = await bed.send({
        method: 'GET',
        path: `/.well-known/oauth-protected-resource${path}`,
      });
      const document = JSON.parse(text) as Record<string, unknown>;
      expect(status).to.equal(200);
      expect(document).to.include({ resource: RESOURCE });
      expect(document.authorization_servers).to.eql([bed.idp.issuer]);
      expect(document.scopes_supported).to.include.members([
        'notes:read',
        'files:write',
        'todo:read',
      ]);
    }
  });

  it('R2 points to them on every 401', async () => {
    expect((await refused(bed, CALL)).challenge).to.contain(`resource_metadata="${METADATA}"`);
    await refusedToken('nonsense');
    await refusedToken(await bed.idp.token({ claims: { aud: 'x' } }));
  });

  it('R3 names the scopes to begin with, and neither a wildcard nor offline_access', async () => {
    const { challenge } = await refused(bed, CALL);
    expect(challenge).to.contain('scope="notes:read"'); // what the provider knows of our reading scopes
    expect(challenge).not.to.match(/\*|offline_access|write/);
  });

  const SECOND = 1;
  const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds * SECOND;
  const WRONG: Readonly<Record<string, () => Promise<string> | string>> = {
    'an expired one': () =>
      bed.idp.token({ claims: { iat: inSeconds(-600), exp: inSeconds(-300) } }),
    'one that is not valid yet': () => bed.idp.token({ claims: { nbf: inSeconds(300) } }),
    'one issued in the future': () => bed.idp.token({ claims: { iat: inSeconds(200) } }),
    'one without an end': () => bed.idp.token({ claims: { exp: undefined } }),
    'one of another issuer': () => bed.idp.token({ claims: { iss: 'https://other.example.org' } }),
    'one of a look-alike issuer': () => bed.idp.token({ claims: { iss: `${bed.idp.issuer}/` } }),
    'one without a person': () => bed.idp.token({ claims: { sub: undefined } }),
    'one of a stranger’s key': () => bed.idp.token({ key: bed.idp.foreignKey }),
    'one of an unknown key id': () =>
      bed.idp.token({ key: bed.idp.foreignKey, header: { kid: 'unknown' } }),
    'an unsigned one': async () => unsigned(await bed.idp.token(), 'none'),
    'one that says HS256': async () => unsigned(await bed.idp.token(), 'HS256'),
    'a changed one': async () => changed(await bed.idp.token()),
    'an ID token': () =>
      bed.idp.token({ header: { typ: 'JWT' }, claims: { nonce: 'n', scope: undefined } }),
    'one tied to a key of its holder': () => bed.idp.token({ claims: { cnf: { jkt: 'x' } } }),
    'an opaque one that nobody knows': () => 'b3BhcXVl',
    'one of 17,000 letters': () => 'a'.repeat(17_000),
  };
  for (const [name, token] of Object.entries(WRONG)) {
    it(`R4 refuses ${name}`, async () => {
      const text = await token();
      // Node itself answers 431 to the longest ones, before anything of ours runs.
      if (text.length > 16_384)
        expect((await refused(bed, { ...CALL, token: text })).status).to.equal(431);
      else await refusedToken(text);
    });
  }

  it('R4 looks for new keys no oftener than it should: until then a token of one is refused, not believed', async () => {
    const own = await startBed();
    try {
      const old = await own.idp.token();
      expect((await own.call(old, READ, NOTE)).status).to.equal(200);
      await own.idp.rotate();
      const fresh = await own.idp.token();
      // The least distance between two looks for keys has not passed, so the new key is not known yet: refused, not let in.
      expect((await refused(own, { ...CALL, token: fresh })).status).to.equal(401);
    } finally {
      await own.close();
    }
  });

  const AUDIENCES: Readonly<Record<string, unknown>> = {
    'no audience': undefined,
    'an empty list': [],
    'Nextcloud’s audience': NEXTCLOUD,
    'another resource': 'https://other.example.org/mcp',
    'several others': ['https://other.example.org', NEXTCLOUD],
    'a longer address': `${RESOURCE}/more`,
    'a shorter address': ROOT.slice(0, -1),
    'a list with something else in it': [RESOURCE, 7],
  };
  for (const [name, aud] of Object.entries(AUDIENCES)) {
    it(`R5 refuses a token with ${name}`, async () => {
      await refusedToken(await bed.idp.token({ claims: { aud } }));
    });
  }
  it('R5 takes the resource, the root and the own client id, alone or among others', async () => {
    for (const aud of [RESOURCE, ROOT, CLIENT.id, ['x', RESOURCE]]) {
      const token = await bed.idp.token({ claims: { aud } });
      expect((await bed.send({ ...rpc('tools/list', {}), token })).status, String(aud)).to.equal(
        200,
      );
    }
  });

  it('R7 asks for all scopes of a call at once, and for those that are there already', async () => {
    const token = await bed.idp.token({ scope: 'openid deck:read' });
    for (const sent of [
      toolCall('nc_notes_create_note', {}),
      toolCall('nc_notes_create_note', {}, { era: 'modern' }),
      toolCall('nc_call_tool', { name: 'nc_notes_create_note', arguments: {} }),
    ]) {
      const answer = await refused(bed, { ...sent, token });
      expect(answer.status).to.equal(403);
      expect(answer.challenge)
        .to.contain('error="insufficient_scope"')
        .and.to.contain(`resource_metadata="${METADATA}"`)
        .and.to.match(/scope="deck:read notes:[a-z: ]*openid"/);
    }
    const resource = rpc('resources/read', { uri: 'nc://Notes/1' });
    expect((await refused(bed, { ...resource, token })).challenge).to.contain('notes:read');
    expect((await refused(bed, { body: [CALL.body, CALL.body], token })).status).to.equal(403);
  });

  it('R7 lists only what the scopes allow', async () => {
    const token = await bed.idp.token({ scope: 'notes:read' });
    for (const era of ['legacy', 'modern'] as const) {
      const { message } = await bed.send({ ...rpc('tools/list', {}, era), token });
      const names = (message.result?.tools as { name: string }[]).map(({ name }) => name);
      expect(names).to.include(READ).and.to.include('check_logged_in');
      expect(names)
        .not.to.include('nc_notes_create_note')
        .and.not.to.include('nc_webdav_read_file');
    }
  });

  it('R7 asks for no scope where people look after their own sign-in', async () => {
    const token = await bed.idp.token({ scope: 'deck:read' });
    const { status, message } = await bed.call(token, 'check_provisioning_status');
    expect(status).to.equal(200);
    expect(message.result?.structuredContent).to.eql({ is_provisioned: false });
  });

  it('R8 takes a broad scope for its parts, in any spelling', async () => {
    for (const scope of ['notes', 'notes.read', 'notes:read notes:write']) {
      const { message } = await bed.call(await bed.idp.token({ scope }), READ, NOTE);
      expect(message.result?.isError, scope).to.not.equal(true);
    }
    const writing = await bed.idp.token({ scope: 'notes:write' });
    expect((await refused(bed, { ...CALL, token: writing })).status).to.equal(403);
  });

  it('R9 answers 400 to a header that is not one bearer token', async () => {
    const token = await bed.idp.token();
    const headers: readonly (string | readonly string[])[] = [
      [`Bearer ${token}`, `Bearer ${token}`],
      `Basic ${Buffer.from('alice:x').toString('base64')}`,
      'Bearer',
      `Bearer ${token} ${token}`,
      `Token ${token}`,
      `Bearer ${token}, Bearer ${token}`,
    ];
    for (const Authorization of headers)
      expect((await refused(bed, { ...CALL, headers: { Authorization } })).status).to.equal(400);
  });

  it('R10 takes no token from the query or the body, and asks for it with every request', async () => {
    const token = await bed.idp.token();
    expect((await refused(bed, { ...CALL, path: `/mcp?access_token=${token}` })).status).to.equal(
      401,
    );
    expect((await refused(bed, { body: { access_token: token } })).status).to.equal(401);
    expect((await bed.call(token, READ, NOTE)).status).to.equal(200);
    expect((await refused(bed, { ...CALL, headers: { 'Mcp-Session-Id': 'x' } })).status).to.equal(
      401,
    );
    expect(bed.log.join('\n')).not.to.contain(token);
  });

  it('R11 refuses foreign pages and foreign names', async () => {
    const token = await bed.idp.token();
    const cases: readonly Sent['headers'][] = [
      { Origin: 'https://evil.example.org' },
      { Origin: 'null' },
      { Origin: 'http://localhost.evil.example.org' },
      { Host: 'evil.example.org' },
      { Host: 'gateway.example.org.evil.example.org' },
    ];
    for (const headers of cases)
      expect((await refused(bed, { ...CALL, token, headers: headers ?? {} })).status).to.equal(403);
    for (const headers of [{ Origin: 'http://localhost:3000' }, { Host: 'gateway.example.org' }])
      expect((await bed.send({ ...CALL, token, headers })).status).to.equal(200);
  });

  it('R12 limits what one person and one address may ask', async () => {
    const own = await startBed({ ...EXCHANGE, MCP_RATE_LIMIT: '3' });
    const narrow = await startBed({ ...EXCHANGE, MCP_RATE_LIMIT_ADDRESS: '3' });
    try {
      const [alice, bob] = [await own.idp.token(), await own.idp.token({ person: 'bob' })];
      for (let count = 0; count < 3; count += 1)
        expect((await own.call(alice, READ, NOTE)).status).to.equal(200);
      const answer = await refused(own, { ...CALL, token: await own.idp.token() });
      expect(answer.status, 'a new token of the same person').to.equal(429);
      expect(Number(answer.headers['retry-after'])).to.be.greaterThan(0);
      expect((await own.call(bob, READ, NOTE)).status).to.equal(200);
      for (let count = 0; count < 3; count += 1) await refused(narrow, CALL);
      expect((await refused(narrow, { ...CALL, token: alice })).status).to.equal(429);
    } finally {
      await own.close();
      await narrow.close();
    }
  });

  it('R12 checks arguments before Nextcloud is asked for the tool', async () => {
    const token = await bed.idp.token({ person: 'carol' });
    await bed.call(token, READ, NOTE); // what the person has is known from now on
    const before = bed.nextcloud.seen.length;
    const { message } = await bed.call(token, 'nc_notes_create_note', { user: 'alice', title: 7 });
    expect(message.result?.isError).to.equal(true);
    expect(bed.nextcloud.seen.length).to.equal(before);
  });

  it('R16 asks no address that the provider’s metadata names inside our network', async () => {
    const reached: string[] = [];
    const inside = createServer((request, response) => {
      reached.push(request.url ?? '');
      response.end('{}');
    });
    const outside = createServer((_request, response) => {
      const own = `http://127.0.0.1:${String((outside.address() as AddressInfo).port)}`;
      const target = `http://127.0.0.1:${String((inside.address() as AddressInfo).port)}`;
      const endpoints = { authorization_endpoint: `${own}/a`, token_endpoint: `${own}/t` };
      response.end(JSON.stringify({ issuer: own, ...endpoints, jwks_uri: `${target}/jwks` }));
    });
    for (const server of [inside, outside])
      await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const issuer = `http://127.0.0.1:${String((outside.address() as AddressInfo).port)}`;
    const own = await startBed({
      ...EXCHANGE,
      OIDC_DISCOVERY_URL: `${issuer}/.well-known/openid-configuration`,
    });
    try {
      const token = await own.idp.token({ claims: { iss: issuer } });
      expect((await refused(own, { ...CALL, token })).status).to.equal(503);
      expect(reached).to.eql([]);
    } finally {
      await own.close();
      for (const server of [inside, outside]) {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
      }
    }
  });

  it('R17 logs who asked for more, under the id that the answer carries', async () => {
    const token = await bed.idp.token({ scope: 'openid' });
    const answer = await refused(bed, { ...CALL, token });
    const line = bed.log.find(
      (one) =>
        one.includes('more scopes asked for') &&
        one.includes(String(answer.headers['x-request-id'])),
    );
    expect(line).to.contain('mcp-client').and.to.contain('notes:read');
  });

  it('R17 writes an audit row for each call, with the id of its request and nothing of its content', async () => {
    const token = await bed.idp.token({ person: 'dora' });
    const answer = await bed.call(token, 'nc_notes_search_notes', { query: 'secret-words' });
    const { entries } = await audited(bed, 'dora');
    expect(entries[0]).to.include({
      event: 'tool.called',
      target: 'nc_notes_search_notes',
      clientId: 'mcp-client',
      outcome: 'ok',
    });
    expect(entries[0]?.correlationId).to.equal(answer.headers['x-request-id']);
    expect(JSON.stringify(entries)).not.to.contain('secret-words');
  });

  it('lets in only clients on the list', async () => {
    const token = await bed.idp.token({ claims: { client_id: 'another-client' } });
    expect((await refused(bed, { ...CALL, token })).status).to.equal(403);
    const nameless = await bed.idp.token({ claims: { client_id: undefined } });
    expect((await refused(bed, { ...CALL, token: nameless })).status).to.equal(403);
  });

  it('asks the provider about opaque tokens, and believes a refusal', async () => {
    const claims = {
      active: true,
      sub: 'alice',
      aud: RESOURCE,
      client_id: 'mcp-client',
      scope: 'notes:read',
    };
    bed.idp.opaque.set('known-to-the-provider', claims);
    bed.idp.opaque.set('for-nextcloud', { ...claims, aud: NEXTCLOUD });
    expect(
      (await bed.send({ ...rpc('tools/list', {}), token: 'known-to-the-provider' })).status,
    ).to.equal(200);
    await refusedToken('for-nextcloud');
    await refusedToken('known-to-nobody');
  });

  it('tries once more with a new token when Nextcloud refuses one, and once only', async () => {
    const own = await startBed();
    try {
      const token = await own.idp.token();
      await own.call(token, READ, NOTE);
      const [first = ''] = own.idp.given;
      const userOf = own.nextcloud.userOf;
      own.nextcloud.userOf = (authorization) =>
        authorization === `Bearer ${first}` ? undefined : userOf(authorization);
      const { message } = await own.call(token, READ, NOTE);
      expect(message.result?.isError, JSON.stringify(message)).to.not.equal(true);
      expect(own.idp.exchanged.length).to.equal(2);
      own.nextcloud.userOf = () => undefined;
      const failed = (await own.call(token, READ, NOTE)).message;
      expect(failed.error?.data).to.include({ code: 'unauthorized' });
      expect(own.idp.exchanged.length).to.equal(3);
    } finally {
      await own.close();
    }
  });
});

async function audited(bed: Bed, subject: string) {
  const principal = { issuer: bed.idp.issuer, subject };
  const audit = bed.dependencies.signIn?.store.audit;
  if (audit === undefined) throw new Error('no audit log');
  return audit.list({ principal }, { limit: 10 });
}

function unsigned(token: string, alg: string): string {
  const header = Buffer.from(JSON.stringify({ alg, typ: 'at+jwt', kid: 'first' })).toString(
    'base64url',
  );
  return `${header}.${token.split('.')[1] ?? ''}.${alg === 'none' ? '' : 'c2lnbmF0dXJl'}`;
}

function changed(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as object;
  const other = Buffer.from(JSON.stringify({ ...claims, sub: 'bob' })).toString('base64url');
  return `${header}.${other}.${signature}`;
}
