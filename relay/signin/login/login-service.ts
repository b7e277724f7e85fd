import type { AuditLog } from '../../store/audit-log.ts';
import type { Flows } from '../../store/flows.ts';
import { newVerifier } from '../pkce.ts';
import type { LoggedIn, LoginOutcome, LoginRefusal } from './logged-in.ts';
import { checkedRequest, OWN_PAGE } from './login-requests.ts';
import type { LoginRequest, Logins } from './login-requests.ts';
import type { LoginWay, RedirectSecrets } from './login-way.ts';

/** How a login stands for the browser that asks. */
export type LoginState =
  /** Nextcloud's login is open beside our page, or about to be. */
  | {
      readonly kind: 'window';
      readonly request: LoginRequest;
      readonly loginUrl: string;
      readonly code: string;
    }
  /** Another request of this browser is opening it just now. */
  | { readonly kind: 'opening' }
  /** Nextcloud is not to be asked for another login from there just now. */
  | { readonly kind: 'too_many' }
  /** The person may set off. */
  | {
      readonly kind: 'redirect';
      readonly request: LoginRequest;
      readonly provider?: string | undefined;
      /** Where the browser will go. */
      readonly target: string;
    }
  /** Logged in, the credential is stored: sign the browser in, then tell `signedIn`. */
  | {
      readonly kind: 'person';
      readonly flow: string;
      readonly person: LoggedIn;
      readonly returnTo: string;
    }
  /** The browser was signed in before: a second tab, or the way back. */
  | { readonly kind: 'done'; readonly returnTo: string }
  | { readonly kind: 'refused'; readonly flow: string; readonly reason: LoginRefusal }
  | { readonly kind: 'another_browser' }
  /** Over, used, or never ours. */
  | { readonly kind: 'gone' };

/**
 * Logins of browsers, whatever the way. `browsers` names the browser's session without opening it, as it is called now and
 * as it was before somebody signed in; what one browser began no other can look at or finish.
 */
export interface LoginService extends Logins {
  /** @param mayOpen asked before a login is opened at Nextcloud, which costs it work and anybody can cause */
  look(flow: string, browsers: readonly string[], mayOpen?: () => boolean): Promise<LoginState>;
  /** Whether to look again: something happened. */
  hasNews(flow: string, browsers: readonly string[]): Promise<boolean>;
  /** Sets off on a redirect: the address, or why not. */
  begin(flow: string, browsers: readonly string[]): Promise<{ readonly url: string } | LoginState>;
  /** The browser is back from a redirect. */
  callback(query: URLSearchParams, browsers: readonly string[]): Promise<LoginState>;
  /** The browser has a new session now; its other tabs find the way on. */
  signedIn(flow: string, browser: string): Promise<void>;
  /** Clears away what abandoned logins left at Nextcloud. Gives how many. */
  sweep(limit?: number): Promise<number>;
}

export interface LoginServiceOptions {
  readonly flows: Flows;
  readonly audit: AuditLog;
  readonly way: LoginWay;
  /** Root of the gateway as browsers reach it. */
  readonly publicUrl: string;
}

interface Kept extends LoginRequest {
  /** The browser it belongs to, from its first step on. */
  readonly browser?: string;
  /** The login at Nextcloud that is under way. */
  readonly attempt?: string;
  readonly signedIn?: true;
}

interface SetOff extends RedirectSecrets {
  readonly flow: string;
  readonly browser: string;
}

const LOGIN = 'login';
const STATE = 'login state';
/** Nextcloud is asked to open a login at most this often for one flow. */
const OPEN_SECONDS = 3;

