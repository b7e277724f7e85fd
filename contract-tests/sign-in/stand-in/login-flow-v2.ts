import type { Exchange } from './exchange.ts';
import { wantsLogin } from './login.ts';
import { donePage, forbiddenPage, grantPage, pickerPage } from './pages.ts';
import { secret } from './people.ts';
import type { People } from './people.ts';

interface Flow {
  readonly client: string;
  readonly pollToken: string;
  readonly loginToken: string;
  readonly expires: number;
  granted?: { readonly loginName: string; readonly appPassword: string };
}

/** A flow lives that long from its start. */
const LIFE_SECONDS = 1200;
const EXPIRED = 'Your login token is invalid or has expired';

/** Login Flow v2. The function is true when it answered. */
export function loginFlowV2(people: People, now: () => number): (exchange: Exchange) => boolean {
  const flows = new Set<Flow>();
  const open = (wanted: (flow: Flow) => boolean): Flow | undefined =>
    [...flows].find((flow) => wanted(flow) && flow.expires > now());

  function start(exchange: Exchange): boolean {
    const [pollToken, loginToken] = [secret(128), secret(128)];
    const client = exchange.headers['user-agent'] ?? 'unknown';
    flows.add({ client, pollToken, loginToken, expires: now() + LIFE_SECONDS });
    return exchange.json(200, {
      poll: { token: pollToken, endpoint: `${exchange.root}/login/v2/poll` },
      login: `${exchange.root}/login/v2/flow/${loginToken}`,
    });
  }

  function poll(exchange: Exchange): boolean {
    const flow = open(({ pollToken }) => pollToken === exchange.form.get('token'));
    if (flow?.granted === undefined) return exchange.json(404, []);
    flows.delete(flow);
    return exchange.json(200, { server: exchange.root, ...flow.granted });
  }

  function land(exchange: Exchange, loginToken: string): boolean {
    if (open((flow) => flow.loginToken === loginToken) === undefined) return expired(exchange);
    exchange.browser.loginToken = loginToken;
    return exchange.redirect('/login/v2/flow?user=&direct=0');
  }

  function ofBrowser({ browser }: Exchange): Flow | undefined {
    return open((flow) => flow.loginToken === browser.loginToken && flow.granted === undefined);
  }

  function pick(exchange: Exchange): boolean {
    const flow = ofBrowser(exchange);
    if (flow === undefined) return expired(exchange);
    const stateToken = (exchange.browser.stateToken = secret(64));
    const fields = { user: '', direct: '0', stateToken };
    return exchange.html(200, pickerPage(flow.client, '/login/v2/grant', fields));
  }

  function grant(exchange: Exchange): boolean {
    if (wantsLogin(exchange)) return true;
    const { browser, method, form, query, headers, root } = exchange;
    const stateToken = (method === 'POST' ? form : query).get('stateToken') ?? '';
    if (browser.stateToken === undefined || stateToken !== browser.stateToken) {
      return exchange.html(403, forbiddenPage('State token does not match'));
    }
    const flow = ofBrowser(exchange);
    if (flow === undefined) return expired(exchange);
    const { id, displayName } = people.byId(browser.userId ?? '');
    if (method === 'GET') {
      const fields = { requesttoken: browser.requestToken, stateToken };
      const view = { client: flow.client, userId: id, displayName, fields };
      return exchange.html(200, grantPage({ ...view, action: `${root}/login/v2/grant` }));
    }
    const foreign = headers.origin !== undefined && headers.origin !== root;
    if (foreign || form.get('requesttoken') !== browser.requestToken) {
      return exchange.json(412, { message: 'CSRF check failed' });
    }
    delete browser.loginToken;
    delete browser.stateToken;
    const loginName = browser.loginName ?? id;
    const token = people.issue(id, loginName, flow.client);
    flow.granted = { loginName, appPassword: token.secret };
    return exchange.html(200, donePage());
  }

  return (exchange) => {
    const { method, path } = exchange;
    const loginToken = /^\/login\/v2\/flow\/(\w+)$/.exec(path)?.[1];
    if (path === '/login/v2' && method === 'POST') return start(exchange);
    if (path === '/login/v2/poll' && method === 'POST') return poll(exchange);
    if (loginToken !== undefined) return land(exchange, loginToken);
    if (path === '/login/v2/flow') return pick(exchange);
    return path === '/login/v2/grant' && grant(exchange);
  };
}

function expired(exchange: Exchange): boolean {
  return exchange.html(403, forbiddenPage(EXPIRED));
}
