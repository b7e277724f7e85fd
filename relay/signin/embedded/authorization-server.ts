import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IssuerKeys } from '../../access/issuer-keys.ts';
import type { Logger } from '../../log.ts';
import type { Principal } from '../../store/principal.ts';
import type { Store } from '../../store/store.ts';
import { artifactAdapter } from './artifact-adapter.ts';
import { recordEvents } from './audit-events.ts';
import type { ClientDescription } from './client-description.ts';
import { knownClient } from './client-description.ts';
import { fetchForClients } from './fetched-for-clients.ts';
import type { FetchLimits } from './fetched-for-clients.ts';
import { pendingAuthorization } from './pending-authorization.ts';
import type { PendingAuthorization } from './pending-authorization.ts';
import { pinRequest } from './pinned-request.ts';
import { ROUTES } from './provider-configuration.ts';
import type { ProviderFacts, ProviderProblem } from './provider-configuration.ts';
import { dropForeignSession } from './provider-session.ts';
import { providerWithKeys } from './provider-with-keys.ts';
import type { ProviderWithKeys } from './provider-with-keys.ts';
import { admitRegistration, answerPreflight, openToBrowsers } from './registrations.ts';
import { signingKeys } from './signing-keys.ts';

export type { PendingAuthorization } from './pending-authorization.ts';

export interface AuthorizationServerOptions {
  /** Root of the gateway as browsers reach it: no path, no trailing slash. */
  readonly issuer: string;
  /** The MCP endpoint, what tokens are for. */
  readonly resource: string;
  /** Every scope of a tool. */
  readonly scopes: readonly string[];
  /** Ticked on the consent page when a client leaves the choice to the person. */
  readonly initialScopes: readonly string[];
  readonly store: Pick<
    Store,
    'oidcArtifacts' | 'serverKeys' | 'consents' | 'accessRules' | 'audit'
  >;
  /** Subject that the browser is signed in as. */
  readonly signedInAs: (request: IncomingMessage) => Promise<string | undefined>;
  /** Whether the gateway can still reach Nextcloud for this person, and may. */
  readonly usable: (subject: string) => Promise<boolean>;
  /** 300 to 600: a token cannot be called back. */
  readonly accessTokenSeconds: number;
  /** Without a visit of the client. */
  readonly refreshTokenSeconds: number;
  /** A client has to be allowed anew after that, however busy it is. */
  readonly grantSeconds: number;
  /** Client ids, or hosts they answer from; undefined: any. The store's access rules count as well. */
  readonly allowedClients?: ReadonlySet<string> | undefined;
  /** Redirect addresses allowed beside https, loopback and known applications, exactly as clients write them. */
  readonly allowedRedirects?: ReadonlySet<string> | undefined;
  /** Clients that are remembered at once. Default 5000. */
  readonly mostClients?: number;
  /** Seconds after which a client that nobody allowed anything is forgotten, when it gets tight. Default one day. */
  readonly idleClientSeconds?: number;
  /** Metadata documents and keys of clients fetched in a minute. */
  readonly documentsPerMinute?: FetchLimits;
  /** Seconds for which a refresh token may be spent again by the same client. Default 20. */
  readonly refreshGraceSeconds?: number;
  /** Seconds after which `tend` makes new keys. Default 90 days. */
  readonly keySeconds?: number;
  readonly log: Logger;
  /** Epoch milliseconds, the store's clock. */
  readonly now: () => number;
  /** For metadata documents and keys of clients; tests only. The library's guard is in `init.dispatcher`. */
  readonly fetch?: typeof globalThis.fetch;
}

/** Shows a page in place of an answer that cannot go to the client. */
export type ShowProblem = (
  request: IncomingMessage,
  response: ServerResponse,
  problem: ProviderProblem,
) => void;

/** Who makes a request. */
export interface Asker {
  /** Address, or network, as limits count it. */
  readonly network: string;
  readonly showProblem: ShowProblem;
}

export interface AuthorizationServer {
  readonly issuer: string;
  /** For checking our own tokens without HTTP; sees keys of other replicas within seconds. */
  readonly keys: IssuerKeys;
  /** Whether `handle` answers a path. The pages of an authorization are not among them. */
  owns(path: string): boolean;
  handle(request: IncomingMessage, response: ServerResponse, asker: Asker): Promise<void>;
  /** The authorization of this id that the browser is in; undefined: over, foreign, or another browser's. */
  pending(
    request: IncomingMessage,
    response: ServerResponse,
    uid: string,
  ): Promise<PendingAuthorization | undefined>;
  /** How a client is called and where it is; undefined when it is forgotten. Asks nobody outside. */
  describe(clientId: string): Promise<ClientDescription | undefined>;
  /** The consent and everything issued. False when there was nothing. */
  revokeClient(principal: Principal, clientId: string): Promise<boolean>;
  /** All clients of a person. */
  revokeAccount(subject: string): Promise<void>;
  /** New keys; the old ones stay published while tokens they signed are valid. */
  rotateKeys(): Promise<void>;
  /** For a sweeper: forgets idle clients when there are many, and rotates keys that are old. */
  tend(): Promise<void>;
}

