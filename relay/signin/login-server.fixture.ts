import { json, ocs, startLocalServer } from '../nextcloud/local-server.fixture.ts';
import type { LocalServer } from '../nextcloud/local-server.fixture.ts';

export interface LoginServer extends LocalServer {
  /** Somebody logs in and grants the login that was started last. */
  grant(loginName: string, userId?: string): void;
  /** App passwords that are good now, by user id. */
  readonly good: Map<string, string>;
}

/** A server that speaks Login Flow v2 as Nextcloud 32 was seen to; nobody has to click. */
export async function startLoginServer(): Promise<LoginServer> {
  const good = new Map<string, string>();
  const granted = new Map<string, { loginName: string; appPassword: string }>();
  let started = 0;
  const server = await startLocalServer((request, response) => {
    const url = `http://${request.headers.host ?? ''}`;
    const path = request.url.split('?')[0];
    if (path === '/index.php/login/v2') {
      started += 1;
      const token = `poll-token-${String(started)}`;
      const login = `${url}/index.php/login/v2/flow/${String(started)}`;
      json(response, 200, { poll: { token, endpoint: `${url}/login/v2/poll` }, login });
    } else if (path === '/index.php/login/v2/poll') {
      const token = new URLSearchParams(request.body.toString()).get('token') ?? '';
      const login = granted.get(token);
      granted.delete(token);
      json(
        response,
        login === undefined ? 404 : 200,
        login === undefined ? [] : { server: url, ...login },
      );
    } else {
      const [, password = ''] = Buffer.from(request.headers.authorization?.slice(6) ?? '', 'base64')
        .toString()
        .split(':');
      const userId = good.get(password);
      if (userId === undefined) ocs(response, [], 401, 'Current user is not logged in');
      else if (request.method === 'DELETE') ocs(response, good.delete(password) ? [] : []);
      else ocs(response, { id: userId });
    }
  });
  return Object.assign(server, {
    good,
    grant(loginName: string, userId = loginName) {
      const appPassword = `app-password-${String(started)}-of-${userId}`;
      good.set(appPassword, userId);
      granted.set(`poll-token-${String(started)}`, { loginName, appPassword });
    },
  });
}
