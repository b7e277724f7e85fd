import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { launchBrowser } from '../browser/browser.ts';
import { startSignInGateway } from '../sign-in/gateway.ts';
import type { SignInGateway } from '../sign-in/gateway.ts';
import { Person } from '../sign-in/person.ts';
import { startStandInNextcloud } from '../sign-in/stand-in/nextcloud.ts';
import type { StandInNextcloud } from '../sign-in/stand-in/nextcloud.ts';
import type { PersonAccount } from '../sign-in/stand-in/people.ts';

/** Pages of somebody else, and who came there. */
export interface ForeignSite {
  /** Of another site than the gateway’s. */
  readonly url: string;
  /** The same pages on another port of the gateway’s own host: browsers send it the same cookies. */
  readonly neighbourUrl: string;
  /** By path. */
  readonly pages: Map<string, string>;
  readonly visits: { readonly url: string; readonly headers: IncomingMessage['headers'] }[];
}

/** A gateway, a Nextcloud, a foreign site, and people in Chromium. */
export interface BrowserBed {
  readonly nextcloud: StandInNextcloud;
  readonly gateway: SignInGateway;
  readonly foreign: ForeignSite;
  person(userId: string, options?: BrowserContextOptions): Promise<Person>;
  /** Registers a client and gives the address it sends people to. */
  authorizeUrl(client: ForeignClient): Promise<string>;
  close(): Promise<void>;
}

export interface ForeignClient {
  readonly name?: string;
  readonly redirect?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  /** As browsers reach the gateway, where that is not its usual address. */
  readonly root?: string;
}

export interface BrowserBedOptions {
  readonly accounts?: readonly PersonAccount[];
  readonly environment?: Readonly<Record<string, string>>;
}

export async function startBrowserBed(options: BrowserBedOptions = {}): Promise<BrowserBed> {
  const nextcloud = await startStandInNextcloud(options.accounts);
  const gateway = await startSignInGateway(nextcloud.url, () => ({
    FORWARDED_ALLOW_IPS: '127.0.0.1',
    ...options.environment,
  }));
  let computers = 0;
  const [foreign, closeForeign] = await openForeignSite();
  const browser: Browser = await launchBrowser();
  return {
    nextcloud,
    gateway,
    foreign,
    async person(userId, more = {}) {
      const context = await browser.newContext(more);
      context.setDefaultTimeout(10_000);
      const { id: loginName, password } = nextcloud.people.byId(userId);
      return Person.in(context, { loginName, password });
    },
    async authorizeUrl({ name = 'Test assistant', redirect, parameters = {}, root = gateway.url }) {
      const uri = redirect ?? `${foreign.url}/callback`;
      computers += 1;
      const metadata = { client_name: name, redirect_uris: [uri] };
      const id = await registered(gateway.url, metadata, `198.51.100.${String(computers)}`);
      const url = new URL('/oauth/authorize', root);
      const verifier = randomBytes(32).toString('base64url');
      const all = {
        client_id: id,
        redirect_uri: uri,
        response_type: 'code',
        state: 'the-state',
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        ...parameters,
      };
      for (const [key, value] of Object.entries(all)) url.searchParams.set(key, value);
      return url.href;
    },
    async close() {
      await browser.close();
      await closeForeign();
      await gateway.close();
      await nextcloud.close();
    },
  };
}

/** From an address of its own: how many one address may register is tried elsewhere. */
async function registered(gatewayUrl: string, metadata: object, address: string): Promise<string> {
  const answer = await fetch(`${gatewayUrl}/oauth/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': address },
    body: JSON.stringify({ token_endpoint_auth_method: 'none', ...metadata }),
  });
  const { client_id: id } = (await answer.json()) as { client_id?: string };
  if (id === undefined) throw new Error(`not registered: ${String(answer.status)}`);
  return id;
}

async function openForeignSite(): Promise<[ForeignSite, () => Promise<void>]> {
  const pages = new Map<string, string>();
  const visits: ForeignSite['visits'] = [];
  const server = createServer((request, response) => {
    visits.push({ url: request.url ?? '', headers: request.headers });
    const page = pages.get((request.url ?? '').split('?')[0] ?? '');
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(`<!doctype html><title>Foreign</title><h1>Foreign</h1>${page ?? ''}`);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const site = {
    url: `http://127.0.0.1:${String(port)}`,
    neighbourUrl: `http://localhost:${String(port)}`,
    pages,
    visits,
  };
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  return [site, close];
}
