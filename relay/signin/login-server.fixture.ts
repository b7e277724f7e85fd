import type { ServerResponse } from 'node:http';
import { json, ocs, startLocalServer } from '../nextcloud/local-server.fixture.ts';
import type { LocalServer } from '../nextcloud/local-server.fixture.ts';

export interface LoginServer extends LocalServer {
  /** Somebody logs in and grants the login that was started last. */
  grant(loginName: string, userId?: string): void;
  /** Somebody logs in at the `oauth2` app and grants: gives the address their browser is sent to. */
  authorize(url: string, userId: string): URL;
  /** App passwords and access tokens that are good now, by user id. */
  readonly good: Map<string, string>;
  /** What Nextcloud tells of people, where it is not just their id. */
  readonly people: Map<string, { readonly displayname: string; readonly groups: string[] }>;
  /** Seconds that an access token lives; what it says, nothing ends by itself here. */
  tokenSeconds: number;
  /** Answers everything with this status while it is set. */
  broken: number | undefined;
}

/** The client of the `oauth2` app. */
export const OAUTH2_CLIENT = { clientId: 'gateway-at-nextcloud', secret: 'secret-of-the-gateway' };

/** A server that speaks Login Flow v2 and `oauth2` as Nextcloud 32 was seen to; nobody has to click. */
export async function startLoginServer(): Promise<LoginServer> {
  const good = new Map<string, string>();
  const people: LoginServer['people'] = new Map();
  const granted = new Map<string, { loginName: string; appPassword: string }>();
  const how: Pick<LoginServer, 'tokenSeconds' | 'broken'> = {
    tokenSeconds: 3600,
    broken: undefined,
  };
  const oauth2 = oauth2App(good, () => how.tokenSeconds);
  let started = 0;
  const server = await startLocalServer((request, response) => {
    const url = `http://${request.headers.host ?? ''}`;
    const path = request.url.split('?')[0];
    const form = new URLSearchParams(request.body.toString());
    if (how.broken !== undefined) {
      json(response, how.broken, {});
    } else if (path === '/index.php/login/v2') {
      started += 1;
      const token = `poll-token-${String(started)}`;
      const login = `${url}/index.php/login/v2/flow/${String(started)}`;
      json(response, 200, { poll: { token, endpoint: `${url}/login/v2/poll` }, login });
    } else if (path === '/index.php/login/v2/poll') {
      const token = form.get('token') ?? '';
      const login = granted.get(token);
      granted.delete(token);
      json(
        response,
        login === undefined ? 404 : 200,
        login === undefined ? [] : { server: url, ...login },
      );
    } else if (path === '/index.php/apps/oauth2/api/v1/token') {
      oauth2.token(form, response);
    } else {
      const secret = secretOf(request.headers.authorization);
      const userId = good.get(secret);
      if (userId === undefined) ocs(response, [], 401, 'Current user is not logged in');
      else if (request.method === 'DELETE') ocs(response, good.delete(secret) ? [] : []);
      else ocs(response, { id: userId, displayname: userId, groups: [], ...people.get(userId) });
    }
  });
  return Object.assign(how, server, {
    good,
    people,
    grant(loginName: string, userId = loginName) {
      const appPassword = `app-password-${String(started)}-of-${userId}`;
      good.set(appPassword, userId);
      granted.set(`poll-token-${String(started)}`, { loginName, appPassword });
    },
    authorize: oauth2.authorize,
  });
}

function secretOf(authorization = ''): string {
  if (authorization.startsWith('Bearer ')) return authorization.slice(7);
  const [, password = ''] = Buffer.from(authorization.slice(6), 'base64').toString().split(':');
  return password;
}

/** Codes and refresh tokens are one thing to Nextcloud: each opens one access token, once. */
function oauth2App(good: Map<string, string>, seconds: () => number) {
  const opens = new Map<string, string>();
  let made = 0;

  function give(userId: string, response: ServerResponse): void {
    made += 1;
    const [access_token, refresh_token] = [`access-${made}`, `refresh-${made}`];
    good.set(access_token, userId);
    opens.set(refresh_token, access_token);
    const kind = { token_type: 'Bearer', expires_in: seconds(), user_id: userId };
    json(response, 200, { access_token, refresh_token, ...kind });
  }

  return {
    authorize: (url: string, userId: string): URL => {
      const query = new URL(url).searchParams;
      const back = new URL(query.get('redirect_uri') ?? '');
      made += 1;
      const [code, token] = [`code-${made}`, `not-given-out-${made}`];
      good.set(token, userId);
      opens.set(code, token);
      back.searchParams.set('state', query.get('state') ?? '');
      back.searchParams.set('code', code);
      return back;
    },
    token(form: URLSearchParams, response: ServerResponse): void {
      const isClient =
        form.get('client_id') === OAUTH2_CLIENT.clientId &&
        form.get('client_secret') === OAUTH2_CLIENT.secret;
      const given = form.get('code') ?? form.get('refresh_token') ?? '';
      const token = opens.get(given);
      const userId = token === undefined ? undefined : good.get(token);
      if (!isClient) json(response, 400, { error: 'invalid_client' });
      else if (token === undefined || userId === undefined) {
        json(response, 400, { error: 'invalid_request' });
      } else {
        opens.delete(given);
        good.delete(token);
        give(userId, response);
      }
    },
  };
}
