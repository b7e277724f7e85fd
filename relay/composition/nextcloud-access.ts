import { appPasswordStrategy } from '../credentials/app-password.ts';
import { nextcloudOauth2, nextcloudOauth2Metadata } from '../credentials/nextcloud-oauth2.ts';
import { providerHttp } from '../credentials/provider-http.ts';
import type { CredentialStrategy } from '../credentials/strategy.ts';
import { tokenEndpoint } from '../credentials/token-endpoint.ts';
import type { EmbeddedSignInConfig } from '../config/sign-in.ts';
import type { Logger } from '../log.ts';
import { createHttpClient } from '../nextcloud/http.ts';
import { loginFlowV2 } from '../signin/login-flow-v2.ts';
import type { LoginFlow } from '../signin/login-flow-v2.ts';
import { loginFlowWay } from '../signin/login/login-flow-way.ts';
import type { LoginWay } from '../signin/login/login-way.ts';
import { nextcloudOauth2Way } from '../signin/login/nextcloud-oauth2-way.ts';
import type { Principal } from '../store/principal.ts';
import type { Store } from '../store/store.ts';
import type { PartsOptions } from './sign-in.ts';

/** What is kept for a person and works. */
interface Kept {
  readonly userId: string;
  /** Epoch seconds. */
  readonly createdAt: number;
}

/** How people log in at their Nextcloud, and what of it the gateway keeps to work there for them. */
export interface NextcloudAccess {
  readonly way: LoginWay;
  readonly strategy: CredentialStrategy;
  /** Undefined when nothing is kept, or Nextcloud has refused it. */
  find(person: Principal): Promise<Kept | undefined>;
  /** Forgets it here, and makes it worthless at Nextcloud. */
  disconnect(person: Principal): Promise<{ removed: boolean; withdrawn: boolean }>;
  close(): void;
}

/** By the core `oauth2` app where an administrator has registered the gateway there, else by Login Flow v2. */
export function nextcloudAccess(
  options: PartsOptions<EmbeddedSignInConfig>,
  store: Store,
): NextcloudAccess {
  const { oauth2App } = options.signIn;
  return oauth2App === undefined
    ? byAppPassword(options, store)
    : byOauth2App(options, store, oauth2App);
}

function byAppPassword(
  { signIn: config, nextcloud: server, agents, log }: PartsOptions<EmbeddedSignInConfig>,
  { flows, appPasswords, accessRules }: Store,
): NextcloudAccess {
  const http = createHttpClient(agents);
  const { host: baseUrl, publicUrl } = config.nextcloud;
  const loginFlow = loginFlowV2({ server, http, baseUrl, publicUrl });
  return {
    way: loginFlowWay({
      flows,
      appPasswords,
      loginFlow,
      server,
      accessRules,
      publicUrl: config.publicUrl,
      nextcloudUrl: baseUrl,
      log,
    }),
    strategy: appPasswordStrategy(appPasswords),
    async find(person) {
      const stored = await appPasswords.find(person);
      return stored?.deadAt === undefined ? stored : undefined;
    },
    disconnect: appPasswordsWithdrawn(appPasswords, loginFlow, log),
    close: () => http.close(),
  };
}

type Disconnect = NextcloudAccess['disconnect'];

function appPasswordsWithdrawn(
  appPasswords: Store['appPasswords'],
  loginFlow: LoginFlow,
  log: Logger,
): Disconnect {
  return async (person) => {
    const stored = await appPasswords.remove(person);
    if (stored === undefined) return { removed: false, withdrawn: false };
    // a dead one is not sent again: Nextcloud would count it against the gateway's address
    if (stored.deadAt !== undefined) return { removed: true, withdrawn: true };
    try {
      return { removed: true, withdrawn: await loginFlow.withdraw(stored) };
    } catch (cause) {
      log.warn('an app password could not be withdrawn at Nextcloud', { cause });
      return { removed: true, withdrawn: false };
    }
  };
}

function byOauth2App(
  { signIn: config, nextcloud: server, agents, log, now }: PartsOptions<EmbeddedSignInConfig>,
  { nextcloudTokens: tokens, accessRules, appPasswords }: Store,
  { id: clientId, secret }: NonNullable<EmbeddedSignInConfig['oauth2App']>,
): NextcloudAccess {
  const { host: nextcloudUrl, publicUrl } = config.nextcloud;
  const http = providerHttp({ ...agents, trusted: [nextcloudUrl, publicUrl] });
  const metadata = nextcloudOauth2Metadata(nextcloudUrl, publicUrl);
  const seconds = (): number => Math.floor(now().getTime() / 1000);
  const endpoint = tokenEndpoint({
    http,
    metadata: () => Promise.resolve(metadata),
    client: () =>
      Promise.resolve({ clientId, authentication: { kind: 'client_secret_post', secret } }),
    now: seconds,
  });
  const plain = createHttpClient(agents);
  const loginFlow = loginFlowV2({ server, http: plain, baseUrl: nextcloudUrl, publicUrl });
  const formerly = appPasswordsWithdrawn(appPasswords, loginFlow, log);
  const access = nextcloudOauth2({
    tokens,
    endpoint,
    server,
    now: seconds,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    log,
  });
  return {
    way: nextcloudOauth2Way({
      clientId,
      endpoint,
      metadata,
      access,
      tokens,
      server,
      accessRules,
      publicUrl: config.publicUrl,
      nextcloudUrl,
      now: seconds,
      log,
    }),
    strategy: access,
    async find(person) {
      const stored = await tokens.find(person);
      return stored?.deadAt === undefined ? stored : undefined;
    },
    async disconnect(person) {
      const own = await access.disconnect(person);
      // from the time before the gateway was registered at Nextcloud
      const former = await formerly(person);
      const everywhere = [own, former].every(({ removed, withdrawn }) => withdrawn || !removed);
      const removed = own.removed || former.removed;
      return { removed, withdrawn: removed && everywhere };
    },
    close() {
      http.close();
      plain.close();
    },
  };
}
