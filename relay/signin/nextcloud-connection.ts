import { randomInt } from 'node:crypto';
import type { Principal } from '../access/principal.ts';
import { RelayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { AppPasswords } from '../store/app-passwords.ts';
import type { AuditLog } from '../store/audit-log.ts';
import type { Flow, Flows } from '../store/flows.ts';
import { LOGIN_LIFE_SECONDS } from './login-flow-v2.ts';
import type { GrantedLogin, LoginFlow } from './login-flow-v2.ts';

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
  disconnect(principal: Principal): Promise<{ removed: boolean; withdrawn: boolean }>;
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

interface UnderWay extends Asked {
  readonly pollToken: string;
  readonly loginUrl: string;
  readonly code: string;
  /** Nextcloud gives it once, so it is written down before it is looked at. */
  readonly granted?: GrantedLogin;
  readonly done?: 'connected' | 'another_user';
}

const LINK = 'connect link';
const LOGIN = 'nextcloud login';
const LIFE_SECONDS = 600;
const POLL_SECONDS = 2;
/** Without letters and digits that are taken for each other. */
const CODE_LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';

export function nextcloudConnection(options: ConnectionOptions): NextcloudConnection {
  const { flows, appPasswords, audit, loginFlow, log } = options;

  async function withdraw(login: GrantedLogin): Promise<boolean> {
    try {
      return await loginFlow.withdraw(login);
    } catch (error) {
      log.warn('an app password could not be withdrawn at Nextcloud', { cause: error });
      return false;
    }
  }

  /** Compares, stores, and says how it went. Doing it twice (two tabs, a crash) changes nothing. */
  async function settle(
    principal: NonNullable<Flow<UnderWay>['principal']>,
    asked: UnderWay,
    granted: GrantedLogin,
  ): Promise<'connected' | 'another_user'> {
    const userId = await loginFlow.userId(granted);
    const event = { event: 'nextcloud.connected', principal, clientId: asked.client };
    if (userId !== asked.userId) {
      await withdraw(granted);
      await audit.record({ ...event, outcome: 'refused', target: 'another user' });
      return 'another_user';
    }
    const server = options.nextcloudUrl;
    const replaced = await appPasswords.save(principal, {
      ...granted,
      userId,
      server,
      scopes: null,
    });
    if (replaced !== undefined && replaced.appPassword !== granted.appPassword) {
      // a dead one is not sent again, not even to delete it
      if (replaced.deadAt === undefined) await withdraw(replaced);
    }
    await audit.record({ ...event, outcome: 'ok', target: userId });
    return 'connected';
  }

  async function granted(ticket: string, asked: UnderWay): Promise<GrantedLogin | undefined> {
    if (asked.granted !== undefined) return asked.granted;
    if (!(await flows.claimPoll(LOGIN, ticket, POLL_SECONDS))) return undefined;
    const login = await loginFlow.poll(asked.pollToken);
    if (login !== undefined && !(await flows.update(LOGIN, ticket, { ...asked, granted: login }))) {
      // the flow ended while we asked: nobody will come for this password
      await withdraw(login);
      return undefined;
    }
    return login;
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
      const code = Array.from(
        { length: 6 },
        () => CODE_LETTERS[randomInt(CODE_LETTERS.length)],
      ).join('');
      const host = new URL(options.publicUrl).host;
      // Nextcloud shows this text: the person compares the code with the one on our page
      const started = await loginFlow.start(`MCP gateway ${host}, code ${code}`);
      const payload: UnderWay = { ...link.payload, ...started, code };
      // the link stays good at Nextcloud for longer; see `sweep`
      const keepSeconds = LOGIN_LIFE_SECONDS - LIFE_SECONDS + 60;
      return await flows.start({
        kind: LOGIN,
        principal: link.principal,
        payload,
        lifeSeconds: LIFE_SECONDS,
        keepSeconds,
      });
    },

    async progress(ticket) {
      const flow = await flows.peek<UnderWay>(LOGIN, ticket);
      if (flow?.principal === undefined) return { kind: 'gone' };
      const asked = flow.payload;
      if (asked.done !== undefined) return { kind: asked.done };
      const login = await granted(ticket, asked);
      if (login === undefined) {
        return { kind: 'waiting', loginUrl: asked.loginUrl, code: asked.code };
      }
      const done = await settle(flow.principal, asked, login);
      const over = { userId: asked.userId, client: asked.client, done };
      await flows.update(LOGIN, ticket, over);
      return { kind: done };
    },

    async disconnect(principal) {
      const removed = await appPasswords.remove(principal);
      if (removed === undefined) return { removed: false, withdrawn: false };
      const withdrawn = removed.deadAt === undefined && (await withdraw(removed));
      await audit.record({ event: 'nextcloud.disconnected', outcome: 'ok', principal });
      return { removed: true, withdrawn };
    },

    async sweep(limit = 50) {
      let withdrawn = 0;
      for (const { payload } of await flows.takeExpired<UnderWay>(LOGIN, limit)) {
        if (payload.done !== undefined) continue;
        try {
          const login = payload.granted ?? (await loginFlow.poll(payload.pollToken));
          if (login !== undefined && (await withdraw(login))) withdrawn += 1;
        } catch (error) {
          log.warn('an abandoned login could not be looked after', { cause: error });
        }
      }
      return withdrawn;
    },
  };
}

function unnamed(claim: string): RelayError {
  return new RelayError('configuration', `The access token has no ${claim}.`, {
    hint: 'An administrator has to add the claim at the identity provider, or choose another one.',
  });
}
