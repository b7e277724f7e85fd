import { expect } from 'chai';
import express from 'express';
import { silentLogger } from '../../log.ts';
import type { LoginService } from '../../signin/login/login-service.ts';
import type { StoreBed } from '../../store/testing/every-store.ts';
import { browserSessions } from '../browser-session.ts';
import type { BrowserSessions } from '../browser-session.ts';
import { listen } from '../listen.ts';
import type { Listening } from '../listen.ts';
import { loginRoutes } from './login.ts';

/** A gateway that has nothing but its login. */
export interface LoginGateway {
  readonly url: string;
  readonly sessions: BrowserSessions;
  /** Before anything is asked. */
  use(login: LoginService, nextcloudUrl: string): void;
  browser(): Browser;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  /** Path and query when it is on the gateway, else the whole address. */
  readonly location: string | undefined;
  readonly text: string;
  readonly headers: Headers;
}

/** Something with cookies of its own that does not follow redirects. */
export interface Browser {
  readonly cookies: Map<string, string>;
  open(path: string): Promise<Answer>;
  /** Sends a form, with the token of the page that was opened last unless told. */
  post(path: string, form?: Readonly<Record<string, string>>): Promise<Answer>;
}

export async function startLoginGateway(bed: StoreBed): Promise<LoginGateway> {
  const app = express();
  const listening: Listening = await listen(app, '127.0.0.1', 0);
  const { url } = listening;
  const sessions = browserSessions({
    sessions: bed.store.sessions,
    publicUrl: url,
    idleSeconds: 3600,
    lifeSeconds: 8 * 3600,
  });
  return {
    url,
    sessions,
    use(login, nextcloudUrl) {
      const { seconds: now } = bed;
      app.use(
        loginRoutes({ login, sessions, publicUrl: url, nextcloudUrl, now, log: silentLogger }),
      );
      app.get('/user/page', async (request, response) => {
        response.json((await sessions.of(request)) ?? {});
      });
    },
    browser: () => newBrowser(url),
    close: () => listening.stop(0, () => Promise.resolve()),
  };
}

function newBrowser(gateway: string): Browser {
  const cookies = new Map<string, string>();
  let csrf = '';

  async function send(path: string, init: RequestInit): Promise<Answer> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const url = new URL(path, gateway);
    const answer = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    const text = await answer.text();
    csrf = /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? csrf;
    const location = answer.headers.get('location') ?? undefined;
    return {
      status: answer.status,
      location: location?.replace(gateway, ''),
      text,
      headers: answer.headers,
    };
  }

  return {
    cookies,
    open: (path) => send(path, {}),
    post: (path, form = { csrf }) =>
      send(path, { method: 'POST', body: new URLSearchParams(form) }),
  };
}

/** Follows a redirect that has to be there. */
export async function followed(browser: Browser, answer: Answer): Promise<Answer> {
  expect(answer.status).to.equal(303);
  return browser.open(answer.location ?? '');
}
