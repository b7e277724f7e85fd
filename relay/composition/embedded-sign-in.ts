import type { IncomingMessage } from 'node:http';
import { AccessTokens } from '../access/access-tokens.ts';
import { audienceRule, checkAudience } from '../access/audience.ts';
import type { VerifiedToken } from '../access/verification.ts';
import { refused } from '../access/verification.ts';
import type { EmbeddedSignInConfig } from '../config/sign-in.ts';
import { tokenBroker } from '../credentials/token-broker.ts';
import { authorizationServer } from '../signin/embedded/authorization-server.ts';
import type { AuthorizationServer } from '../signin/embedded/authorization-server.ts';
import type { ClientFacts } from '../signin/account-overview.ts';
import { embeddedAccount } from '../signin/account.ts';
import { cookieOf, hostCookieName, SESSION_COOKIE } from '../signin/browser-cookies.ts';
import { loginService } from '../signin/login/login-service.ts';
import type { Provisioning } from '../signin/provisioning.ts';
import type { Principal } from '../store/principal.ts';
import type { Store } from '../store/store.ts';
import { nextcloudAccess } from './nextcloud-access.ts';
import type { NextcloudAccess } from './nextcloud-access.ts';
import type { PartsOptions, SignInParts } from './sign-in.ts';

const ACCESS_TOKEN_SECONDS = 600;
const REFRESH_TOKEN_SECONDS = 30 * 86_400;

/** A gateway whose people sign in with their Nextcloud account, at an authorization server of its own. */
export function embeddedSignIn(
  options: PartsOptions<EmbeddedSignInConfig>,
  store: Store,
): SignInParts {
  const { signIn: config, log } = options;
  const { publicUrl: issuer, resource, nextcloud } = config;
  const now = (): number => options.now().getTime();
  const access = nextcloudAccess(options, store);
  const { flows, audit } = store;
  const login = loginService({ flows, audit, way: access.way, publicUrl: issuer });
  const usable = async (subject: string): Promise<boolean> => {
    const kept = await access.find({ issuer, subject });
    return kept !== undefined && (await store.accessRules.permits('user', [kept.userId, subject]));
  };
  let server: AuthorizationServer | undefined;
  let tokens: AccessTokens | undefined;
  const opened = (): AuthorizationServer => {
    if (server === undefined) throw new Error('The authorization server is not open yet.');
    return server;
  };

  return {
    authority: {
      verify: (token) => tokens?.verify(token) ?? Promise.resolve(refused('keys_unavailable')),
      known: (scopes) => scopes,
      issuers: () => [issuer],
    },
    rule: audienceRule({
      resource,
      root: issuer,
      nextcloud: [...new Set([nextcloud.host, nextcloud.publicUrl])],
    }),
    checkAudience,
    scopeSpelling: 'colon',
    standing: (token) => standing(token, access, store),
    broker: tokenBroker(access.strategy, undefined),
    standsAlone: true,
    provisioning: provisioningOf(access, () => login.url({ returnTo: '/user/page' })),
    desk: embeddedAccount({
      store,
      nextcloud: new URL(nextcloud.publicUrl).host,
      readOnly: options.readOnly,
      revokeKept: (person) => takenBack(access, person),
      revokeClient: (subject, clientId) => opened().revokeClient({ issuer, subject }, clientId),
      revokeAccount: (subject) => opened().revokeAccount(subject),
      clientOf: (clientId) => clientFacts(opened(), clientId),
    }),
    registration: undefined,
    front: { kind: 'embedded', login, usable, server: opened },
    async open(scopes) {
      server = await authorizationServer({
        issuer,
        resource,
        scopes: scopes.all,
        initialScopes: scopes.initial,
        store,
        signedInAs: signedIn(store, issuer),
        usable,
        accessTokenSeconds: ACCESS_TOKEN_SECONDS,
        refreshTokenSeconds: Math.min(REFRESH_TOKEN_SECONDS, config.grantSeconds),
        grantSeconds: config.grantSeconds,
        allowedClients: config.allowedClients,
        allowedRedirects: config.allowedRedirects,
        log,
        now,
      });
      tokens = new AccessTokens({
        issuers: [{ issuer, keys: server.keys }],
        rules: { clockToleranceSeconds: 5, scopePrefixes: [] },
        fetch: () => Promise.reject(new Error('Our own tokens are checked here.')),
        now,
      });
    },
    chores: [() => login.sweep(), async () => server?.tend()],
    close: () => access.close(),
  };
}

/**
 * The token as it stands now. Nothing of this is kept: what a person takes back on one process has to work on all of
 * them at the next call.
 */
async function standing(
  token: VerifiedToken,
  access: NextcloudAccess,
  { oidcArtifacts, consents }: Store,
): Promise<VerifiedToken | undefined> {
  const { grantId, clientId, issuer, subject } = token;
  const person = { issuer, subject };
  if (grantId === undefined || !(await oidcArtifacts.grantStands(grantId))) return undefined;
  const consent = await consents.find(person, clientId);
  const kept = await access.find(person);
  if (consent === undefined || kept === undefined) return undefined;
  await consents.touch(person, clientId);
  const allowed = new Set(consent.scopes);
  const scopes = new Set([...token.scopes].filter((scope) => allowed.has(scope)));
  return { ...token, username: kept.userId, scopes };
}

/** Who sits at a browser, for a server that reads requests by itself. */
function signedIn({ sessions }: Store, issuer: string) {
  const name = hostCookieName(SESSION_COOKIE, issuer);
  return async (request: IncomingMessage): Promise<string | undefined> => {
    const id = cookieOf(request, name);
    const session = id === undefined ? undefined : await sessions.find(id);
    return session?.principal?.issuer === issuer ? session.principal.subject : undefined;
  };
}

async function clientFacts(
  server: AuthorizationServer,
  clientId: string,
): Promise<ClientFacts | undefined> {
  const client = await server.describe(clientId);
  return client && { ...client, host: client.host ?? 'this computer' };
}

async function takenBack(
  access: NextcloudAccess,
  person: Principal,
): Promise<{ readonly removed: boolean; readonly everywhere: boolean }> {
  const { removed, withdrawn } = await access.disconnect(person);
  return { removed, everywhere: withdrawn };
}

function provisioningOf(access: NextcloudAccess, link: () => Promise<string>): Provisioning {
  return {
    async status(principal) {
      const kept = await access.find(principal);
      return kept === undefined
        ? { isProvisioned: false }
        : {
            isProvisioned: true,
            flowType: 'login_flow',
            provisionedAt: new Date(kept.createdAt * 1000).toISOString(),
          };
    },
    link,
    revoke: (principal) => takenBack(access, principal),
  };
}
