import type { AuditEntry } from '../store/audit-log.ts';
import type { Principal } from '../store/principal.ts';
import type { BrowserSession } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';
import type {
  AccountAuditEntry,
  AccountOverview,
  ClientFacts,
  ConnectedClient,
  KeptAccess,
} from './account-overview.ts';

/** What taking everything back came to. */
export interface TakenBack {
  /** Worthless at Nextcloud and the identity provider too; false: it is only forgotten here. */
  readonly everywhere: boolean;
}

/** What the account page shows and does. */
export interface AccountDesk {
  /** `session` undefined: the one user of a single-user gateway. */
  overview(session: SignedIn | undefined): Promise<AccountOverview>;
  /** Ends what one client may do. False when it may do nothing anyway, or when that is not decided here. */
  revokeClient(principal: Principal, clientId: string): Promise<boolean>;
  /** Ends every client's access, every browser session, and what the gateway keeps, also at Nextcloud or the provider. */
  revokeAll(principal: Principal): Promise<TakenBack>;
}

/** A browser session that somebody is signed in to. */
export type SignedIn = BrowserSession & { readonly principal: Principal };

type AccountStore = Pick<
  Store,
  'appPasswords' | 'audit' | 'consents' | 'grants' | 'nextcloudTokens' | 'sessions' | 'users'
>;

interface PeopleOptions {
  readonly store: AccountStore;
  /** Host of the Nextcloud. */
  readonly nextcloud: string;
  /** All of the gateway is read only. */
  readonly readOnly: boolean;
  /**
   * Forgets the kept credential here and withdraws it where it came from. `everywhere` counts only when something was
   * `removed`.
   */
  readonly revokeKept: (
    principal: Principal,
  ) => Promise<{ readonly removed: boolean; readonly everywhere: boolean }>;
}

export interface EmbeddedAccountOptions extends PeopleOptions {
  /** At the authorization server: the consent, and everything issued to one client. False when there was nothing. */
  readonly revokeClient: (accountId: string, clientId: string) => Promise<boolean>;
  /** The same of all clients. */
  readonly revokeAccount: (accountId: string) => Promise<unknown>;
  /** Who a client is, when it can still be told. */
  readonly clientOf: (clientId: string) => Promise<ClientFacts | undefined>;
}

const AUDIT_SHOWN = 25;
/** How far back clients of an identity provider are looked for. */
const AUDIT_SEARCHED = 500;

/** Clients were allowed on our own consent page: the consents are the list. */
export function embeddedAccount(options: EmbeddedAccountOptions): AccountDesk {
  const { store, clientOf } = options;

  async function connected(principal: Principal): Promise<readonly ConnectedClient[]> {
    const consents = await store.consents.listOf(principal);
    return Promise.all(
      consents.map(async ({ clientId, clientName, scopes, createdAt, lastUsedAt }) => ({
        // the name as it was when it was allowed: it may have changed since
        client: named(await clientOf(clientId), clientId, clientName),
        scopes,
        since: createdAt,
        lastUsed: lastUsedAt,
      })),
    );
  }

  return {
    async overview(session) {
      const { principal, ...person } = await personOf(session, options);
      const clients = await connected(principal);
      const kept = [
        ...(await keptAppPassword(store, principal)),
        ...(await keptTokens(store, principal)),
      ];
      return { mode: 'embedded', ...person, clients, kept };
    },
    revokeClient: ({ subject }, clientId) => options.revokeClient(subject, clientId),
    async revokeAll(principal) {
      await options.revokeAccount(principal.subject);
      return takeBack(options, principal);
    },
  };
}

/** Clients come with tokens of an identity provider: those seen lately are the list, and the provider decides on them. */
export function providerAccount(options: PeopleOptions): AccountDesk {
  const { store } = options;
  return {
    async overview(session) {
      const { principal, ...person } = await personOf(session, options);
      const entries = await store.audit.list({ principal }, { limit: AUDIT_SEARCHED });
      const kept = [
        ...(await keptAppPassword(store, principal)),
        ...(await keptGrant(store, principal)),
      ];
      return { mode: 'provider', ...person, clients: seenClients(entries.entries), kept };
    },
    revokeClient: () => Promise.resolve(false),
    revokeAll: (principal) => takeBack(options, principal),
  };
}

