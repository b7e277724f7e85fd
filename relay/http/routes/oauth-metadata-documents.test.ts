import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { expect } from 'chai';
import { LOCAL_CERTIFICATE } from '../../nextcloud/local-certificate.fixture.ts';
import {
  CALLBACK,
  SCOPES,
  TestBrowser,
  TestClient,
  claimsOf,
  startSignIn,
} from './embedded-sign-in.fixture.ts';
import type { SignInBed, Visit } from './embedded-sign-in.fixture.ts';

const ID = 'https://client.example.net/metadata.json';

/** Nothing to stop a request to this computer: what is fetched is in `bed` at once. */
type Guard = 'guarded' | 'unguarded';

describe('clients by metadata document', () => {
  let documents: Server;
  let port: number;
  let served: { status: number; headers?: Record<string, string>; body: string };
  let requested: string[];
  let fetched: string[];
  let bed: SignInBed;
  let browser: TestBrowser;
  let authorities: string[];

  before(async () => {
    authorities = tls.getCACertificates('default');
    tls.setDefaultCACertificates([...authorities, LOCAL_CERTIFICATE.cert]);
    documents = createServer({ ...LOCAL_CERTIFICATE }, (request, response) => {
      requested.push(request.url ?? '');
      response.writeHead(served.status, {
        'content-type': 'application/json',
        ...served.headers,
      });
      response.end(served.body);
    });
    await new Promise<void>((ready) => documents.listen(0, '127.0.0.1', ready));
    ({ port } = documents.address() as AddressInfo);
  });
  after(async () => {
    tls.setDefaultCACertificates(authorities);
    documents.closeAllConnections();
    await new Promise((done) => documents.close(done));
  });

  beforeEach(() => {
    served = { status: 200, body: document() };
    requested = [];
    fetched = [];
  });
  afterEach(() => bed.close());

  /** The name service of these tests: every name leads to the server above, by that host name or address. */
  async function start(
    guard: Guard,
    { to = 'localhost', ...options }: { to?: string } & Parameters<typeof startSignIn>[0] = {},
  ): Promise<void> {
    bed = await startSignIn({
      ...options,
      fetch: (input, init) => {
        const url = new URL(input);
        fetched.push(url.href);
        const { dispatcher, ...rest } = init as RequestInit & { dispatcher?: unknown };
        const target = `https://${to}:${String(port)}${url.pathname}`;
        return fetch(target, guard === 'guarded' ? ({ ...rest, dispatcher } as RequestInit) : rest);
      },
    });
    browser = new TestBrowser(bed.url);
  }

  it('sign in without a registration, under the name and host of the document', async () => {
    await start('unguarded');
    const client = new TestClient(bed, ID, CALLBACK);
    const page = await browser.visit(client.authorizeUrl());
    expect(textOf(page)).to.include('Documented client').and.include('client.example.net itself');
    const tokens = await client.connect(new TestBrowser(bed.url));
    expect(claimsOf(tokens)).to.include({ client_id: ID, scope: SCOPES.join(' ') });
    expect(await client.refresh(tokens.refresh_token)).to.include({ status: 200 });
    expect(await bed.store.oidcArtifacts.count('Client')).to.equal(0);
    expect(requested).to.deep.equal(['/metadata.json']);
  });

  it('are not fetched from this computer, however its name is written', async () => {
    for (const to of ['localhost', '127.0.0.1']) {
      await start('guarded', { to });
      await expectUnknown(ID);
      expect(fetched).not.to.be.empty;
      expect(requested).to.be.empty;
      await bed.close();
    }
    await start('guarded');
  });

  it('are not even asked for at addresses by number, local names, other ports or the root', async () => {
    await start('unguarded');
    for (const id of [
      'https://127.0.0.1/metadata.json',
      'https://2130706433/metadata.json',
      'https://0x7f.1/metadata.json',
      'https://10.0.0.5/metadata.json',
      'https://192.168.1.1/metadata.json',
      'https://169.254.169.254/latest/meta-data',
      'https://8.8.8.8/metadata.json',
      'https://[::1]/metadata.json',
      'https://[fd00::1]/metadata.json',
      'https://[::ffff:127.0.0.1]/metadata.json',
      'https://localhost/metadata.json',
      'https://localhost./metadata.json',
      'https://nextcloud/metadata.json',
      'https://printer.local/metadata.json',
      'https://db.internal/metadata.json',
      'https://client.example.net:8443/metadata.json',
      'https://client.example.net/',
      'https://client.example.net/../metadata.json',
      'https://user@client.example.net/metadata.json',
      'http://client.example.net/metadata.json',
    ])
      await expectUnknown(id);
    expect(fetched).to.be.empty;
  });

  it('are not asked for under a name that no token could carry to the endpoint', async () => {
    await start('unguarded');
    await expectUnknown(`${ID}?${'x'.repeat(255 - ID.length)}`);
    expect(fetched).to.be.empty;
  });

  it('are not followed to another address', async () => {
    await start('unguarded');
    served = { status: 302, headers: { location: '/elsewhere.json' }, body: '' };
    await expectUnknown(ID);
    expect(new Set(requested)).to.deep.equal(new Set(['/metadata.json']));
  });

  it('are refused when the document is too long, about another client, or against the rules', async () => {
    await start('unguarded', { documentsPerMinute: { host: 1000, caller: 1000, all: 1000 } });
    const bad = [
      document({ client_name: 'x'.repeat(6000) }),
      document({ client_id: 'https://client.example.net/other.json' }),
      document({ client_secret: 'secret' }),
      document({ redirect_uris: ['http://evil.example/callback'] }),
      document({ redirect_uris: [] }),
      '[]',
      'no json',
    ];
    for (const body of bad) {
      served = { status: 200, body };
      await expectUnknown(ID);
    }
    served = { status: 404, body: document() };
    await expectUnknown(ID);
    served = { status: 200, body: document() };
    const client = new TestClient(bed, ID, CALLBACK);
    expect(textOf(await browser.visit(client.authorizeUrl()))).to.include('Documented client');
  });

  it('are fetched a few times a minute from one host, and from all together', async () => {
    await start('unguarded', { documentsPerMinute: { host: 2, caller: 9, all: 3 } });
    served = { status: 404, body: '' };
    for (let count = 0; count < 4; count++) await expectUnknown(ID);
    expect(fetched).to.have.length(2);
    for (const host of ['a.example', 'b.example', 'c.example'])
      await expectUnknown(`https://${host}/metadata.json`);
    expect(fetched).to.have.length(3);
  });

  it('are fetched a few times a minute for one caller, also at the token endpoint', async () => {
    await start('unguarded', { documentsPerMinute: { host: 9, caller: 2, all: 3 } });
    served = { status: 404, body: '' };
    const ask = (client_id: string, from: string): Promise<Response> =>
      fetch(`${bed.url}/oauth/token`, {
        method: 'POST',
        headers: { 'X-Forwarded-For': from },
        body: new URLSearchParams({ client_id, grant_type: 'authorization_code', code: 'x' }),
      });
    for (const host of ['a', 'b', 'c', 'd']) {
      const answer = await ask(`https://${host}.example/metadata.json`, '198.51.100.1');
      expect(await answer.json()).to.include({ error: 'invalid_client' });
    }
    expect(fetched).to.have.length(2);
    await ask('https://e.example/metadata.json', '198.51.100.2');
    expect(fetched).to.have.length(3);
  });

  async function expectUnknown(id: string): Promise<void> {
    const page = await browser.visit(new TestClient(bed, id, CALLBACK).authorizeUrl());
    expect(page, id).to.include({ kind: 'page', status: 400 });
    expect(textOf(page), id).to.match(/Unknown client|Nothing was sent there/);
  }
});

function document(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    client_id: ID,
    client_name: 'Documented client',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
    ...changes,
  });
}

function textOf(visit: Visit): string {
  return visit.kind === 'page' ? visit.text : `left for ${visit.url.href}`;
}
