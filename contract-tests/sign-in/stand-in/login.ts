import type { Exchange } from './exchange.ts';
import { challengePage, loginPage } from './pages.ts';
import type { People } from './people.ts';

/** Nextcloud's login with its optional second step. True when it answered. */
export function answerLogin(exchange: Exchange, people: People): boolean {
  const { method, path, browser } = exchange;
  if (path === '/login') {
    return method === 'POST' ? takePassword(exchange, people) : showLogin(exchange);
  }
  if (path === '/login/challenge/totp') {
    if (browser.halfway === undefined) return exchange.redirect('/login');
    return method === 'POST' ? takeCode(exchange, people) : showChallenge(exchange);
  }
  if (path !== '/logout') return false;
  delete browser.userId;
  delete browser.loginName;
  delete browser.halfway;
  return exchange.redirect('/login');
}

/** Sends a browser that is not logged in to the login, to come back here. True when it did. */
export function wantsLogin(exchange: Exchange): boolean {
  if (exchange.browser.userId !== undefined) return false;
  const here = `${exchange.path}?${exchange.query.toString()}`;
  return exchange.redirect(`/login?${new URLSearchParams({ redirect_url: here }).toString()}`);
}

function showLogin(exchange: Exchange): boolean {
  const { query, browser } = exchange;
  const redirectUrl = query.get('redirect_url') ?? '';
  if (browser.userId !== undefined) return goOn(exchange, redirectUrl);
  const { requestToken } = browser;
  const [user, failed] = [query.get('user') ?? '', query.has('direct')];
  return exchange.html(200, loginPage({ requestToken, redirectUrl, user, failed }));
}

function takePassword(exchange: Exchange, people: People): boolean {
  const { form, browser } = exchange;
  const loginName = form.get('user') ?? '';
  const redirectUrl = form.get('redirect_url') ?? '';
  const account =
    form.get('requesttoken') === browser.requestToken
      ? people.loggingIn(loginName, form.get('password') ?? '')
      : undefined;
  if (account === undefined) {
    const again = { redirect_url: redirectUrl, direct: '1', user: loginName };
    return exchange.redirect(`/login?${new URLSearchParams(again).toString()}`);
  }
  if (account.oneTimeCode === undefined) {
    Object.assign(browser, { userId: account.id, loginName });
    return goOn(exchange, redirectUrl);
  }
  browser.halfway = { userId: account.id, loginName };
  const next = new URLSearchParams({ redirect_url: redirectUrl });
  return exchange.redirect(`/login/challenge/totp?${next.toString()}`);
}

function showChallenge(exchange: Exchange): boolean {
  const { browser } = exchange;
  const failed = browser.failedSecondStep === true;
  delete browser.failedSecondStep;
  return exchange.html(200, challengePage(browser.requestToken, failed));
}

function takeCode(exchange: Exchange, people: People): boolean {
  const { browser, form, query } = exchange;
  const { halfway } = browser;
  const right =
    halfway !== undefined &&
    people.byId(halfway.userId).oneTimeCode === form.get('challenge') &&
    form.get('requesttoken') === browser.requestToken;
  if (!right) {
    browser.failedSecondStep = true;
    return exchange.redirect(`/login/challenge/totp?${query.toString()}`);
  }
  Object.assign(browser, halfway);
  delete browser.halfway;
  return goOn(exchange, query.get('redirect_url') ?? '');
}

function goOn(exchange: Exchange, redirectUrl: string): boolean {
  return exchange.redirect(redirectUrl === '' ? '/' : redirectUrl);
}
