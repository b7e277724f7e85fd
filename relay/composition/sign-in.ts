import { randomBytes } from 'node:crypto';
import { principalIn } from '../access/access-info.ts';
import type { AudienceRule, checkAudience } from '../access/audience.ts';
import type { ScopeSpelling } from '../access/scopes.ts';
import type { Verification, VerifiedToken } from '../access/verification.ts';
import type { SignInConfig } from '../config/sign-in.ts';
import { SIGN_IN_TOOLSET } from '../config/toolsets.ts';
import type { ProviderMetadata } from '../credentials/provider-metadata.ts';
import type { TokenBroker } from '../credentials/token-broker.ts';
import { RelayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { ServerSignIn } from '../mcp/server.ts';
import type { Session } from '../mcp/session.ts';
import type { AgentOptions } from '../nextcloud/agents.ts';
import type { NextcloudServer } from '../nextcloud/connect.ts';
import type { AccountDesk } from '../signin/account.ts';
import type { GatewayClient } from '../signin/client-registration.ts';
import { signInElicitation } from '../signin/elicitation.ts';
import type { AuthorizationServer } from '../signin/embedded/authorization-server.ts';
import type { LoginService } from '../signin/login/login-service.ts';
import type { NextcloudConnection } from '../signin/nextcloud-connection.ts';
import type { OfflineAccess } from '../signin/offline-access.ts';
import type { Provisioning } from '../signin/provisioning.ts';
import { principalKey } from '../store/principal.ts';
import type { BrowserSession } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';
import { signInTools } from '../tools/signin/index.ts';
import type { DefinedTool } from '../tools/tool.ts';
import { admission, namesBy } from './admission.ts';
import type { Admission } from './admission.ts';
import { askedGroups } from './asked-groups.ts';
import { auditTrail } from './audit-trail.ts';
import type { AuditTrail } from './audit-trail.ts';
import { embeddedSignIn } from './embedded-sign-in.ts';
import { openedStore } from './opened-store.ts';
import { providerSignIn } from './provider-sign-in.ts';
import type { ScopeFacts } from './scope-index.ts';
import { startSweeper } from './sweeper.ts';
import { userNextcloud } from './user-nextcloud.ts';

/** Whose access tokens are taken. */
export interface TokenAuthority {
  /** Never throws: an authority that does not answer is an outage, not a failure of ours. */
  verify(token: string): Promise<Verification>;
  /** Of these scopes those that it gives out. */
  known(scopes: readonly string[]): readonly string[];
  /** As clients should know them. */
  issuers(): readonly string[];
}

/** What people see of the sign-in, for the routes. */
export type SignInFront = EmbeddedFront | ProviderFront;

/** The gateway's own authorization server, whose login is Nextcloud's. */
export interface EmbeddedFront {
  readonly kind: 'embedded';
  readonly login: LoginService;
  /** Whether the gateway can still reach Nextcloud for a person, and may. */
  readonly usable: (subject: string) => Promise<boolean>;
  /** @throws Error before `open` */
  readonly server: () => AuthorizationServer;
}

interface ProviderFront {
  readonly kind: 'provider';
  /** For our own pages. */
  readonly login: LoginService;
  readonly metadata: () => Promise<ProviderMetadata>;
  /** Login Flow v2, where app passwords are used. */
  readonly connection: NextcloudConnection | undefined;
  /** Flow 2, where it is switched on. */
  readonly offline: OfflineAccess | undefined;
}

/** In what the ways to sign in differ. */
export interface SignInParts {
  readonly authority: TokenAuthority;
  readonly rule: AudienceRule;
  readonly checkAudience: typeof checkAudience;
  readonly scopeSpelling: ScopeSpelling;
  /** Looks at each call whether a good token still counts; undefined where only its issuer can say. */
  readonly standing: ((token: VerifiedToken) => Promise<VerifiedToken | undefined>) | undefined;
  readonly broker: TokenBroker;
  readonly provisioning: Provisioning;
  readonly desk: AccountDesk;
  /** The gateway's own client, where it registers itself at the provider. */
  readonly registration: GatewayClient | undefined;
  /** A person's access does not hang on the token of an MCP client, so their browser can use it too. */
  readonly standsAlone: boolean;
  /** Begins to serve, now that the scopes of all tools are known. */
  open(scopes: Pick<ScopeFacts, 'all' | 'initial'>): Promise<void>;
  readonly front: SignInFront;
  /** Done from time to time. */
  readonly chores: readonly (() => Promise<unknown>)[];
  readonly close: () => void;
}

/** Everything of a gateway for many people that one for a single user does not have. */
export interface SignIn extends Omit<SignInParts, 'chores' | 'close'> {
  readonly config: SignInConfig;
  readonly store: Store;
  readonly admission: Admission;
  readonly tools: readonly DefinedTool[];
  readonly server: ServerSignIn;
  /** Who is calling. @throws RelayError `unauthorized` when the checks were passed by: fails closed */
  session(context: SessionContext): Promise<Session>;
  /** For somebody who is signed in on our pages; undefined where only an MCP client's token opens Nextcloud. */
  readonly browserSession: ((browser: BrowserSession) => Promise<Session>) | undefined;
  close(): Promise<void>;
}

/** What the MCP handler knows of a request. */
export interface SessionContext {
  readonly authInfo?:
    { readonly token: string; readonly extra?: Record<string, unknown> } | undefined;
  readonly requestInfo?: Request | undefined;
}

export interface PartsOptions<Mode extends SignInConfig> {
  readonly signIn: Mode;
  readonly nextcloud: NextcloudServer;
  readonly agents: AgentOptions;
  /** Nobody may change anything. */
  readonly readOnly: boolean;
  readonly log: Logger;
  readonly now: () => Date;
}

/** Opens the store; the identity provider and Nextcloud may start later. */
export async function composeSignIn(options: PartsOptions<SignInConfig>): Promise<SignIn> {
  const { signIn: config, log, now } = options;
  const store = await openedStore(config.store, log, now);
  const { chores, close, ...parts } = partsOf(options, store);
  const { provisioning, broker } = parts;
  const trail = auditTrail(store.audit, log);
  const names = namesBy(config.mode === 'embedded' || config.userClaim === 'preferred_username');
  const milliseconds = (): number => now().getTime();
  const groupsOf = askedGroups(options.nextcloud, broker, milliseconds);
  const admitting = admission(store, milliseconds, groupsOf, names);
  const sweeper = startSweeper([() => store.sweep(), ...chores], log);
  return {
    ...parts,
    config,
    store,
    tools: ownTools(provisioning),
    server: await serverOf(store, provisioning, trail),
    admission: admitting,
    session: (context) => sessionOf(context, options.nextcloud, broker, admitting),
    browserSession: parts.standsAlone
      ? (browser) => browserSessionOf(browser, options.nextcloud, broker, admitting)
      : undefined,
    async close() {
      await sweeper.stop();
      await trail.settled();
      close();
      await store.close();
    },
  };
}

function partsOf(options: PartsOptions<SignInConfig>, store: Store): SignInParts {
  const { signIn } = options;
  switch (signIn.mode) {
    case 'provider':
      return providerSignIn({ ...options, signIn }, store);
    case 'embedded':
      return embeddedSignIn({ ...options, signIn }, store);
  }
}

/** Scopes, audience and so on of these tools say nothing about Nextcloud: whoever is recognised has them. */
function ownTools(provisioning: Provisioning): DefinedTool[] {
  const tools = signInTools({ provisioning, principalOf: ({ principal }) => principal });
  return tools.map((tool) => ({ ...tool, app: undefined, scopes: [], toolset: SIGN_IN_TOOLSET }));
}

async function sessionOf(
  { authInfo, requestInfo }: SessionContext,
  server: NextcloudServer,
  broker: TokenBroker,
  { readOnly }: Admission,
): Promise<Session> {
  const principal = principalIn(authInfo);
  if (authInfo === undefined || principal === undefined)
    throw new RelayError('unauthorized', 'Nobody is signed in.', { hint: 'Sign in first.' });
  const request = { principal, subjectToken: authInfo.token };
  const correlationId = requestInfo?.headers.get('x-request-id') ?? undefined;
  return {
    nextcloud: userNextcloud(server, broker, request),
    scopes: principal.scopes,
    readOnly: await readOnly(principal),
    key: principal.key,
    principal,
    ...(correlationId === undefined ? {} : { correlationId }),
  };
}

/** As if a client with every scope called for them. No token exists here, and none is needed. */
async function browserSessionOf(
  { principal: person, data, expiresAt }: BrowserSession,
  server: NextcloudServer,
  broker: TokenBroker,
  { permits, readOnly }: Admission,
): Promise<Session> {
  if (person === undefined)
    throw new RelayError('unauthorized', 'Nobody is signed in.', { hint: 'Sign in first.' });
  const key = principalKey(person);
  const username = typeof data.userId === 'string' ? data.userId : undefined;
  const principal = {
    ...person,
    key,
    username,
    clientId: '',
    scopes: new Set<string>(),
    expiresAt,
  };
  if (!(await permits(principal, '')))
    throw new RelayError('forbidden', 'An administrator does not allow this here.');
  return {
    nextcloud: userNextcloud(server, broker, { principal, subjectToken: '' }),
    scopes: 'unrestricted',
    readOnly: await readOnly(principal),
    key,
    principal,
  };
}

async function serverOf(
  store: Store,
  provisioning: Provisioning,
  trail: AuditTrail,
): Promise<ServerSignIn> {
  const make = (): Promise<string> => Promise.resolve(randomBytes(32).toString('base64url'));
  const [key] = await store.serverKeys.ensure('request state', make);
  if (key === undefined) throw new Error('The store has no key for request states.');
  return {
    elicitation: signInElicitation({
      key: Buffer.from(key.material, 'base64url'),
      principalKey(context) {
        const principal = principalIn(context.http?.authInfo);
        if (principal === undefined) throw new Error('Nobody is signed in.');
        return principal.key;
      },
    }),
    link: (principal) => provisioning.link(principal),
    audit: (session, tool, outcome) => {
      trail.toolCalled(session, tool, outcome);
    },
  };
}
