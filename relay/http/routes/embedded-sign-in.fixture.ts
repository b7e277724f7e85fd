import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { createLogger } from '../../log.ts';
import { authorizationServer } from '../../signin/embedded/authorization-server.ts';
import type {
  AuthorizationServer,
  AuthorizationServerOptions,
} from '../../signin/embedded/authorization-server.ts';
import type { LoginRequest } from '../../signin/login/login-requests.ts';
import { parseKeyRing } from '../../store/key-ring.ts';
import { openStore } from '../../store/store.ts';
import type { Store } from '../../store/store.ts';
import { browserSessions } from '../browser-session.ts';
import { oauthInteraction } from './oauth-interaction.ts';
import { oauthServer } from './oauth-server.ts';
import { wellKnown } from './well-known.ts';

/** What clients ask for here. */
export const SCOPES = ['files:read', 'notes:read', 'notes:write'];
/** What there is. */
export const OFFERED = [...SCOPES, 'tables:read'];
export const CALLBACK = 'http://127.0.0.1:3999/callback';
export const HOSTED = 'https://assistant.example.net/callback';

/** A gateway's sign-in on a free port, whose login signs in whoever `person` names. */
export interface SignInBed {
  readonly url: string;
  readonly resource: string;
  readonly store: Store;
  readonly server: AuthorizationServer;
  /** Who logs in next; undefined: the login page stays. */
  person: string | undefined;
  /** People whose credential at Nextcloud is gone. */
  readonly dead: Set<string>;
  /** Sent to the login so far. */
  readonly logins: LoginRequest[];
  readonly logged: string[];
  advance(seconds: number): void;
  /** A second process on the same database. Requests go to one and the other in turn from now on. */
  replica(): Promise<AuthorizationServer>;
  close(): Promise<void>;
}

export interface BedOptions extends Partial<AuthorizationServerOptions> {
  /** Registrations from one address, at once. */
  readonly registrationBurst?: number;
}

export async function startSignIn(options: BedOptions = {}): Promise<SignInBed> {
  const folder = mkdtempSync(join(tmpdir(), 'sign-in-'));
  let offset = 0;
  const now = (): number => Date.now() + offset;
  const key = randomBytes(32).toString('base64');
  const logged: string[] = [];
  const log = createLogger({ write: (line) => logged.push(line) });
  const open = (): Promise<Store> =>
    openStore({
      file: join(folder, 'gateway.db'),
      keys: parseKeyRing(key),
      log,
      now: () => new Date(now()),
    });
  const store = await open();
  const app = express();
  app.set('trust proxy', 'loopback'); // tests are several callers by X-Forwarded-For
  const listening = await new Promise<Server>((ready) => {
    const server: Server = app.listen(0, '127.0.0.1', () => ready(server));
  });
  const url = `http://127.0.0.1:${String((listening.address() as AddressInfo).port)}`;
  const resource = `${url}/mcp`;
  const dead = new Set<string>();
  const usable = (subject: string): Promise<boolean> => Promise.resolve(!dead.has(subject));
  const sessionsOver = (sessions: Store['sessions']) =>
    browserSessions({ sessions, publicUrl: url, idleSeconds: 3600, lifeSeconds: 36_000 });
  const sessions = sessionsOver(store.sessions);
  const serverOver = (over: Store): Promise<AuthorizationServer> =>
    authorizationServer({
      issuer: url,
      resource,
      scopes: OFFERED,
      initialScopes: OFFERED.filter((scope) => scope.endsWith(':read')),
      store: over,
      signedInAs: async (request) =>
        (await sessions.of(request as express.Request))?.principal?.subject,
      usable,
      accessTokenSeconds: 300,
      refreshTokenSeconds: 86_400,
      grantSeconds: 30 * 86_400,
      log,
      now,
      ...options,
    });
  const server = await serverOver(store);
  const replicas = [server];
  let turn = 0;
  const next = (): AuthorizationServer => replicas[turn++ % replicas.length] ?? server;
  const inTurn: Pick<AuthorizationServer, 'issuer' | 'owns' | 'handle' | 'pending'> = {
    issuer: server.issuer,
    owns: (path) => next().owns(path),
    handle: (...request) => next().handle(...request),
    pending: (...request) => next().pending(...request),
  };
  const bed: Pick<SignInBed, 'person' | 'logins'> = { person: 'alice', logins: [] };

  app.use(
    wellKnown({
      resource,
      name: 'Nextcloud',
      authorizationServers: [url],
      scopes: () => SCOPES,
      spelling: 'colon',
    }),
  );
  const burst = options.registrationBurst ?? 100;
  app.use(
    oauthServer({
      server: inTurn,
      registrations: { burst, perMinute: burst, now },
      documents: { burst: 100, perMinute: 100, now },
    }),
  );
  app.use(
    oauthInteraction({
      server: inTurn,
      sessions,
      usable,
      nextcloudHost: 'cloud.example.org',
      logins: {
        url(request) {
          bed.logins.push(request);
          return Promise.resolve(`/login-stub?to=${encodeURIComponent(request.returnTo)}`);
        },
      },
    }),
  );
  app.get('/login-stub', async (request, response) => {
    if (bed.person === undefined) {
      const { csrfToken } = await sessions.ensure(request, response);
      const cancel = bed.logins.at(-1)?.cancelTo ?? '';
      response.send(formText(cancel, csrfToken));
      return;
    }
    const principal = { issuer: url, subject: bed.person };
    const cameFor = new URL(request.originalUrl, url).searchParams.get('to') ?? '/';
    await sessions.signIn(request, response, principal, { userId: bed.person, cameFor });
    response.redirect(303, cameFor);
  });

  const opened = [store];
  return Object.assign(bed, {
    url,
    resource,
    store,
    server,
    dead,
    logged,
    advance(seconds: number) {
      offset += seconds * 1000;
    },
    async replica() {
      const other = await open();
      opened.push(other);
      const replica = await serverOver(other);
      replicas.push(replica);
      return replica;
    },
    async close() {
      listening.closeAllConnections();
      await new Promise((done) => listening.close(done));
      for (const each of opened) await each.close();
      rmSync(folder, { recursive: true, force: true });
    },
  });
}

