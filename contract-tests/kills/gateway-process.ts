// A gateway without its HTTP side, to be killed. Told by messages, see doomed.ts.
import { flushCompileCache } from 'node:module';
import { backgroundCredentials } from '../../relay/credentials/background.ts';
import type { BackgroundCredentials } from '../../relay/credentials/background.ts';
import { discovery } from '../../relay/credentials/discovery.ts';
import { providerHttp } from '../../relay/credentials/provider-http.ts';
import type { CredentialStrategy } from '../../relay/credentials/strategy.ts';
import { tokenEndpoint } from '../../relay/credentials/token-endpoint.ts';
import { tokenExchange } from '../../relay/credentials/token-exchange.ts';
import { principalKey } from '../../relay/access/principal-key.ts';
import { RelayError } from '../../relay/errors.ts';
import { createLogger } from '../../relay/log.ts';
import { configuredClient } from '../../relay/signin/client-registration.ts';
import { offlineAccess } from '../../relay/signin/offline-access.ts';
import type { OfflineAccess } from '../../relay/signin/offline-access.ts';
import { providerKeys } from '../../relay/signin/provider-keys.ts';
import { parseKeyRing } from '../../relay/store/key-ring.ts';
import { openStore } from '../../relay/store/store.ts';
import type { Store } from '../../relay/store/store.ts';
import { stepped } from './stepped.ts';
import type { Halt } from './stepped.ts';

export interface SetUp {
  readonly file: string;
  readonly key: string;
  readonly issuer: string;
  readonly publicUrl: string;
  readonly nextcloud: string;
  readonly clientSecret: string;
}

/** What a gateway is asked to do; all but `state` halts at its steps. */
export type Job =
  | { readonly name: 'link'; readonly person: string }
  | { readonly name: 'begin'; readonly state: string }
  | { readonly name: 'callback'; readonly query: string; readonly browser: string }
  | { readonly name: 'refresh'; readonly person: string }
  | { readonly name: 'recover' }
  /** Ends what was cut off of Flow 2. */
  | { readonly name: 'resolve' }
  | { readonly name: 'exchange'; readonly person: string; readonly subjectToken: string }
  /** What the store knows. */
  | { readonly name: 'state' };

export interface KnownGrant {
  readonly person: string;
  readonly generation: number;
  readonly isRefused: boolean;
}

export interface Known {
  readonly grants: readonly KnownGrant[];
  /** People whose last refresh was cut off. */
  readonly interrupted: readonly string[];
}

export type Asked = {
  readonly job: Job;
  /**
   * How far its clock is behind. A process that will die lives in the past, so that its lease is over when the next one
   * starts and nobody has to wait for that.
   */
  readonly secondsBehind: number;
  /** Nothing cached, as right after a start. */
  readonly isFresh: boolean;
};

export type Said =
  | { readonly kind: 'ready' }
  | { readonly kind: 'halt'; readonly place: string; readonly secrets: readonly string[] }
  | { readonly kind: 'done'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly code: string };

interface Gateway {
  readonly offline: OfflineAccess;
  readonly background: BackgroundCredentials;
  readonly exchange: CredentialStrategy;
}

const inbox: unknown[] = [];
let waiting: (() => void) | undefined;
process.on('message', (message) => {
  inbox.push(message);
  waiting?.();
});
process.on('disconnect', () => process.exit());

async function receive(): Promise<unknown> {
  while (inbox.length === 0) await new Promise<void>((resolve) => (waiting = resolve));
  return inbox.shift();
}

function say(message: Said): void {
  process.send?.(message);
}

const halt: Halt = async (place, secrets) => {
  say({ kind: 'halt', place, secrets });
  await receive();
};