const RESUME = /^\/oauth\/authorize\/[A-Za-z0-9_-]{1,64}$/;
const DISCOVERY = [
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
] as const;
const OWN_PATHS: ReadonlySet<string> = new Set([...Object.values(ROUTES), ...DISCOVERY]);

const DAY = 86_400;
const REFRESH_GRACE = 20;

/** OAuth 2.1 for MCP clients, on oidc-provider. Everything is in the store, so replicas may take turns. */
export async function authorizationServer(
  options: AuthorizationServerOptions,
): Promise<AuthorizationServer> {
  const { issuer, store, now, accessTokenSeconds, keySeconds = 90 * DAY } = options;
  const { scopes, initialScopes: initial } = options;
  const rules = { issuer, scopes, initial, consents: store.consents };
  const shown = new WeakMap<IncomingMessage, ShowProblem>();
  const callers = new AsyncLocalStorage<string>(); // the library tells a fetch nothing of its request
  const facts: Omit<ProviderFacts, 'keys'> = {
    resource: options.resource,
    rules,
    policy: { issuer, allowedRedirects: options.allowedRedirects ?? new Set() },
    adapter: artifactAdapter({
      artifacts: store.oidcArtifacts,
      now,
      graceSeconds: options.refreshGraceSeconds ?? REFRESH_GRACE,
    }),
    accessTokenSeconds,
    refreshTokenSeconds: options.refreshTokenSeconds,
    grantSeconds: options.grantSeconds,
    usable: options.usable,
    permitsClient: (client) => permits(client, options),
    showProblem(context, problem) {
      context.respond = false;
      shown.get(context.req)?.(context.req, context.res, problem);
    },
    fetch: fetchForClients({
      now,
      fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
      caller: () => callers.getStore(),
      perMinute: options.documentsPerMinute,
    }),
  };
  const keys = signingKeys({ serverKeys: store.serverKeys, accessTokenSeconds, now });
  let made: ProviderWithKeys | undefined;

  /** The library takes its keys once, so new keys mean a new one; it keeps nothing that would be lost. */
  async function current(): Promise<ProviderWithKeys> {
    const keySet = await keys.current();
    if (made?.version !== keySet.version) {
      made = providerWithKeys(issuer, { ...facts, keys: keySet });
      recordEvents(made.provider, { issuer, audit: store.audit, log: options.log });
    }
    return made;
  }
  await current();

  const registrations = {
    artifacts: store.oidcArtifacts,
    mostClients: options.mostClients ?? 5_000,
    idleSeconds: options.idleClientSeconds ?? DAY,
    now,
  };

  return {
    issuer,
    keys: keys.verification,
    owns: (path) => OWN_PATHS.has(path) || RESUME.test(path),

    async handle(request, response, { network, showProblem }) {
      pinRequest(request, issuer);
      const { pathname, searchParams } = new URL(request.url ?? '/', issuer);
      if (pathname === ROUTES.registration) {
        openToBrowsers(response);
        if (answerPreflight(request, response)) return;
        if (!(await admitRegistration(response, registrations))) return;
      }
      if (
        pathname === ROUTES.authorization &&
        (searchParams.get('response_mode') ?? 'query') !== 'query'
      ) {
        showProblem(request, response, { error: 'unsupported_response_mode' });
        return;
      }
      const { provider, answer } = await current();
      if (pathname.startsWith(ROUTES.authorization))
        await dropForeignSession(provider, request, options);
      shown.set(request, showProblem);
      await callers.run(network, () => answer(request, response));
    },

    async pending(request, response, uid) {
      const { provider } = await current();
      return pendingAuthorization(provider, { request, response }, uid, rules);
    },

    async describe(clientId) {
      return knownClient((await current()).provider, clientId);
    },

    async revokeClient(principal, clientId) {
      const had = await store.consents.revoke(principal, clientId);
      const grants = await store.oidcArtifacts.grantsOf(principal.subject);
      const its = grants.filter((grant) => grant.clientId === clientId);
      for (const { grantId } of its) await store.oidcArtifacts.revokeGrant(grantId);
      const outcome = had || its.length > 0 ? 'ok' : 'refused';
      await store.audit.record({ event: 'client.revoked', outcome, principal, clientId });
      return outcome === 'ok';
    },

    async revokeAccount(subject) {
      const principal = { issuer, subject };
      await store.consents.revokeAllOf(principal);
      await store.oidcArtifacts.revokeAccount(subject);
      await store.audit.record({
        event: 'client.revoked',
        outcome: 'ok',
        principal,
        target: 'all',
      });
    },

    rotateKeys: () => keys.rotate(),

    async tend() {
      const { artifacts, mostClients, idleSeconds } = registrations;
      if ((await artifacts.count('Client')) > mostClients / 2)
        await artifacts.forgetIdleClients(Math.floor(now() / 1000) - idleSeconds);
      if (now() / 1000 - (await keys.newestAt()) >= keySeconds) await keys.rotate();
    },
  };
}

async function permits(
  { id, host }: ClientDescription,
  { allowedClients, store }: Pick<AuthorizationServerOptions, 'allowedClients' | 'store'>,
): Promise<boolean> {
  const names = host === undefined ? [id] : [id, host];
  if (allowedClients !== undefined && !names.some((name) => allowedClients.has(name))) return false;
  return store.accessRules.permits('client', names);
}
