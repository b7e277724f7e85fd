import type { Exchange } from './exchange.ts';
import { wantsLogin } from './login.ts';
import { forbiddenPage, grantPage, pickerPage } from './pages.ts';
import { secret } from './people.ts';
import type { DeviceToken, People } from './people.ts';

/** A client that an administrator registered. */
export interface RegisteredClient {
  readonly id: string;
  readonly secret: string;
  readonly name: string;
  readonly redirectUri: string;
}

export interface Oauth2App {
  register(name: string, redirectUri: string): RegisteredClient;
  /** True when it answered. */
  answer(exchange: Exchange): boolean;
}

interface Issued {
  readonly client: RegisteredClient;
  readonly token: DeviceToken;
  /** The authorization code first, then the refresh token; each is good once. */
  code: string;
  delivered: boolean;
}

const TOKEN_SECONDS = 3600;

/** The core `oauth2` app: same tab, `state`, and an answer to the client's address. */
export function oauth2App(people: People, now: () => number): Oauth2App {
  const clients: RegisteredClient[] = [];
  const issued: Issued[] = [];
  const clientOf = (id: string | null): RegisteredClient | undefined =>
    clients.find((one) => one.id === id);

  function authorize(exchange: Exchange): boolean {
    const { query, browser } = exchange;
    const client = clientOf(query.get('client_id'));
    if (client === undefined) {
      const message = 'Your client is not authorized to connect.';
      return exchange.html(200, forbiddenPage(message));
    }
    const state = query.get('state') ?? '';
    if (query.get('response_type') !== 'code') {
      return exchange.redirect(
        `${client.redirectUri}?error=unsupported_response_type&state=${state}`,
      );
    }
    browser.oauthState = state;
    const next = { clientIdentifier: client.id, providedRedirectUri: '' };
    return exchange.redirect(`/login/flow?${new URLSearchParams(next).toString()}`);
  }

  function pick(exchange: Exchange): boolean {
    const client = clientOf(exchange.query.get('clientIdentifier'));
    if (client === undefined) return exchange.html(403, forbiddenPage('Access forbidden'));
    const stateToken = (exchange.browser.stateToken = secret(64));
    const fields = { stateToken, clientIdentifier: client.id, direct: '0' };
    return exchange.html(200, pickerPage(client.name, '/login/flow/grant', fields));
  }

  function showGrant(exchange: Exchange): boolean {
    if (wantsLogin(exchange)) return true;
    const { browser, query, root } = exchange;
    const client = clientOf(query.get('clientIdentifier'));
    const stateToken = query.get('stateToken') ?? '';
    if (client === undefined || stateToken !== browser.stateToken) {
      return exchange.html(403, forbiddenPage('State token does not match'));
    }
    const { id: userId, displayName } = people.byId(browser.userId ?? '');
    const { requestToken: requesttoken } = browser;
    const fields = { requesttoken, stateToken, clientIdentifier: client.id };
    const action = `${root}/login/flow`;
    const page = grantPage({ client: client.name, userId, displayName, action, fields });
    // the answer to the form is a redirect to the client, which browsers count as the form's target
    return exchange.html(200, page, {
      'Content-Security-Policy': `default-src 'none';frame-ancestors 'self';form-action 'self' ${new URL(client.redirectUri).origin}`,
    });
  }

  function grant(exchange: Exchange): boolean {
    const { browser, form } = exchange;
    const client = clientOf(form.get('clientIdentifier'));
    const right =
      form.get('requesttoken') === browser.requestToken &&
      form.get('stateToken') === browser.stateToken;
    if (client === undefined || browser.userId === undefined || !right) {
      return exchange.html(403, forbiddenPage('State token does not match'));
    }
    delete browser.stateToken;
    const token = people.issue(browser.userId, browser.loginName ?? browser.userId, client.name);
    const code = secret(128);
    issued.push({ client, token, code, delivered: false });
    const query = new URLSearchParams({ state: browser.oauthState ?? '', code });
    delete browser.oauthState;
    const joint = client.redirectUri.includes('?') ? '&' : '?';
    return exchange.redirect(`${client.redirectUri}${joint}${query.toString()}`);
  }

  function giveToken(exchange: Exchange): boolean {
    const { form, headers } = exchange;
    const bad = (error: string): boolean => exchange.json(400, { error });
    const type = form.get('grant_type');
    if (type !== 'authorization_code' && type !== 'refresh_token') return bad('invalid_grant');
    const offered = form.get(type === 'refresh_token' ? 'refresh_token' : 'code');
    const found = issued.find(({ code }) => code === offered);
    if (found === undefined || (type === 'authorization_code' && found.delivered)) {
      return bad('invalid_request');
    }
    const [id, password] = basicOf(headers.authorization) ?? [
      form.get('client_id'),
      form.get('client_secret'),
    ];
    if (id !== found.client.id || password !== found.client.secret) return bad('invalid_client');
    if (!people.tokens.includes(found.token)) return bad('invalid_request');
    Object.assign(found.token, { secret: secret(72), expires: now() + TOKEN_SECONDS });
    Object.assign(found, { code: secret(128), delivered: true });
    return exchange.json(200, {
      access_token: found.token.secret,
      token_type: 'Bearer',
      expires_in: TOKEN_SECONDS,
      refresh_token: found.code,
      user_id: found.token.userId,
    });
  }

  return {
    register(name, redirectUri) {
      const client = { id: secret(64), secret: secret(64), name, redirectUri };
      clients.push(client);
      return client;
    },
    answer(exchange) {
      const { method, path } = exchange;
      if (path === '/apps/oauth2/authorize') return authorize(exchange);
      if (path === '/apps/oauth2/api/v1/token' && method === 'POST') return giveToken(exchange);
      if (path === '/login/flow/grant') return showGrant(exchange);
      return path === '/login/flow' && (method === 'POST' ? grant(exchange) : pick(exchange));
    },
  };
}

export function basicOf(header: string | undefined): [string, string] | undefined {
  if (header?.startsWith('Basic ') !== true) return undefined;
  const pair = Buffer.from(header.slice(6), 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return [pair.slice(0, colon), pair.slice(colon + 1)];
}
