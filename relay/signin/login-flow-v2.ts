import { RelayError } from '../errors.ts';
import type { NextcloudServer } from '../nextcloud/connect.ts';
import type { HttpClient } from '../nextcloud/http.ts';
import type { Credential } from '../nextcloud/credential.ts';
import { singleUser } from '../credentials/single-user.ts';

/** A login under way at Nextcloud. The poll token is a secret: whoever has it gets the app password. */
interface StartedLogin {
  readonly pollToken: string;
  /** To be opened in the person's browser. */
  readonly loginUrl: string;
}

/** What a login gave: an app password with the rights of the whole account. */
export interface GrantedLogin {
  /** As the person typed it; Basic works with nothing else. */
  readonly loginName: string;
  readonly appPassword: string;
}

export interface LoginFlow {
  /** `device`: what Nextcloud shows on its pages and in the list of devices, 120 characters at most. */
  start(device: string): Promise<StartedLogin>;
  /** Undefined while nobody granted it. Nextcloud gives the answer once and forgets it: keep it before all else. */
  poll(pollToken: string): Promise<GrantedLogin | undefined>;
  /** The user id behind a login; differs from the login name for mail addresses. */
  userId(login: GrantedLogin): Promise<string>;
  /** Makes the app password worthless. False when Nextcloud did not know it any more. */
  withdraw(login: GrantedLogin): Promise<boolean>;
}

export interface LoginFlowOptions {
  readonly server: NextcloudServer;
  readonly http: HttpClient;
  /** Root of the Nextcloud as this process reaches it. */
  readonly baseUrl: string;
  /** As browsers reach it. */
  readonly publicUrl: string;
}

/** How long Nextcloud keeps a started login, whatever we say. */
export const LOGIN_LIFE_SECONDS = 1200;

/** Nextcloud cuts what is longer. */
export const LONGEST_DEVICE = 120;

/** Nextcloud's Login Flow v2: works on every server, without an administrator. */
export function loginFlowV2(options: LoginFlowOptions): LoginFlow {
  const { http, server, baseUrl } = options;
  // the login name goes as it is; `cacheKey` keeps this session's cookies to itself
  const as = (login: GrantedLogin) => server.as(credentialOf(login));

  return {
    async start(device) {
      const answer = await http.send({
        method: 'POST',
        url: `${baseUrl}/index.php/login/v2`,
        headers: { 'User-Agent': headerText(device), Accept: 'application/json' },
        maxResponseBytes: 64 * 1024,
      });
      const body = answer.status === 200 ? objectIn(answer.bytes) : undefined;
      const pollToken = (body?.poll as { token?: unknown } | undefined)?.token;
      if (typeof pollToken !== 'string' || typeof body?.login !== 'string') {
        throw new RelayError('upstream_error', 'Nextcloud does not start a login.', {
          status: answer.status,
        });
      }
      return { pollToken, loginUrl: publicLogin(body.login, options) };
    },
    async poll(pollToken) {
      // not the endpoint from the answer: that follows Nextcloud's idea of its address, ours is known to work
      const answer = await http.send({
        method: 'POST',
        url: `${baseUrl}/index.php/login/v2/poll`,
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded',
          Accept: 'application/json',
        },
        body: new URLSearchParams({ token: pollToken }).toString(),
        maxResponseBytes: 64 * 1024,
      });
      if (answer.status !== 200) return undefined;
      const body = objectIn(answer.bytes);
      const { loginName, appPassword } = body ?? {};
      return typeof loginName === 'string' && typeof appPassword === 'string'
        ? { loginName, appPassword }
        : undefined;
    },
    userId: (login) => as(login).userId(),
    async withdraw(login) {
      try {
        const path = '/ocs/v2.php/core/apppassword?format=json';
        await as(login).exchange.send({ method: 'DELETE', path });
        return true;
      } catch (error) {
        if (error instanceof RelayError && error.code === 'unauthorized') return false;
        throw error;
      }
    },
  };
}

function credentialOf({ loginName, appPassword }: GrantedLogin): Credential {
  return singleUser(loginName, appPassword);
}

/** Header values are Latin-1 without control characters; a client's name may be anything. */
function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, LONGEST_DEVICE);
}

/** The link a browser can open. Anywhere but at this Nextcloud it would be phishing with our name on it. */
function publicLogin(login: string, { baseUrl, publicUrl }: LoginFlowOptions): string {
  for (const base of [publicUrl, baseUrl]) {
    if (login.startsWith(`${base}/`)) return publicUrl + login.slice(base.length);
  }
  const hosts = [baseUrl, publicUrl].map((base) => new URL(base).origin);
  const origin = URL.parse(login)?.origin;
  if (origin !== undefined && hosts.includes(origin)) {
    return new URL(publicUrl).origin + login.slice(origin.length);
  }
  throw new RelayError('configuration', 'Nextcloud names another address for its login.', {
    hint: 'Set NEXTCLOUD_PUBLIC_URL to the address in Nextcloud’s overwrite.cli.url.',
    details: { origin: origin ?? 'not a URL' },
  });
}

function objectIn(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
