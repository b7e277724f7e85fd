import type { Principal } from '../access/principal.ts';
import type { Principal as Person } from '../store/principal.ts';
import { RelayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { AppPasswords } from '../store/app-passwords.ts';
import type { AuditLog } from '../store/audit-log.ts';
import type { Flow, Flows } from '../store/flows.ts';
import type { GrantedLogin, LoginFlow } from './login-flow-v2.ts';
import { nextcloudLogins } from './nextcloud-logins.ts';

/** Where a person's browser stands on the way to a connected Nextcloud. */
export type ConnectProgress =
  | { readonly kind: 'waiting'; readonly loginUrl: string; readonly code: string }
  | { readonly kind: 'connected' }
  /** Somebody logged in who is not the person that asked. Nothing was kept. */
  | { readonly kind: 'another_user' }
  /** Over, used, or never ours. */
  | { readonly kind: 'gone' };

/** What a page shows before anything starts. */
interface ConnectOffer {
  /** Who is to log in, as Nextcloud knows them. */
  readonly userId: string;
  /** The MCP client that asked; its own claim. */
  readonly client: string;
}

/**
 * Connects a person's Nextcloud account to their identity (Login Flow v2). A link belongs to the person who called the
 * tool; the account that logs in must be theirs, so a link sent to somebody else leads nowhere.
 */
export interface NextcloudConnection {
  /** A fresh single-use link. @throws RelayError `configuration` when the token does not say who the person is */
  link(principal: Principal): Promise<string>;
  /** Looks at a link without using it up: chat programs fetch links to preview them. */
  offer(state: string): Promise<ConnectOffer | undefined>;
  /** Uses the link up and starts the login. Gives the ticket for the browser's cookie. */
  begin(state: string): Promise<string | undefined>;
  progress(ticket: string): Promise<ConnectProgress>;
  /** Deletes the app password here and at Nextcloud. */
  disconnect(person: Person): Promise<{ removed: boolean; withdrawn: boolean }>;
  /** Looks once more after logins nobody came back from, and withdraws what they made. Gives how many it withdrew. */
  sweep(limit?: number): Promise<number>;
}

export interface ConnectionOptions {
  readonly flows: Flows;
  readonly appPasswords: AppPasswords;
  readonly audit: AuditLog;
  readonly loginFlow: LoginFlow;
  /** Root of the gateway as browsers reach it. */
  readonly publicUrl: string;
  /** Root of the Nextcloud, stored with the password. */
  readonly nextcloudUrl: string;
  /** What of the token is the Nextcloud user id. */
  readonly userClaim: 'preferred_username' | 'sub';
  readonly log: Logger;
}

interface Asked {
  readonly userId: string;
  readonly client: string;
}

/** What becomes of a login: it waits, or it is settled. */
interface Fate extends Asked {
  readonly done?: 'connected' | 'another_user';
}

const LINK = 'connect link';
const LOGIN = 'nextcloud login';
const POLL_SECONDS = 2;

export function nextcloudConnection(options: ConnectionOptions): NextcloudConnection {
  const { flows, appPasswords, audit, loginFlow } = options;
  const logins = nextcloudLogins<Fate>({ ...options, kind: LOGIN, pollSeconds: POLL_SECONDS });

  /** Compares, stores, and says how it went. Doing it twice (two tabs, a crash) changes nothing. */
  async function settle(
    principal: NonNullable<Flow<Asked>['principal']>,
    asked: Asked,
    granted: GrantedLogin,
  ): Promise<'connected' | 'another_user'> {
    const userId = await loginFlow.userId(granted);
    const event = { event: 'nextcloud.connected', principal, clientId: asked.client };
    if (userId !== asked.userId) {
      await logins.withdraw(granted);
      await audit.record({ ...event, outcome: 'refused', target: 'another user' });
      return 'another_user';
    }
    await logins.keep(principal, granted, userId);
    await audit.record({ ...event, outcome: 'ok', target: userId });
    return 'connected';
  }

  return {
    async link(principal) {
      const userId = options.userClaim === 'sub' ? principal.subject : principal.username;
      if (userId === undefined) throw unnamed(options.userClaim);
      const payload: Asked = { userId, client: principal.clientId };
      const state = await flows.start({ kind: LINK, principal, payload });
      return `${options.publicUrl}/oauth/connect?${new URLSearchParams({ state }).toString()}`;
    },

    async offer(state) {
      const flow = await flows.peek<Asked>(LINK, state);
      return flow?.payload;
    },

    async begin(state) {
      const link = await flows.take<Asked>(LINK, state);
      if (link?.principal === undefined) return undefined;
      const host = new URL(options.publicUrl).host;
      // Nextcloud shows this text: the person compares the code with the one on our page
      const device = (code: string): string => `MCP gateway ${host}, code ${code}`;
      return await logins.start(device, link.payload, link.principal);
    },

    async progress(ticket) {
      const flow = await logins.peek(ticket);
      if (flow?.principal === undefined) return { kind: 'gone' };
      const asked = flow.payload;
      if (asked.done !== undefined) return { kind: asked.done };
      const login = await logins.collect(ticket, asked);
      if (login === undefined) {
        return { kind: 'waiting', loginUrl: asked.loginUrl, code: asked.code };
      }
      const done = await settle(flow.principal, asked, login);
      await logins.settled(ticket, { userId: asked.userId, client: asked.client, done });
      return { kind: done };
    },

    async disconnect(principal) {
      const removed = await appPasswords.remove(principal);
      if (removed === undefined) return { removed: false, withdrawn: false };
      const withdrawn = removed.deadAt === undefined && (await logins.withdraw(removed));
      await audit.record({ event: 'nextcloud.disconnected', outcome: 'ok', principal });
      return { removed: true, withdrawn };
    },

    sweep: (limit) => logins.sweep(limit),
  };
}

function unnamed(claim: string): RelayError {
  return new RelayError('configuration', `The access token has no ${claim}.`, {
    hint: 'An administrator has to add the claim at the identity provider, or choose another one.',
  });
}