function formText(action: string, csrf: string): string {
  return `<form method="post" action="${action}"><input type="hidden" name="csrf" value="${csrf}"></form>`;
}

/** Where a browser ended: on a page of the gateway, or at an address outside it. */
export type Visit =
  | { readonly kind: 'page'; readonly status: number; readonly text: string; readonly path: string }
  | { readonly kind: 'left'; readonly url: URL };

/** As much of a browser as a sign-in needs: cookies with their paths, redirects, refreshes and forms. */
export class TestBrowser {
  readonly #origin: string;
  #cookies: { readonly name: string; readonly value: string; readonly path: string }[] = [];
  readonly headers: Record<string, string> = { accept: 'text/html' };
  /** Paths asked for, in order. */
  readonly trail: string[] = [];

  constructor(origin: string) {
    this.#origin = origin;
  }

  async visit(address: string, form?: URLSearchParams): Promise<Visit> {
    const url = new URL(address, this.#origin);
    if (url.origin !== this.#origin) return { kind: 'left', url };
    this.trail.push(url.pathname);
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { ...this.headers, cookie: this.cookiesFor(url.pathname) },
      ...(form === undefined ? {} : { method: 'POST', body: form }),
    });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const next =
      response.headers.get('location') ?? response.headers.get('refresh')?.split('url=')[1];
    const text = await response.text();
    if (next !== undefined) return this.visit(next);
    return { kind: 'page', status: response.status, text, path: url.pathname };
  }

  /** Sends a form of the page shown, with the boxes that are ticked, or these. */
  async submit(page: Visit, action: string, scopes?: readonly string[]): Promise<Visit> {
    if (page.kind !== 'page') throw new Error(`The browser is at ${page.url.href}.`);
    const form = [...page.text.matchAll(/<form [^>]*?action="([^"]+)"[\s\S]*?<\/form>/g)].find(
      ([, target]) => target?.endsWith(`/${action}`),
    );
    if (form?.[1] === undefined) throw new Error(`No form for ${action} in: ${page.text}`);
    const csrf = /name="csrf" value="([^"]*)"/.exec(form[0])?.[1] ?? '';
    const body = new URLSearchParams({ csrf });
    for (const scope of scopes ?? checkedScopes(page)) body.append('scope', scope);
    return this.visit(form[1], body);
  }

  cookiesFor(path: string): string {
    return this.#cookies
      .filter((cookie) => path === cookie.path || path.startsWith(cookie.path.replace(/\/?$/, '/')))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/; */);
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const attribute = (wanted: string): string | undefined =>
      attributes.find((text) => text.toLowerCase().startsWith(`${wanted}=`))?.split('=')[1];
    const path = attribute('path') ?? '/';
    this.#cookies = this.#cookies.filter((one) => one.name !== name || one.path !== path);
    const isOver = Date.parse(attribute('expires') ?? '9999-01-01') < Date.now();
    if (!isOver) this.#cookies.push({ name, value, path });
  }
}

