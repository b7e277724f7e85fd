import dns from 'node:dns';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { expect } from 'chai';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { LOCAL_CERTIFICATE } from '../../relay/nextcloud/local-certificate.fixture.ts';
import { CALLBACK, ROOT, startAttackBed } from './bed.ts';
import type { AttackBed } from './bed.ts';
import type { Visit } from './http-browser.ts';
import { OAuthClient, post } from './oauth-client.ts';

const ID = 'https://client.example.net/metadata.json';

/** Which client metadata documents a stranger can make the gateway fetch, by naming them as its client id. */
describe('attacks by metadata documents (SSRF)', () => {
  let bed: AttackBed;
  let inside: Server;
  /** What the server on this computer was asked. */
  let asked: string[];
  /** What the gateway set out to fetch. */
  let fetched: string[];
  let answer: { status: number; headers?: Record<string, string>; body: string };
  /** Whether the library’s guard goes with the request; off to show that there is something behind it. */
  let guarded: boolean;
  let sender = 0;

  const { fetch } = globalThis;
  const { lookup } = dns;
  const authorities = tls.getCACertificates('default');

  before(async () => {
    bed = await startAttackBed({ FORWARDED_ALLOW_IPS: '127.0.0.1' });
    tls.setDefaultCACertificates([...authorities, LOCAL_CERTIFICATE.cert]);
    inside = createServer({ ...LOCAL_CERTIFICATE }, (request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(answer.status, { 'Content-Type': 'application/json', ...answer.headers });
      response.end(answer.body);
    });
    await new Promise<void>((ready) => inside.listen(0, '0.0.0.0', ready));
  });
  after(async () => {
    tls.setDefaultCACertificates(authorities);
    inside.closeAllConnections();
    await new Promise((done) => inside.close(done));
    await bed.close();
  });

  beforeEach(() => {
    [asked, fetched, guarded] = [[], [], true];
    bed.nextcloud.seen.splice(0);
    bed.advance(60); // the limit of one host is not what is tried here either
    answer = { status: 200, body: document() };
    const { port } = inside.address() as AddressInfo;
    globalThis.fetch = (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      if (url.hostname !== 'client.example.net') {
        fetched.push(url.href);
        return Promise.reject(new Error('Nothing else is fetched here.'));
      }
      fetched.push(url.href);
      const { dispatcher, ...rest } = (init ?? {}) as RequestInit & { dispatcher?: unknown };
      const target = `https://localhost:${String(port)}${url.pathname}`;
      return fetch(target, guarded ? ({ ...rest, dispatcher } as RequestInit) : rest);
    };
  });
  afterEach(() => {
    globalThis.fetch = fetch;
    dns.lookup = lookup;
  });

  /** Each from an address of its own: the limit of one address is not what is tried here. */
  function ask(id: string): Promise<Visit> {
    sender += 1;
    const headers = { 'X-Forwarded-For': `198.51.100.${String(sender)}` };
    const client = new OAuthClient(bed, id, CALLBACK);
    return bed.browser().follow(client.authorizeUrl(), undefined, headers);
  }

  async function expectUnknown(id: string): Promise<void> {
    const { status, text, url } = await ask(id);
    expect([status, url.pathname], id).to.eql([400, '/oauth/authorize']);
    expect(text, id).to.match(/Unknown client|Nothing was sent there/);
    expect(text, id).not.to.match(/special-use|ECONN|certificate|localhost|127\.0\.0\.1/);
  }

  /** The name service says this, whatever it is asked. */
  function nameServiceSays(...addresses: readonly string[]): void {
    const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    const first = all[0] ?? { address: '127.0.0.1', family: 4 };
    const answering = (_name: string, options: unknown, done?: unknown): void => {
      const back = (typeof options === 'function' ? options : done) as (...said: unknown[]) => void;
      const wantsAll = (options as { all?: boolean }).all === true;
      if (wantsAll) back(null, all);
      else back(null, first.address, first.family);
    };
    dns.lookup = answering as typeof dns.lookup;
  }

  it('a document on the public internet is read, or the refusals would prove nothing', async () => {
    guarded = false;
    const id = 'https://client.example.net/control.json';
    answer = { status: 200, body: document({ client_id: id }) };
    const page = await ask(id);
    expect(page.text).to.contain('Documented client');
    expect(asked).to.eql(['/control.json']);
  });

  const places: Readonly<Record<string, readonly string[]>> = {
    'this computer': [
      'https://localhost/metadata.json',
      'https://localhost./metadata.json',
      'https://x.localhost/metadata.json',
      'https://127.0.0.1/metadata.json',
      'https://127.1/metadata.json',
      'https://2130706433/metadata.json',
      'https://0x7f000001/metadata.json',
      'https://0177.0.0.1/metadata.json',
      'https://0.0.0.0/metadata.json',
      'https://[::1]/metadata.json',
      'https://[::ffff:127.0.0.1]/metadata.json',
      'https://[::]/metadata.json',
    ],
    'private networks': [
      'https://10.0.0.5/metadata.json',
      'https://172.16.0.1/metadata.json',
      'https://192.168.1.1/metadata.json',
      'https://[fd00::1]/metadata.json',
      'https://nextcloud/metadata.json',
      'https://db.internal/metadata.json',
      'https://printer.local/metadata.json',
      'https://router.home.arpa/metadata.json',
    ],
    'link-local addresses, with the secrets of cloud hosts': [
      'https://169.254.169.254/latest/meta-data/iam',
      'https://[fe80::1]/metadata.json',
      'https://metadata.google.internal/computeMetadata/v1',
      'https://[fd00:ec2::254]/latest/meta-data',
      'https://2852039166/latest/meta-data',
    ],
    'anything but a page of a host by name, on the usual port': [
      'http://client.example.net/metadata.json',
      'https://client.example.net:8443/metadata.json',
      'https://client.example.net:22/metadata.json',
      'https://client.example.net/',
      'https://user:password@client.example.net/metadata.json',
      'https://client.example.net/metadata.json#fragment',
      'https://client.example.net/../metadata.json',
      'file:///etc/passwd',
      'gopher://client.example.net/metadata.json',
      'data:application/json,{}',
    ],
  };
  for (const [where, ids] of Object.entries(places)) {
    it(`nothing is asked of ${where}`, async () => {
      for (const id of ids) await expectUnknown(id);
      expect(fetched).to.eql([]);
      expect(bed.nextcloud.seen).to.eql([]);
    });
  }

  it('a name that leads to this computer after all gets a connection cut before it can ask', async () => {
    for (const addresses of [
      ['127.0.0.1'],
      ['0.0.0.0'],
      ['::ffff:127.0.0.1'],
      ['127.0.0.2', '127.0.0.1'],
      ['::1', '127.0.0.1'], // nobody listens at the first
    ]) {
      nameServiceSays(...addresses);
      await expectUnknown(ID);
      expect(asked, addresses.join()).to.eql([]);
    }
    expect(fetched.length).to.be.at.least(5);
    guarded = false;
    bed.advance(60);
    nameServiceSays('127.0.0.1');
    await ask('https://client.example.net/other.json');
    expect(asked, 'the way there was open').not.to.eql([]);
  });

  it('a name that changes its mind between two questions gains nothing (rebinding)', async () => {
    let questions = 0;
    nameServiceSays('127.0.0.1');
    const rebound = dns.lookup;
    dns.lookup = ((...question: Parameters<typeof dns.lookup>) => {
      questions += 1;
      rebound(...question);
    }) as typeof dns.lookup;
    await expectUnknown(ID);
    expect(questions, 'what counts is where the connection leads').to.be.at.least(1);
    expect(asked).to.eql([]);
  });

  it('a redirect is not followed, wherever it leads', async () => {
    guarded = false;
    for (const location of [
      `${bed.nextcloud.url}/secret`,
      'https://169.254.169.254/latest',
      '/elsewhere.json',
      'file:///etc/passwd',
    ]) {
      answer = { status: 302, headers: { location }, body: '' };
      await expectUnknown(ID);
    }
    expect(new Set(asked)).to.eql(new Set(['/metadata.json']));
    expect(bed.nextcloud.seen).to.eql([]);
  });

  describe('and by addresses of keys, which clients name too', () => {
    /** A client that says where its keys are, and proves itself with one: what the token endpoint makes of it. */
    async function prove(jwksUri: string): Promise<unknown> {
      const { id } = await bed.client(CALLBACK, {
        token_endpoint_auth_method: 'private_key_jwt',
        jwks_uri: jwksUri,
      });
      const assertion = new SignJWT({ iss: id, sub: id, aud: ROOT, jti: id })
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .setIssuedAt()
        .setExpirationTime('1m');
      const { body } = await post(bed, '/oauth/token', {
        grant_type: 'authorization_code',
        code: 'none',
        redirect_uri: CALLBACK,
        code_verifier: 'v'.repeat(43),
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await assertion.sign(keys.privateKey),
      });
      return body['error'];
    }

    let keys: Awaited<ReturnType<typeof generateKeyPair>>;
    let published: object;

    before(async () => {
      keys = await generateKeyPair('ES256');
      published = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
    });
    beforeEach(() => {
      guarded = false;
      answer = { status: 200, body: JSON.stringify({ keys: [published] }) };
    });

    it('keys on the public internet are read, or the refusals would prove nothing', async () => {
      expect(await prove('https://client.example.net/keys')).to.equal('invalid_grant');
      expect(asked).to.eql(['/keys']);
    });

    it('nothing is asked of other places', async () => {
      for (const uri of [
        'https://127.0.0.1/keys',
        'https://169.254.169.254/latest',
        'https://db.internal/keys',
        'https://client.example.net:22/keys',
        'http://client.example.net/keys',
      ])
        expect(await prove(uri).catch(() => 'not registered'), uri).not.to.equal('invalid_grant');
      expect(fetched).to.eql([]);
    });

    it('a redirect is not followed', async () => {
      answer = { status: 302, headers: { location: '/elsewhere' }, body: '' };
      expect(await prove('https://client.example.net/moved')).to.equal('invalid_client');
      expect(new Set(asked)).to.eql(new Set(['/moved']));
    });

    it('no more is read than keys need', async () => {
      answer.body = JSON.stringify({ keys: [published], padding: 'x'.repeat(100_000) });
      expect(await prove('https://client.example.net/endless')).to.equal('invalid_client');
      expect(asked).to.include('/endless');
    });

    it('one host is not asked again and again', async () => {
      answer.body = 'no keys';
      for (let time = 0; time < 15; time += 1) await prove('https://client.example.net/often');
      expect(asked.length).to.be.within(1, 10);
    });
  });
});