// who is killed does not do it at its exit; the next one starts in half the time
flushCompileCache();
const log = createLogger({ level: 'debug' });
let secondsBehind = 0;
const now = (): number => Math.floor(Date.now() / 1000) - secondsBehind;
const setUp = (await receive()) as SetUp;
const store = await openStore({
  file: setUp.file,
  keys: parseKeyRing(setUp.key),
  log,
  now: () => new Date(now() * 1000),
});
let gateway = wired(store, setUp);
say({ kind: 'ready' });
for (;;) {
  const asked = (await receive()) as Asked;
  secondsBehind = asked.secondsBehind;
  if (asked.isFresh) gateway = wired(store, setUp);
  try {
    say({ kind: 'done', value: await work(asked.job) });
  } catch (error) {
    log.warn('a job failed', { cause: error });
    say({ kind: 'failed', code: error instanceof RelayError ? error.code : String(error) });
  }
}

function wired(
  { flows, grants, redemptions, audit }: Store,
  { issuer, publicUrl, ...names }: SetUp,
): Gateway {
  const http = stepped(
    providerHttp({ trusted: [issuer] }),
    (method, [request]) => (method === 'send' ? requestName(request as Request) : undefined),
    halt,
  );
  const all =
    (table: string) =>
    (method: string): string =>
      `${table}.${method}`;
  const metadata = discovery({
    discoveryUrl: `${issuer}/.well-known/openid-configuration`,
    http,
    now,
    pause: () => Promise.resolve(),
  });
  const client = configuredClient({
    clientId: 'gateway',
    authentication: { kind: 'client_secret_basic', secret: names.clientSecret },
  });
  const endpoint = tokenEndpoint({ http, metadata, client: () => client.current(), now });
  const shared = {
    grants: stepped(
      grants,
      (method) => (method === 'interrupted' ? undefined : `grants.${method}`),
      halt,
    ),
    endpoint,
    resource: names.nextcloud,
    audiences: [names.nextcloud],
    now,
    log,
  };
  return {
    offline: offlineAccess({
      ...shared,
      flows: stepped(flows, all('flows'), halt),
      redemptions: stepped(redemptions, all('redemptions'), halt),
      audit: stepped(audit, all('audit'), halt),
      client,
      metadata,
      keys: providerKeys({ http, metadata, now }),
      publicUrl,
      scopes: ['notes:read', 'files:read'],
    }),
    background: backgroundCredentials({ ...shared, pause: () => Promise.resolve() }),
    exchange: tokenExchange({
      endpoint,
      metadata,
      audience: names.nextcloud,
      ttlSeconds: 120,
      now,
      log,
    }),
  };
}

interface Request {
  readonly method: string;
  readonly url: string;
}

function requestName({ method, url }: Request): string {
  return `${method} ${new URL(url).pathname}`;
}

function principalOf(person: string) {
  const { issuer } = setUp;
  return {
    key: principalKey(issuer, person),
    issuer,
    subject: person,
    username: person,
    clientId: 'mcp-client',
    scopes: new Set(['notes:read']),
    expiresAt: now() + 300,
  };
}

async function work(job: Job): Promise<unknown> {
  const { offline, background, exchange } = gateway;
  switch (job.name) {
    case 'link':
      return offline.link(principalOf(job.person), 'mcp-client');
    case 'begin':
      return offline.begin(job.state);
    case 'callback':
      return offline.callback(new URLSearchParams(job.query), job.browser);
    case 'refresh': {
      const { issuer } = setUp;
      const principal = { issuer, subject: job.person };
      return (await background.credentialFor({ principal, scopes: ['notes:read'] })).authorization;
    }
    case 'recover':
      return background.recover();
    case 'resolve':
      return offline.recover();
    case 'exchange': {
      const { person, subjectToken } = job;
      return (await exchange.credentialFor({ principal: principalOf(person), subjectToken }))
        .authorization;
    }
    case 'state':
      return known();
  }
}

async function known(): Promise<Known> {
  const grants = await store.grants.list(1000);
  return {
    grants: grants.map(({ principal, generation, refusedAt }) => ({
      person: principal.subject,
      generation,
      isRefused: refusedAt !== undefined,
    })),
    interrupted: (await store.grants.interrupted(1000)).map(({ subject }) => subject),
  };
}
