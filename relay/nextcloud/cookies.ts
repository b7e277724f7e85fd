import { CookieJar } from 'tough-cookie';

/** The cookies of one credential at one server. */
export interface SessionCookies {
  /** Value of the `Cookie` header, empty when there is none. */
  header(url: string): string;
  /** Keeps the `Set-Cookie` headers of an answer; malformed ones are dropped. */
  store(url: string, setCookies: readonly string[]): void;
}

/**
 * A jar per credential. Without it Nextcloud makes a session, and for a bearer token a row in `oc_authtoken` with a
 * new key pair, for every single request. The jars used longest ago are dropped first.
 */
export class CookieJars {
  readonly #jars = new Map<string, SessionCookies>();
  readonly #limit: number;

  constructor(limit = 1000) {
    this.#limit = limit;
  }

  for(cacheKey: string): SessionCookies {
    const jar = this.#jars.get(cacheKey) ?? createJar();
    this.#jars.delete(cacheKey);
    this.#jars.set(cacheKey, jar);
    if (this.#jars.size > this.#limit) {
      const [oldest] = this.#jars.keys();
      if (oldest !== undefined) this.#jars.delete(oldest);
    }
    return jar;
  }
}

function createJar(): SessionCookies {
  const jar = new CookieJar(undefined, { rejectPublicSuffixes: false, prefixSecurity: 'silent' });
  let empty = true;
  return {
    header: (url) => (empty ? '' : jar.getCookieStringSync(asSecure(url))),
    store(url, setCookies) {
      for (const cookie of setCookies) {
        jar.setCookieSync(cookie, asSecure(url), { ignoreError: true });
        empty = false;
      }
    },
  };
}

/**
 * Behind a proxy that ends TLS Nextcloud marks its cookies `Secure` although we speak plain HTTP to it inside. A jar
 * never leaves its one server, so such cookies are sent there all the same.
 */
function asSecure(url: string): string {
  return url.replace(/^http:/, 'https:');
}