export function loginService(options: LoginServiceOptions): LoginService {
  const { flows, audit, way, publicUrl } = options;

  /** The flow, when this browser may go on with it. */
  async function ours(
    flow: string,
    [browser, before]: readonly string[],
  ): Promise<{ readonly kept: Kept; readonly browser: string } | { readonly state: LoginState }> {
    const kept = (await flows.peek<Kept>(LOGIN, flow))?.payload;
    if (kept === undefined) return { state: { kind: 'gone' } };
    const { returnTo } = kept;
    // begun before this browser signed in, in another tab: that login counts here too
    if (kept.browser !== undefined && kept.browser === before)
      return { state: { kind: 'done', returnTo } };
    if (browser === undefined || (kept.browser !== undefined && kept.browser !== browser))
      return { state: { kind: 'another_browser' } };
    if (kept.signedIn) return { state: { kind: 'done', returnTo } };
    return { kept, browser };
  }

  async function settled(flow: string, kept: Kept, outcome: LoginOutcome): Promise<LoginState> {
    const refusal = outcome.kind === 'refused' ? outcome.reason : undefined;
    await audit.record({
      event: 'login',
      outcome: refusal === undefined ? 'ok' : 'refused',
      principal: outcome.person?.principal,
      target: [way.name, ...(refusal === undefined ? [] : [refusal])].join(': '),
    });
    if (outcome.kind === 'person') {
      return { kind: 'person', flow, person: outcome.person, returnTo: kept.returnTo };
    }
    // the next look begins anew
    const { attempt: _over, ...fresh } = kept;
    await flows.update(LOGIN, flow, fresh);
    return { kind: 'refused', flow, reason: outcome.reason };
  }

  async function lookBeside(
    flow: string,
    kept: Kept,
    browser: string,
    mayOpen: () => boolean,
  ): Promise<LoginState> {
    if (way.kind !== 'window') throw new Error('This way leads through redirects.');
    let { attempt } = kept;
    if (attempt === undefined) {
      if (!mayOpen()) return { kind: 'too_many' };
      // of all tabs and replicas one opens it
      if (!(await flows.claimPoll(LOGIN, flow, OPEN_SECONDS))) return { kind: 'opening' };
      attempt = await way.start(kept);
      await flows.update(LOGIN, flow, { ...kept, browser, attempt });
    }
    const progress = await way.progress(attempt);
    if (progress === undefined) return { kind: 'gone' };
    const { loginUrl, code } = progress;
    const outcome = progress.granted ? await way.settle(attempt) : undefined;
    return outcome === undefined
      ? { kind: 'window', request: kept, loginUrl, code }
      : settled(flow, { ...kept, browser }, outcome);
  }

  return {
    async url(request) {
      const payload: Kept = checkedRequest(request);
      const flow = await flows.start({ kind: LOGIN, payload });
      return `${publicUrl}/oauth/login?${new URLSearchParams({ flow }).toString()}`;
    },

    async look(flow, browsers, mayOpen = () => true) {
      const found = await ours(flow, browsers);
      if ('state' in found) return found.state;
      if (way.kind === 'window') return lookBeside(flow, found.kept, found.browser, mayOpen);
      const { provider } = way;
      return { kind: 'redirect', request: found.kept, provider, target: await way.target() };
    },

    async hasNews(flow, browsers) {
      const found = await ours(flow, browsers);
      if ('state' in found) return found.state.kind !== 'another_browser';
      const { attempt, browser: owner } = found.kept;
      if (way.kind !== 'window' || attempt === undefined || owner === undefined) return false;
      return (await way.progress(attempt))?.granted !== false;
    },

    async begin(flow, browsers) {
      const found = await ours(flow, browsers);
      if ('state' in found) return found.state;
      const { browser } = found;
      if (way.kind !== 'redirect') return { kind: 'gone' };
      await flows.update(LOGIN, flow, { ...found.kept, browser });
      const secrets = { verifier: newVerifier(), nonce: newVerifier() };
      const payload: SetOff = { ...secrets, flow, browser };
      const state = await flows.start({ kind: STATE, payload });
      return { url: await way.address(state, secrets) };
    },

    async callback(query, browsers) {
      const state = query.getAll('state');
      const [only] = state;
      if (way.kind !== 'redirect' || only === undefined || state.length > 1)
        return { kind: 'gone' };
      const seen = (await flows.peek<SetOff>(STATE, only))?.payload;
      if (seen === undefined) return { kind: 'gone' };
      // another browser does not even use the state up
      if (!browsers.includes(seen.browser)) return { kind: 'another_browser' };
      const setOff = (await flows.take<SetOff>(STATE, only))?.payload;
      if (setOff === undefined) return { kind: 'gone' };
      const found = await ours(setOff.flow, browsers);
      if ('state' in found) return found.state;
      return settled(setOff.flow, found.kept, await way.settle(query, setOff));
    },

    async signedIn(flow, browser) {
      const kept = (await flows.peek<Kept>(LOGIN, flow))?.payload;
      if (kept === undefined) return;
      const { attempt: _over, ...rest } = kept;
      const done: Kept = { ...rest, browser, signedIn: true };
      await flows.update(LOGIN, flow, done);
    },

    sweep: (limit) => (way.kind === 'window' ? way.sweep(limit) : Promise.resolve(0)),
  };
}

/** For people who come by themselves. */
export const OWN_LOGIN: LoginRequest = { returnTo: OWN_PAGE };
