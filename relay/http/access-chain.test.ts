import { expect } from 'chai';
import { NEXTCLOUD, NOW, RESOURCE, startLocalIssuer } from '../access/local-issuer.fixture.ts';
import type { LocalIssuer } from '../access/local-issuer.fixture.ts';
import { principalKey } from '../access/principal-key.ts';
import { WRONG_TOKENS } from '../access/wrong-tokens.fixture.ts';
import { startChain } from './access-chain.fixture.ts';
import type { Answer, Chain, ChainOptions } from './access-chain.fixture.ts';

const METADATA =
  'resource_metadata="https://mcp.example.org/.well-known/oauth-protected-resource/mcp"';
const INVALID = `Bearer error="invalid_token", error_description="The access token is not valid here", ${METADATA}, scope="notes:read"`;

const call = (name: string, args: unknown = {}) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name, arguments: args },
});
const json = ({ text }: Answer): Record<string, unknown> => JSON.parse(text);

describe('who may call', () => {
  let issuer: LocalIssuer;
  let chain: Chain;
  const extra: Chain[] = [];

  const another = async (options: ChainOptions): Promise<Chain> => {
    const one = await startChain(issuer, options);
    extra.push(one);
    return one;
  };

  /** A refusal counts only when nothing behind the checks was reached. */
  async function refused(sent: Parameters<Chain['send']>[0], on: Chain = chain): Promise<Answer> {
    const before = on.reached.length;
    const answer = await on.send(sent);
    expect(on.reached.length, 'the handler was reached').to.equal(before);
    return answer;
  }

  before(async () => {
    issuer = await startLocalIssuer();
    chain = await startChain(issuer);
  });

  afterEach(async () => {
    await Promise.all(extra.splice(0).map((one) => one.close()));
  });

  after(async () => {
    await chain.close();
    await issuer.close();
  });

  it('the right token gets through, or no refusal would prove anything', async () => {
    const answer = await chain.send({ token: issuer.token(), body: call('get_note') });
    expect(answer.status).to.equal(200);
    expect(chain.checks.at(-1), 'counted').to.equal('ok');
    expect(chain.reached.at(-1)).to.deep.include({
      principal: {
        key: principalKey(issuer.issuer, 'alice'),
        issuer: issuer.issuer,
        subject: 'alice',
        username: undefined,
        clientId: 'assistant',
        scopes: new Set(['notes:read']),
        expiresAt: NOW + 300,
      },
    });
    expect(chain.reached.at(-1)?.authInfo, 'for the MCP handler').to.equal(
      chain.reached.at(-1)?.principal,
    );
  });

  it('an opaque token gets through when its issuer says so', async () => {
    issuer.opaque.set('good', {
      active: true,
      sub: 'bob',
      aud: RESOURCE,
      client_id: 'assistant',
      exp: NOW + 60,
      scope: 'notes',
    });
    expect((await chain.send({ token: 'good', body: call('get_note') })).status).to.equal(200);
  });

  describe('R1: protected-resource metadata', () => {
    for (const path of [
      '/.well-known/oauth-protected-resource',
      '/.well-known/oauth-protected-resource/mcp',
    ]) {
      it(path, async () => {
        const answer = await chain.send({
          method: 'GET',
          path,
          headers: { Origin: 'https://any.example' },
        });
        expect(answer.status).to.equal(200);
        expect(answer.headers['access-control-allow-origin']).to.equal('*');
        expect(json(answer)).to.eql({
          resource: RESOURCE,
          resource_name: 'Nextcloud',
          authorization_servers: [issuer.issuer],
          scopes_supported: ['files:read', 'notes:read', 'tables:write'],
          bearer_methods_supported: ['header'],
        });
      });
    }

    it('answers pages that ask first, and nothing beside it', async () => {
      const path = '/.well-known/oauth-protected-resource/mcp';
      const answer = await chain.send({
        method: 'OPTIONS',
        path,
        headers: { Origin: 'https://any.example' },
      });
      expect(answer.status).to.equal(204);
      expect((await chain.send({ method: 'GET', path: `${path}/x` })).status).to.equal(404);
    });

    it('spells scopes for providers that refuse colons', async () => {
      const dotted = await another({ dots: true });
      const answer = await dotted.send({
        method: 'GET',
        path: '/.well-known/oauth-protected-resource',
      });
      expect(json(answer).scopes_supported).to.include('notes.read');
      expect((await refused({}, dotted)).challenge).to.contain('scope="notes.read"');
    });
  });

  it('R2, R3: without a token the challenge points to the metadata and names scopes, but no error', async () => {
    const answer = await refused({ body: call('get_note') });
    expect(answer.status).to.equal(401);
    expect(answer.challenge).to.equal(`Bearer ${METADATA}, scope="notes:read"`);
    expect(answer.headers['cache-control']).to.equal('no-store');
  });

  it('R2: every method is asked', async () => {
    for (const method of ['GET', 'DELETE', 'PUT', 'HEAD'])
      expect((await refused({ method })).status, method).to.equal(401);
  });

  describe('R4, R5: wrong tokens are all refused with the same words', () => {
    for (const { name, make, reason } of WRONG_TOKENS.filter(
      ({ headerless }) => headerless !== true,
    )) {
      it(name, async () => {
        const logged = chain.log.length;
        const token = make(issuer);
        const answer = await refused({ token, body: call('status') });
        expect(answer.status).to.equal(401);
        expect(answer.challenge).to.equal(INVALID);
        expect(json(answer)).to.eql({
          error: 'invalid_token',
          error_description: 'The access token is not valid here',
        });
        const lines = chain.log.slice(logged).join('');
        expect(lines, 'the reason is in the log').to.contain(`"reason":"${reason}"`);
        expect(lines, 'the token is not').not.to.contain(token.slice(-24));
      });
    }
  });

  it('R4: an issuer that cannot be reached is 503, not a bad token', async () => {
    issuer.failWith = 500;
    const fresh = await another({});
    const answer = await refused({ token: issuer.token() }, fresh);
    issuer.failWith = undefined;
    expect(answer.status).to.equal(503);
    expect(answer.headers['retry-after']).to.equal('15');
    expect(answer.challenge).to.equal(undefined);
    expect(fresh.checks, 'counted').to.have.length(1).and.not.to.include('ok');
  });

  it('R5: with both audiences it is ours too', async () => {
    const token = issuer.token({ aud: [NEXTCLOUD, RESOURCE] });
    expect((await chain.send({ token, body: call('get_note') })).status).to.equal(200);
  });

  it('R6: neither log nor answer holds a token', async () => {
    const tokens = [
      issuer.token({ jti: 'r6' }),
      issuer.token({ jti: 'r6', aud: NEXTCLOUD }),
      'opaque-secret-r6',
    ];
    const answers = await Promise.all(
      tokens.map((token) => chain.send({ token, body: call('import_file') })),
    );
    const written = chain.log.join('') + JSON.stringify(answers);
    for (const token of tokens) {
      expect(written).not.to.contain(token);
      expect(written).not.to.contain(token.slice(-30));
    }
  });

  describe('R7: missing scopes are asked for all at once, with those already there', () => {
    for (const [what, body, scope] of [
      ['a tool', call('import_file'), 'files:read notes:read tables:write'],
      [
        'a tool inside the meta tool',
        call('nc_call_tool', { name: 'import_file' }),
        'files:read notes:read tables:write',
      ],
      [
        'a resource',
        { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'nc://Deck/boards' } },
        'deck:read notes:read',
      ],
      [
        'a prompt',
        { jsonrpc: '2.0', id: 1, method: 'prompts/get', params: { name: 'plan_my_week' } },
        'calendar:read notes:read',
      ],
      [
        'a batch',
        [
          call('get_note'),
          call('import_file'),
          { jsonrpc: '2.0', id: 2, method: 'resources/read', params: { uri: 'nc://Deck/boards' } },
        ],
        'deck:read files:read notes:read tables:write',
      ],
    ] as const) {
      it(what, async () => {
        const answer = await refused({ token: issuer.token(), body });
        expect(answer.status).to.equal(403);
        expect(answer.challenge).to.equal(
          `Bearer error="insufficient_scope", error_description="The call needs more scopes", ${METADATA}, scope="${scope}"`,
        );
        expect(json(answer)).to.include({ error: 'insufficient_scope', scope });
      });
    }

    it('a token without any scope may do what needs none', async () => {
      const token = issuer.token({ scope: undefined });
      expect((await chain.send({ token, body: call('status') })).status).to.equal(200);
      expect((await refused({ token, body: call('get_note') })).status).to.equal(403);
    });
  });

  it('R8: a broad scope passes, and so do other spellings; write is not read', async () => {
    const status = async (scope: string): Promise<number> =>
      (await chain.send({ token: issuer.token({ scope }), body: call('get_note') })).status;
    expect(await status('notes')).to.equal(200);
    expect(await status('openid notes.read')).to.equal(200);
    expect(await status('notes:write')).to.equal(403);
    expect(await status('note')).to.equal(403);
  });

  describe('R9: an Authorization header that is not one bearer token', () => {
    const right = (): string => `Bearer ${issuer.token()}`;
    for (const [what, headers] of [
      ['two of them', () => [right(), right()]],
      ['two of them, the second empty', () => [right(), '']],
      ['two in one', () => `${right()}, ${right()}`],
      ['another scheme', () => 'Basic YWxpY2U6cGFzcw=='],
      ['another scheme with the right token', () => right().replace('Bearer', 'DPoP')],
      ['the scheme alone', () => 'Bearer'],
      ['nothing', () => ''],
      ['the token alone', () => issuer.token()],
      ['more behind the token', () => `${right()} x`],
      ['quotes around the token', () => `Bearer "${issuer.token()}"`],
      ['characters no token has', () => 'Bearer abc{}'],
    ] as const) {
      it(what, async () => {
        const answer = await refused({
          headers: { Authorization: headers() },
          body: call('status'),
        });
        expect(answer.status).to.equal(400);
        expect(answer.challenge).to.contain('error="invalid_request"').and.contain(METADATA);
      });
    }

    it('the scheme may be written in any case', async () => {
      const headers = { Authorization: `bEARER ${issuer.token()}` };
      expect((await chain.send({ headers, body: call('status') })).status).to.equal(200);
    });
  });

  it('R10: a token in the address counts for nothing, however it is written', async () => {
    for (const name of ['access_token', 'access%5Ftoken', '%61ccess_token']) {
      const path = `/mcp?x=1&${name}=${issuer.token()}`;
      const answer = await refused({ path, body: call('status') });
      expect(answer.status).to.equal(401);
      expect(answer.challenge).to.equal(`Bearer ${METADATA}, scope="notes:read"`);
      expect((await refused({ path, token: issuer.token() })).status, 'two ways at once').to.equal(
        400,
      );
    }
    expect(chain.log.join('')).not.to.contain(issuer.token().slice(-30));
  });

  it('R10: a token in the body counts for nothing', async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect((await refused({ headers, body: `access_token=${issuer.token()}` })).status).to.equal(
      401,
    );
  });

  it('R11: a foreign page is refused before its token is looked at', async () => {
    const headers = { Origin: 'https://evil.example' };
    expect(
      (await refused({ token: issuer.token(), headers, body: call('status') })).status,
    ).to.equal(403);
    issuer.seen.splice(0);
    await refused({ token: 'opaque-of-a-page', headers });
    expect(issuer.seen).to.eql([]);
  });

  describe('R12: rates', () => {
    it('per person, whatever the token, client and address; others are not hindered', async () => {
      const limited = await another({ burst: 2 });
      const send = (jti: string, sub: string) => ({
        token: issuer.token({ jti, sub }),
        body: call('status'),
      });
      expect((await limited.send(send('1', 'alice'))).status).to.equal(200);
      expect((await limited.send(send('2', 'alice'))).status).to.equal(200);
      const answer = await refused(send('3', 'alice'), limited);
      expect([answer.status, answer.headers['retry-after']]).to.eql([429, '1']);
      expect((await limited.send(send('4', 'bob'))).status).to.equal(200);
    });

    it('a batch counts as many', async () => {
      const limited = await another({ burst: 5 });
      const body = Array.from({ length: 5 }, () => call('status'));
      expect((await limited.send({ token: issuer.token(), body })).status).to.equal(200);
      expect(
        (await refused({ token: issuer.token(), body: call('status') }, limited)).status,
      ).to.equal(429);
    });

    it('per address, before any token is looked at', async () => {
      const limited = await another({ addressBurst: 1 });
      expect((await limited.send({})).status).to.equal(401);
      issuer.seen.splice(0);
      const answer = await refused({ token: 'opaque-after-the-limit' }, limited);
      expect([answer.status, answer.headers['retry-after']]).to.eql([429, '1']);
      expect(issuer.seen).to.eql([]);
    });

    it('an address cannot be made up by those who are no proxy', async () => {
      const limited = await another({ addressBurst: 1 });
      const from = (address: string) => ({ headers: { 'X-Forwarded-For': address } });
      expect((await limited.send(from('192.0.2.1'))).status).to.equal(401);
      expect((await refused(from('192.0.2.2'), limited)).status).to.equal(429);
    });

    it('behind a proxy the clients are told apart, IPv6 by network', async () => {
      const limited = await another({ addressBurst: 1, proxies: ['127.0.0.0/8'] });
      const status = async (address: string): Promise<number> =>
        (await limited.send({ headers: { 'X-Forwarded-For': address } })).status;
      expect(await status('192.0.2.1')).to.equal(401);
      expect(await status('192.0.2.2')).to.equal(401);
      expect(
        await status('198.51.100.9, 192.0.2.2'),
        'the last one is the one the proxy saw',
      ).to.equal(429);
      expect(await status('2001:db8:0:1::1')).to.equal(401);
      expect(await status('2001:db8::1:ffff:0:0:9'), 'same /64').to.equal(429);
      expect(await status('2001:db8:0:2::1')).to.equal(401);
    });
  });

  it('R13: state is kept by issuer and subject, under a name that tells neither', async () => {
    await chain.send({ token: issuer.token(), body: call('status') });
    const { key } = chain.reached.at(-1)?.principal as { key: string };
    expect(key).to.equal(principalKey(issuer.issuer, 'alice'));
    expect(key).not.to.equal(principalKey('https://other.example', 'alice'));
    expect(key).not.to.contain('alice');
  });

  it('R17: asking for more is logged with person, client and request id', async () => {
    const headers = { 'X-Request-Id': 'trace-17' };
    await refused({ token: issuer.token(), headers, body: call('import_file') });
    const line =
      chain.log.find((one) => one.includes('more scopes asked for') && one.includes('trace-17')) ??
      '{}';
    expect(JSON.parse(line)).to.deep.include({
      request_id: 'trace-17',
      principal: principalKey(issuer.issuer, 'alice'),
      client: 'assistant',
      missing: ['tables:write', 'files:read'],
    });
  });

  it('clients that are not on the list are refused, and so are tokens of no client', async () => {
    const listed = await another({ allowed: new Set(['assistant']) });
    expect((await listed.send({ token: issuer.token(), body: call('status') })).status).to.equal(
      200,
    );
    expect(
      (
        await listed.send({
          token: issuer.token({ client_id: undefined, azp: 'assistant' }),
          body: call('status'),
        })
      ).status,
    ).to.equal(200);
    for (const client of ['Assistant', 'other', undefined]) {
      const answer = await refused({ token: issuer.token({ client_id: client }) }, listed);
      expect(answer.status).to.equal(403);
      expect(answer.challenge, 'another token would not help').to.equal(undefined);
      expect(json(answer)).to.include({ error: 'unauthorized_client' });
    }
  });

  it('a body is not read before the token is right', async () => {
    const answer = await refused({ body: 'x'.repeat(20_000) });
    expect(answer.status).to.equal(401);
    expect((await refused({ token: issuer.token(), body: 'x'.repeat(20_000) })).status).to.equal(
      413,
    );
  });
});
