import type { Account } from '../../contract-tests/gateway.ts';

/** Tries of a write that found SQLite busy; each waits a little longer. */
const TRIES = 12;

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Plain WebDAV as one user, beside the gateway: makes and counts what the gateway is measured on. */
export interface PlainDav {
  readonly user: string;
  /** @param path below `/remote.php/dav`, segments encoded */
  request(method: string, path: string, body?: string, headers?: Headers): Promise<Answer>;
  /** Names of everything directly in a collection, decoded; undefined when there is no such collection. */
  names(path: string): Promise<ReadonlySet<string> | undefined>;
}

type Headers = Readonly<Record<string, string>>;

export function plainDav(host: string, { username, password }: Account): PlainDav {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const once = async (method: string, path: string, body?: string, headers: Headers = {}) => {
    const response = await fetch(`${host}/remote.php/dav${path}`, {
      method,
      headers: { authorization, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, text: await response.text() };
  };
  const request: PlainDav['request'] = async (method, path, body, headers) => {
    for (let tries = 1; ; tries += 1) {
      const answer = await once(method, path, body, headers);
      const busy = answer.status >= 500 && answer.text.includes('database is locked');
      if (!busy || tries === TRIES) return answer;
      await new Promise((resolve) => setTimeout(resolve, 200 * tries));
    }
  };
  return {
    user: username,
    request,
    async names(path) {
      const { status, text } = await request('PROPFIND', path, ETAGS, { depth: '1' });
      if (status === 404) return undefined;
      must({ status, text }, 207, path);
      const hrefs = [...text.matchAll(/<d:href>([^<]+)<\/d:href>/g)].map(([, href = '']) => href);
      const own = hrefs.map((href) => decodeURIComponent(href.replace(/&amp;/g, '&')));
      return new Set(own.slice(1).map((href) => href.split('/').at(-1) ?? ''));
    },
  };
}

const ETAGS = '<d:propfind xmlns:d="DAV:"><d:prop><d:getetag/></d:prop></d:propfind>';

/** @throws Error with the answer's beginning when it has none of these statuses */
export function must(answer: Answer, status: number | readonly number[], what: string): Answer {
  if ([status].flat().includes(answer.status)) return answer;
  throw new Error(`${what}: ${answer.status} ${answer.text.slice(0, 500)}`);
}
