import { expect } from 'chai';
import {
  CLIENT_ID,
  NEXTCLOUD,
  NOW,
  RESOURCE,
  ROOT,
  startLocalIssuer,
} from '../../relay/access/local-issuer.fixture.ts';
import type { LocalIssuer } from '../../relay/access/local-issuer.fixture.ts';
import { WRONG_TOKENS } from '../../relay/access/wrong-tokens.fixture.ts';
import { EXCHANGE, refused, rpc, startBed, toolCall } from './gateway.ts';
import type { Answer, Bed, Sent } from './gateway.ts';

const METADATA = `resource_metadata="${ROOT}/.well-known/oauth-protected-resource/mcp"`;
const BODY = '{"error":"invalid_token","error_description":"The access token is not valid here"}';
const CALL = toolCall('nc_notes_get_note', { note_id: 1 });
const PING = rpc('ping', {});
/** All that a refusal may ask of the issuer. */
const HARMLESS = /^(?:GET \/jwks|GET \/\.well-known\/openid-configuration|POST \/introspect)$/;
/** What differs between any two answers. */
const VARYING = ['date', 'x-request-id'];

/** Every wrong token of the corpus against the whole gateway over HTTP, with its clock at the corpus’s time. */
describe('wrong tokens against the running gateway', () => {
  let issuer: LocalIssuer;
  let other: LocalIssuer;
  let bed: Bed;
  let milliseconds = NOW * 1000;
  const answers: Answer[] = [];

  before(async () => {
    [issuer, other] = await Promise.all([startLocalIssuer(), startLocalIssuer()]);
    // Otherwise the same keys: the second issuer has only one of them.
    other.jwks = other.jwks.filter(({ kid }) => kid === 'es');
    const environment = {
      ...EXCHANGE,
      OIDC_DISCOVERY_URL: `${issuer.issuer}/.well-known/openid-configuration`,
      OIDC_FURTHER_ISSUERS: other.issuer,
      OIDC_CLIENT_ID: CLIENT_ID,
      OIDC_CLIENT_SECRET: issuer.clientSecret,
      NEXTCLOUD_MCP_SERVER_URL: ROOT,
      NEXTCLOUD_RESOURCE_URI: NEXTCLOUD,
    };
    bed = await startBed(environment, () => new Date(milliseconds));
  });
  after(async () => {
    await bed.close();
    await issuer.close();
    await other.close();
  });

  /** Refused before a handler, an exchange or Nextcloud; and the issuer was asked for keys and about opaque tokens only. */
  async function turnedAway(sent: Sent): Promise<Answer> {
    const seen = issuer.seen.length;
    const answer = await refused(bed, sent);
    expect(issuer.seen.slice(seen).filter((one) => !HARMLESS.test(one))).to.eql([]);
    return answer;
  }

  async function refusedToken(token: string): Promise<void> {
    const logged = bed.log.length;
    const answer = await turnedAway({ ...CALL, token });
    expect(answer.status).to.equal(401);
    expect(answer.text).to.equal(BODY);
    expect(answer.challenge).to.contain('error="invalid_token"').and.to.contain(METADATA);
    const lines = bed.log.slice(logged).join('\n');
    for (const part of [token, ...token.split('.')].filter(({ length }) => length > 24))
      expect(lines, 'the log').not.to.contain(part);
    answers.push(answer);
  }

  it('a right one of each issuer passes, or the refusals would prove nothing', async () => {
    expect((await bed.send({ ...CALL, token: issuer.token() })).status).to.equal(200);
    expect(issuer.seen).to.include('POST /token');
    const ofTheOther = other.token({}, { alg: 'ES256', kid: 'es' }, other.keys.ec);
    expect((await bed.send({ ...CALL, token: ofTheOther })).status).to.equal(200);
    expect(bed.handled()).to.equal(2);
    issuer.seen.splice(0);
  });

  const sendable = WRONG_TOKENS.filter(({ headerless }) => headerless !== true);
  for (const { name, make } of sendable) {
    it(`refuses ${name}`, () => refusedToken(make(issuer)));
  }

  it('refuses what one trusted issuer says in the name of the other (mix-up)', async () => {
    await refusedToken(issuer.token({ iss: other.issuer }));
    await refusedToken(
      other.token({ iss: issuer.issuer }, { alg: 'ES256', kid: 'es' }, other.keys.foreign),
    );
  });

  it('refuses an opaque token once it was revoked, after half a minute at the latest', async () => {
    const active = {
      active: true,
      sub: 'alice',
      aud: RESOURCE,
      client_id: 'assistant',
      scope: 'notes',
    };
    issuer.opaque.set('revoked-later', { ...active, exp: NOW + 3600 });
    expect((await bed.send({ ...PING, token: 'revoked-later' })).status).to.equal(200);
    issuer.opaque.set('revoked-later', { active: false });
    milliseconds += 30_000;
    await refusedToken('revoked-later');
    milliseconds = NOW * 1000;
  });

  it('tells them apart by nothing', () => {
    expect(answers.length).to.be.at.least(120);
    const shapes = answers.map(({ status, headers, text }) => {
      const same = Object.entries(headers).filter(([name]) => !VARYING.includes(name));
      return JSON.stringify([status, same, text]);
    });
    expect([...new Set(shapes)]).to.have.length(1);
  });

  const token = (): string => issuer.token();
  const elsewhere: Readonly<Record<string, readonly [status: number, sent: () => Sent]>> = {
    'in two headers': [
      400,
      () => ({ ...CALL, headers: { Authorization: [`Bearer ${token()}`, `Bearer ${token()}`] } }),
    ],
    'in one header twice': [
      400,
      () => ({ ...CALL, headers: { Authorization: `Bearer ${token()}, Bearer ${token()}` } }),
    ],
    'under another scheme': [
      400,
      () => ({ ...CALL, headers: { Authorization: `DPoP ${token()}` } }),
    ],
    'with something behind it': [400, () => ({ ...CALL, token: `${token()} x` })],
    'in the query': [401, () => ({ ...CALL, path: `/mcp?access_token=${token()}` })],
    'in the query and the header': [
      400,
      () => ({ ...CALL, token: token(), path: `/mcp?access_token=${token()}` }),
    ],
    'in a form': [
      401,
      () => ({
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body: `access_token=${token()}`,
      }),
    ],
    'in the message': [401, () => ({ body: { ...(CALL.body as object), access_token: token() } })],
    'in a cookie': [401, () => ({ ...CALL, headers: { Cookie: `access_token=${token()}` } })],
    'in headers that proxies use': [
      401,
      () => ({
        ...CALL,
        headers: {
          'X-Forwarded-Access-Token': token(),
          'Proxy-Authorization': `Bearer ${token()}`,
        },
      }),
    ],
    'larger than a server reads': [
      431,
      () => ({ ...CALL, token: issuer.token({ filler: 'x'.repeat(16_384) }) }),
    ],
  };
  for (const [where, [status, sent]] of Object.entries(elsewhere)) {
    it(`refuses a right token ${where}`, async () => {
      const answer = await turnedAway(sent());
      expect(answer.status).to.equal(status);
      expect(answer.text).not.to.contain('eyJ');
    });
  }

  it('has reached nothing with all of it', () => {
    expect(bed.nextcloud.seen).to.eql([]);
    expect(bed.idp.asked).to.eql([]);
    expect(issuer.seen.filter((one) => !HARMLESS.test(one))).to.eql([]);
  });
});