export interface SingleUserAccountOptions {
  readonly userId: string;
  readonly nextcloud: string;
  readonly readOnly: boolean;
}

/** Whom the gateway was set up for. There is nothing to take back here: the settings decide. */
export function singleUserAccount(options: SingleUserAccountOptions): AccountDesk {
  const { userId, nextcloud, readOnly } = options;
  const none = { clients: [], audit: [] };
  return {
    overview: () =>
      Promise.resolve({
        mode: 'single-user',
        account: { userId },
        nextcloud,
        readOnly,
        kept: [{ kind: 'environment' }],
        ...none,
      }),
    revokeClient: () => Promise.resolve(false),
    revokeAll: () => Promise.resolve({ everywhere: false }),
  };
}

/** The access first, then the sessions: whoever presses the button is signed out at last. */
async function takeBack(
  { store, revokeKept }: PeopleOptions,
  principal: Principal,
): Promise<TakenBack> {
  const { removed, everywhere } = await revokeKept(principal);
  await store.sessions.destroyAllOf(principal);
  const { issuer, subject } = principal;
  await store.audit.record({
    event: 'account.revoked',
    outcome: 'ok',
    principal: { issuer, subject },
  });
  return { everywhere: everywhere || !removed };
}

type Person = Pick<AccountOverview, 'account' | 'nextcloud' | 'readOnly' | 'audit'> & {
  readonly principal: Principal;
};

async function personOf(
  session: SignedIn | undefined,
  { store, nextcloud, readOnly }: PeopleOptions,
): Promise<Person> {
  if (session === undefined) throw new Error('Nobody is signed in.');
  const { principal, data } = session;
  const { entries } = await store.audit.list({ principal }, { limit: AUDIT_SHOWN });
  const { userId, displayName } = data;
  return {
    principal,
    account: {
      userId: typeof userId === 'string' ? userId : principal.subject,
      ...(typeof displayName === 'string' ? { displayName } : {}),
      issuer: principal.issuer,
    },
    nextcloud,
    readOnly: readOnly || (await store.users.isReadOnly(principal)),
    audit: entries.map(auditEntry),
  };
}

function auditEntry({ at, event, outcome, clientId, target }: AuditEntry): AccountAuditEntry {
  return { at, event, outcome, client: clientId, target };
}

async function keptAppPassword(
  { appPasswords }: AccountStore,
  principal: Principal,
): Promise<readonly KeptAccess[]> {
  const stored = await appPasswords.find(principal);
  if (stored === undefined) return [];
  const { createdAt: since, lastUsedAt: lastUsed, deadAt } = stored;
  return [{ kind: 'app-password', since, lastUsed, dead: deadAt !== undefined }];
}

async function keptTokens(
  { nextcloudTokens }: AccountStore,
  principal: Principal,
): Promise<readonly KeptAccess[]> {
  const stored = await nextcloudTokens.find(principal);
  if (stored === undefined) return [];
  const { createdAt: since, lastUsedAt: lastUsed, deadAt } = stored;
  return [{ kind: 'nextcloud-oauth2', since, lastUsed, dead: deadAt !== undefined }];
}

async function keptGrant(
  { grants }: AccountStore,
  principal: Principal,
): Promise<readonly KeptAccess[]> {
  const grant = await grants.find(principal);
  if (grant === undefined) return [];
  const { createdAt: since, refusedAt } = grant;
  return [{ kind: 'offline-access', since, dead: refusedAt !== undefined }];
}

function named(known: ClientFacts | undefined, id: string, name: string | undefined): ClientFacts {
  if (known === undefined) return unknownClient(id, name);
  return name === undefined ? known : { ...known, name };
}

function unknownClient(id: string, name: string | undefined): ClientFacts {
  return { id, name: name ?? id, host: '', vouched: false };
}

function seenClients(entries: readonly AuditEntry[]): readonly ConnectedClient[] {
  const seen = new Map<string, ConnectedClient>();
  for (const { at, clientId, event } of entries) {
    if (clientId === undefined || event !== 'tool.called') continue;
    const known = seen.get(clientId);
    // newest first, so the first sight of it is its last use
    seen.set(
      clientId,
      known === undefined
        ? { client: unknownClient(clientId, undefined), scopes: [], since: at, lastUsed: at }
        : { ...known, since: at },
    );
  }
  return [...seen.values()];
}
