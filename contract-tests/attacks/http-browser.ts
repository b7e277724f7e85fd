import type { Answer, Sent } from '../auth/gateway.ts';
import { ROOT } from '../auth/identity-provider.ts';

/** Takes requests to the gateway. */
export interface Gateway {
  send(sent: Sent): Promise<Answer>;
}

/** Where a browser ended: a page of the gateway, or an address outside, which it did not open. */
export interface Visit {
  readonly url: URL;
  /** 0 outside. */
  readonly status: number;
  readonly text: string;
  readonly headers: Answer['headers'];
}

type Headers = Readonly<Record<string, string>>;

const MOST_STEPS = 12;

/** As much of a browser as an attack needs, and no more scruples than its user: any cookie, any header, any form. */
export class HttpBrowser {
  /** By name and path. */
  readonly cookies = new Map<string, { name: string; value: string; path: string }>();
  /** Every `Set-Cookie` line so far. */
  readonly given: string[] = [];
  readonly #gateway: Gateway;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  /** One request, wherever it leads. */
  async request(sent: Sent): Promise<Answer> {
    const path = sent.path ?? '/';
    const cookie = this.#cookiesFor(path.split('?')[0] ?? '/');
    const headers = { Accept: 'text/html', 'Content-Type': undefined, Cookie: cookie };
    const answer = await this.#gateway.send({ ...sent, headers: { ...headers, ...sent.headers } });
    for (const line of answer.headers['set-cookie'] ?? []) this.#keep(line);
    return answer;
  }

  get(path: string, headers: Headers = {}): Promise<Answer> {
    return this.request({ method: 'GET', path, headers });
  }

  post(path: string, fields: Form, headers: Headers = {}): Promise<Answer> {
    const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams(fields).toString();
    return this.request({ method: 'POST', path, body, headers: { ...type, ...headers } });
  }

  /** Follows redirects and refreshes as long as they stay at the gateway. */
  async follow(address: string | URL, form?: Form, headers: Headers = {}): Promise<Visit> {
    let url = new URL(address, ROOT);
    let fields = form;
    for (let step = 0; step < MOST_STEPS; step += 1) {
      if (url.origin !== ROOT) return { url, status: 0, text: '', headers: {} };
      const path = url.pathname + url.search;
      const answer =
        fields === undefined
          ? await this.get(path, headers)
          : await this.post(path, fields, headers);
      fields = undefined;
      const refresh = String(answer.headers['refresh'] ?? '').split('url=')[1];
      const next = answer.headers.location ?? refresh;
      if (next === undefined)
        return { url, status: answer.status, text: answer.text, headers: answer.headers };
      url = new URL(next, url);
    }
    throw new Error('The browser goes round in circles.');
  }

  /** Sends the form of a page whose address ends so, with the boxes ticked there, or these. */
  submit(page: Visit, action: string, scopes?: readonly string[]): Promise<Visit> {
    const form = formOf(page, action);
    const ticked = scopes ?? tickedOn(page);
    const fields: [string, string][] = [['csrf', form.csrf]];
    return this.follow(form.action, [
      ...fields,
      ...ticked.map((one): [string, string] => ['scope', one]),
    ]);
  }

  /** The cookie that says who sits here. */
  get session(): string | undefined {
    return this.cookies.get('__Host-session /')?.value;
  }

  /** As an attacker’s neighbouring site or a first visit at their hands might do. */
  plant(name: string, value: string, path = '/'): void {
    this.cookies.set(`${name} ${path}`, { name, value, path });
  }

  #cookiesFor(path: string): string | undefined {
    const pairs = [...this.cookies.values()]
      .filter((one) => path === one.path || path.startsWith(one.path.replace(/\/?$/, '/')))
      .map(({ name, value }) => `${name}=${value}`);
    return pairs.length === 0 ? undefined : pairs.join('; ');
  }

  #keep(line: string): void {
    this.given.push(line);
    const [pair = '', ...attributes] = line.split(/; */);
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const attribute = (wanted: string): string | undefined =>
      attributes.find((one) => one.toLowerCase().startsWith(`${wanted}=`))?.split('=')[1];
    const path = attribute('path') ?? '/';
    const isOver = Date.parse(attribute('expires') ?? '9999-01-01') < Date.now();
    if (isOver) this.cookies.delete(`${name} ${path}`);
    else this.cookies.set(`${name} ${path}`, { name, value, path });
  }
}

export type Form = Readonly<Record<string, string>> | readonly [string, string][];

/** The form of a page whose address ends so. */
export function formOf(page: Visit, action: string): { action: string; csrf: string } {
  const forms = [...page.text.matchAll(/<form [^>]*?action="([^"]+)"[\s\S]*?<\/form>/g)];
  const found = forms.find(([, target]) => target?.endsWith(action) === true);
  if (found?.[1] === undefined)
    throw new Error(
      `no form for ${action} on ${page.url.href} (${String(page.status)}): ${page.text}`,
    );
  return { action: found[1], csrf: /name="csrf" value="([^"]*)"/.exec(found[0])?.[1] ?? '' };
}

/** Scopes that a consent page offers. */
export function offeredOn(page: Visit): readonly string[] {
  return scopesIn(page, /name="scope" value="([^"]+)"/g);
}

function tickedOn(page: Visit): readonly string[] {
  return scopesIn(page, /name="scope" value="([^"]+)" checked/g);
}

function scopesIn(page: Visit, pattern: RegExp): readonly string[] {
  return [...page.text.matchAll(pattern)].map(([, scope]) => scope ?? '');
}