describe('lies in metadata documents', () => {
  const { fetch } = globalThis;
  let bed: AttackBed;

  before(async () => {
    bed = await startAttackBed();
  });
  after(() => bed.close());
  afterEach(() => {
    globalThis.fetch = fetch;
  });

  async function shown(text: string): Promise<Visit> {
    globalThis.fetch = () =>
      Promise.resolve(new Response(text, { headers: { 'Content-Type': 'application/json' } }));
    return bed.browser().follow(new OAuthClient(bed, ID, CALLBACK).authorizeUrl());
  }

  it('are not believed: another’s id, secrets, foreign addresses, endless or broken text', async () => {
    for (const text of [
      document({ client_id: 'https://trusted.example.net/metadata.json' }),
      document({ client_secret: 'x', token_endpoint_auth_method: 'client_secret_post' }),
      document({ redirect_uris: ['javascript:alert(1)'] }),
      document({ redirect_uris: ['https://gateway.example.org/mcp'] }),
      document({ padding: 'x'.repeat(100_000) }),
      '[]',
      'null',
      '<html></html>',
    ])
      expect((await shown(text)).status, text.slice(0, 120)).to.equal(400);
  });
});

function document(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    client_id: ID,
    client_name: 'Documented client',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
    ...changes,
  });
}
