import { randomInt } from 'node:crypto';
import type { Logger } from '../log.ts';
import type { AppPasswords } from '../store/app-passwords.ts';
import type { Flow, Flows } from '../store/flows.ts';
import type { Principal } from '../store/principal.ts';
import { LOGIN_LIFE_SECONDS } from './login-flow-v2.ts';
import type { GrantedLogin, LoginFlow } from './login-flow-v2.ts';

/** A login under way, with what its caller wants to know later. */
export type PendingLogin<Asked> = Asked & {
  readonly pollToken: string;
  /** To be opened in the person's browser. */
  readonly loginUrl: string;
  /** Shown by Nextcloud and by us, to be compared. */
  readonly code: string;
  /** Nextcloud gives it once, so it is written down before it is looked at. */
  readonly granted?: GrantedLogin;
};

export interface NextcloudLoginsOptions {
  readonly flows: Flows;
  readonly appPasswords: AppPasswords;
  readonly loginFlow: LoginFlow;
  /** Keeps logins of different purposes apart in the store. */
  readonly kind: string;
  /** Nextcloud is asked at most this often about one login, whatever the number of replicas. */
  readonly pollSeconds: number;
  /** Root of the Nextcloud, stored with the password. */
  readonly nextcloudUrl: string;
  readonly log: Logger;
}

/** Logins by Login Flow v2 from their start to a stored app password, and what is left of abandoned ones. */
export interface NextcloudLogins<Asked> {
  /** `device` gets the code and gives what Nextcloud shows. Gives the id of the login. */
  start(device: (code: string) => string, asked: Asked, principal?: Principal): Promise<string>;
  peek(id: string): Promise<Flow<PendingLogin<Asked>> | undefined>;
  /** What the person granted; undefined while they did not, or somebody else just asked. */
  collect(id: string, login: PendingLogin<Asked>): Promise<GrantedLogin | undefined>;
  /** Stores the app password and withdraws the one it replaces. Doing it twice changes nothing. */
  keep(principal: Principal, granted: GrantedLogin, userId: string): Promise<void>;
  /** The login is over; what was granted is kept or withdrawn. `result` may be read until the flow ends. */
  settled(id: string, result: unknown): Promise<void>;
  /** Makes an app password worthless. False when Nextcloud did not know it any more, or could not be asked. */
  withdraw(login: GrantedLogin): Promise<boolean>;
  /**
   * Looks after logins nobody came back from and withdraws what they made; those that can still be granted at Nextcloud
   * are looked at again later. Gives how many app passwords it withdrew.
   */
  sweep(limit?: number): Promise<number>;
}

const LIFE_SECONDS = 600;
/** Kept beyond Nextcloud's own end, so that a sweep can come late. */
const MARGIN_SECONDS = 60;
/** Without letters and digits that are taken for each other. */
const CODE_LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const CODE_LENGTH = 6;

export function nextcloudLogins<Asked extends object>(
  options: NextcloudLoginsOptions,
): NextcloudLogins<Asked> {
  const { flows, appPasswords, loginFlow, kind, log } = options;
  type Login = PendingLogin<Asked>;

  async function withdraw(login: GrantedLogin): Promise<boolean> {
    try {
      return await loginFlow.withdraw(login);
    } catch (error) {
      log.warn('an app password could not be withdrawn at Nextcloud', { cause: error });
      return false;
    }
  }

  /** The link stays good at Nextcloud for longer than here. Nobody knows the new id: only `sweep` finds it. */
  async function lookAgain(payload: Abandoned, startedAt: number, at: number): Promise<void> {
    const left = startedAt + LOGIN_LIFE_SECONDS - at;
    if (left <= 0) return;
    const lifeSeconds = Math.max(1, left - MARGIN_SECONDS);
    const keepSeconds = left - lifeSeconds + MARGIN_SECONDS;
    await flows.start({ kind, payload: { ...payload, startedAt }, lifeSeconds, keepSeconds });
  }

  return {
    async start(device, asked, principal) {
      const code = newCode();
      const started = await loginFlow.start(device(code));
      const payload = { ...asked, ...started, code };
      const keepSeconds = LOGIN_LIFE_SECONDS - LIFE_SECONDS + MARGIN_SECONDS;
      return await flows.start({
        kind,
        principal,
        payload,
        lifeSeconds: LIFE_SECONDS,
        keepSeconds,
      });
    },

    peek: (id) => flows.peek<Login>(kind, id),

    async collect(id, login) {
      if (login.granted !== undefined) return login.granted;
      if (!(await flows.claimPoll(kind, id, options.pollSeconds))) return undefined;
      const granted = await loginFlow.poll(login.pollToken);
      if (granted !== undefined && !(await flows.update(kind, id, { ...login, granted }))) {
        // the flow ended while we asked: nobody will come for this password
        await withdraw(granted);
        return undefined;
      }
      return granted;
    },

    async keep(principal, granted, userId) {
      const server = options.nextcloudUrl;
      const password = { ...granted, userId, server, scopes: null };
      const replaced = await appPasswords.save(principal, password);
      if (replaced === undefined || replaced.appPassword === granted.appPassword) return;
      // a dead one is not sent again, not even to delete it
      if (replaced.deadAt === undefined) await withdraw(replaced);
    },

    async settled(id, result) {
      await flows.update(kind, id, result);
    },

    withdraw,

    async sweep(limit = 50) {
      let withdrawn = 0;
      for (const flow of await flows.takeExpired<Abandoned>(kind, limit)) {
        const { pollToken, granted, startedAt = flow.createdAt } = flow.payload;
        if (pollToken === undefined) continue;
        try {
          const login = granted ?? (await loginFlow.poll(pollToken));
          if (login === undefined) await lookAgain(flow.payload, startedAt, flow.expiresAt);
          else if (await withdraw(login)) withdrawn += 1;
        } catch (error) {
          log.warn('an abandoned login could not be looked after', { cause: error });
        }
      }
      return withdrawn;
    },
  };
}

interface Abandoned {
  /** Absent once the login was settled. */
  readonly pollToken?: string;
  readonly granted?: GrantedLogin;
  /** Epoch seconds; absent the first time. */
  readonly startedAt?: number;
}

function newCode(): string {
  const letter = (): string => CODE_LETTERS[randomInt(CODE_LETTERS.length)] ?? '';
  return Array.from({ length: CODE_LENGTH }, letter).join('');
}
