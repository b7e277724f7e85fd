import { request as send } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { LOCAL_CERTIFICATE } from '../../relay/nextcloud/local-certificate.fixture.ts';
import type { Person } from '../sign-in/person.ts';
import { startBrowserBed } from './browser-bed.ts';
import type { BrowserBed } from './browser-bed.ts';

interface TlsFront {
  /** As browsers reach the gateway. */
  readonly url: string;
  /** Root of the gateway itself. */
  target: string;
  close(): Promise<void>;
}

/** What stands before a gateway in earnest: it ends TLS and says so in a header that nobody trusts here. */
async function openTlsFront(): Promise<TlsFront> {
  const server = createServer({ ...LOCAL_CERTIFICATE }, (request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    const inside = send(front.target + url, { method, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
    });
    inside.on('error', () => response.destroy());
    request.pipe(inside);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const front: TlsFront = {
    url: `https://localhost:${String((server.address() as AddressInfo).port)}`,
    target: '',
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return front;
}

describe('the gateway behind HTTPS, in Chromium', () => {
  let front: TlsFront;
  let bed: BrowserBed;
  let alice: Person;

  before(async () => {
    front = await openTlsFront();
    bed = await startBrowserBed({ environment: { NEXTCLOUD_MCP_SERVER_URL: front.url } });
    front.target = bed.gateway.url;
    alice = await bed.person('alice', { ignoreHTTPSErrors: true });
  });
  after(async () => {
    await bed.close();
    await front.close();
  });

  it('leads over a whole sign-in with cookies that only HTTPS and only this host gets', async () => {
    await alice.open(await bed.authorizeUrl({ root: front.url }));
    await alice.signIn();
    await alice.sees(/^Allow/);
    expect(new URL(alice.page.url()).origin).to.equal(front.url);
    const cookies = await alice.page.context().cookies(alice.page.url());
    const names = cookies.map(({ name }) => name);
    expect(names).to.include('__Host-session').and.to.include('__Secure-interaction');
    for (const { name, secure, httpOnly, domain } of cookies)
      expect([secure, httpOnly, domain], name).to.eql([true, true, 'localhost']);
    await alice.allow();
    await alice.sees(/Foreign/);
    const back = bed.foreign.visits.find(({ url }) => url.startsWith('/callback?code='));
    expect(new URL(back?.url ?? '', 'http://x').searchParams.get('iss')).to.equal(front.url);
  });
});
