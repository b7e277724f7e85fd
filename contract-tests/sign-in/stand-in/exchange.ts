import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { secret } from './people.ts';

/** One browser at the stand-in. */
export interface BrowserState {
  readonly requestToken: string;
  userId?: string;
  loginName?: string;
  /** Password was right, second step is open. */
  halfway?: { readonly userId: string; readonly loginName: string };
  /** Login Flow v2: the login this browser opened, and the page it may grant from. */
  loginToken?: string;
  stateToken?: string;
  /** `oauth2` app: `state` of the client. */
  oauthState?: string;
  failedSecondStep?: boolean;
}

/** A request, read, with the means to answer it; these give true, for handlers say whether they answered. */
export interface Exchange {
  readonly method: string;
  /** Without `/index.php`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The body as a form or as a JSON object. */
  readonly form: URLSearchParams;
  /** `http://host:port` as the request named it. */
  readonly root: string;
  readonly browser: BrowserState;
  json(status: number, body: unknown, headers?: Readonly<Record<string, string>>): true;
  html(status: number, page: string, headers?: Readonly<Record<string, string>>): true;
  /** 303, as Nextcloud sends its redirects. */
  redirect(to: string): true;
}

const COOKIE = 'stand_in_session';
const FORM_POLICY =
  "default-src 'none';base-uri 'none';style-src 'self' 'unsafe-inline';frame-ancestors 'self';form-action 'self'";

/** Browsers by the value of their session cookie. */
export type Browsers = Map<string, BrowserState>;

export async function readExchange(
  request: IncomingMessage,
  response: ServerResponse,
  browsers: Browsers,
): Promise<Exchange> {
  const root = `http://${request.headers.host ?? ''}`;
  const url = new URL(request.url ?? '/', root);
  const body = await text(request);
  const { id, state } = browserOf(request, browsers);
  const send = (status: number, headers: Record<string, string>, answer: string): true => {
    const cookie = `${COOKIE}=${id}; path=/; HttpOnly; SameSite=Lax`;
    response.writeHead(status, {
      'Cache-Control': 'no-cache, no-store, must-revalidate',
      ...(status === 401 ? {} : { 'Set-Cookie': cookie }),
      ...headers,
    });
    response.end(answer);
    return true;
  };
  return {
    method: request.method ?? 'GET',
    path: url.pathname.replace(/^\/index\.php(?=\/)/, ''),
    query: url.searchParams,
    headers: request.headers,
    body,
    form: formOf(request.headers['content-type'] ?? '', body),
    root,
    browser: state,
    json: (status, value, headers = {}) =>
      send(
        status,
        { 'Content-Type': 'application/json; charset=utf-8', ...headers },
        JSON.stringify(value),
      ),
    html: (status, page, headers = {}) =>
      send(
        status,
        {
          'Content-Type': 'text/html; charset=UTF-8',
          'Content-Security-Policy': FORM_POLICY,
          ...headers,
        },
        page,
      ),
    redirect: (to) => send(303, { Location: new URL(to, root).href }, ''),
  };
}

function browserOf(
  request: IncomingMessage,
  browsers: Browsers,
): { id: string; state: BrowserState } {
  const sent = (request.headers.cookie ?? '')
    .split(/; */)
    .find((pair) => pair.startsWith(`${COOKIE}=`))
    ?.slice(COOKIE.length + 1);
  const known = sent === undefined ? undefined : browsers.get(sent);
  if (sent !== undefined && known !== undefined) return { id: sent, state: known };
  const id = secret(26);
  const state: BrowserState = { requestToken: secret(40) };
  browsers.set(id, state);
  return { id, state };
}

function formOf(type: string, body: string): URLSearchParams {
  if (!type.startsWith('application/json')) return new URLSearchParams(body);
  const value = JSON.parse(body === '' ? '{}' : body) as Record<string, unknown>;
  const pairs = Object.entries(value).map(([name, one]): [string, string] => [name, String(one)]);
  return new URLSearchParams(pairs);
}