/** Scopes a consent page offers. */
export function offeredScopes(page: Visit): readonly string[] {
  return scopesIn(page, /name="scope" value="([^"]+)"/g);
}

export function checkedScopes(page: Visit): readonly string[] {
  return scopesIn(page, /name="scope" value="([^"]+)" checked/g);
}

function scopesIn(page: Visit, pattern: RegExp): readonly string[] {
  if (page.kind !== 'page') return [];
  return [...page.text.matchAll(pattern)].map(([, scope]) => scope ?? '');
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly scope: string;
  readonly token_type: string;
  readonly expires_in: number;
}

/** The answer of a token, registration or revocation endpoint. */
export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** An MCP client by hand, for requests that no well-behaved one makes. */
export class TestClient {
  readonly #bed: SignInBed;
  readonly id: string;
  readonly redirect: string;
  readonly verifier = randomBytes(32).toString('base64url');

  constructor(bed: SignInBed, id: string, redirect: string) {
    this.#bed = bed;
    this.id = id;
    this.redirect = redirect;
  }

  static async registered(
    bed: SignInBed,
    redirect: string = CALLBACK,
    metadata: Record<string, unknown> = {},
  ): Promise<TestClient> {
    const answer = await register(bed, {
      client_name: 'Test client',
      redirect_uris: [redirect],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
      ...metadata,
    });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return new TestClient(bed, String(answer.body['client_id']), redirect);
  }

  /** @param changes parameters to replace; undefined leaves one out */
  authorizeUrl(changes: Record<string, string | undefined> = {}): string {
    const parameters: Record<string, string | undefined> = {
      client_id: this.id,
      redirect_uri: this.redirect,
      response_type: 'code',
      state: 'the-state',
      code_challenge: createHash('sha256').update(this.verifier).digest('base64url'),
      code_challenge_method: 'S256',
      resource: this.#bed.resource,
      scope: SCOPES.join(' '),
      ...changes,
    };
    const url = new URL('/oauth/authorize', this.#bed.url);
    for (const [name, value] of Object.entries(parameters))
      if (value !== undefined) url.searchParams.set(name, value);
    return url.href;
  }

  redeem(
    code: string,
    changes: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const form = {
      grant_type: 'authorization_code',
      redirect_uri: this.redirect,
      code_verifier: this.verifier,
      resource: this.#bed.resource,
      code,
      ...(headers['authorization'] === undefined ? { client_id: this.id } : {}),
      ...changes,
    };
    return post(this.#bed, '/oauth/token', form, headers);
  }

  refresh(token: string): Promise<Answer> {
    return post(this.#bed, '/oauth/token', {
      grant_type: 'refresh_token',
      client_id: this.id,
      refresh_token: token,
    });
  }

  /** Signs in and allows what is ticked, or these. */
  async connect(
    browser: TestBrowser,
    options: { scope?: string | undefined; allow?: readonly string[] } = {},
  ): Promise<Tokens> {
    const code = await this.code(browser, options);
    const { status, body } = await this.redeem(code);
    if (status !== 200) throw new Error(JSON.stringify(body));
    return body as unknown as Tokens;
  }

  async code(
    browser: TestBrowser,
    options: { scope?: string | undefined; allow?: readonly string[] } = {},
  ): Promise<string> {
    const page = await browser.visit(
      this.authorizeUrl('scope' in options ? { scope: options.scope } : {}),
    );
    const end = page.kind === 'left' ? page : await browser.submit(page, 'allow', options.allow);
    if (end.kind !== 'left') throw new Error(`${String(end.status)}: ${end.text}`);
    return end.url.searchParams.get('code') ?? end.url.href;
  }
}

export function register(bed: SignInBed, metadata: Record<string, unknown>): Promise<Answer> {
  return answerOf(
    fetch(`${bed.url}/oauth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(metadata),
    }),
  );
}

export function post(
  bed: SignInBed,
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return answerOf(
    fetch(`${bed.url}${path}`, { method: 'POST', headers, body: new URLSearchParams(form) }),
  );
}

async function answerOf(response: Promise<Response>): Promise<Answer> {
  const { status } = await response;
  const text = await (await response).text();
  return { status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

/** What an access token says; checking it is the verification's affair. */
export function claimsOf({ access_token }: Pick<Tokens, 'access_token'>): Record<string, unknown> {
  const [, payload = ''] = access_token.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
}
