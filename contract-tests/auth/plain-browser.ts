/** What a page shows that matters to a person who signs in. */
export interface Visited {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
}

/** A browser without scripts: cookies, redirects, and the first form of a page. Enough for the pages of Keycloak. */
export interface PlainBrowser {
  visit(url: string | URL): Promise<Visited>;
  /** Fills the form's hidden fields as they are, and these. */
  submit(page: Visited, fields: Readonly<Record<string, string>>): Promise<Visited>;
}

const MOST_REDIRECTS = 12;

export function plainBrowser(): PlainBrowser {
  /** By host name: ports share cookies, and Keycloak marks its own as secure on loopback too, as browsers allow. */
  const jars = new Map<string, Map<string, string>>();

  function keep(url: URL, lines: readonly string[]): void {
    const jar = jars.get(url.hostname) ?? new Map<string, string>();
    jars.set(url.hostname, jar);
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split(';');
      const [name = '', ...value] = pair.split('=');
      if (attributes.some((one) => /^\s*max-age=0$/i.test(one))) jar.delete(name);
      else jar.set(name, value.join('='));
    }
  }

  async function go(start: string | URL, form?: URLSearchParams): Promise<Visited> {
    let url = new URL(start);
    let body = form;
    for (let hop = 0; hop < MOST_REDIRECTS; hop += 1) {
      const cookies = [...(jars.get(url.hostname) ?? [])].map((pair) => pair.join('='));
      const answer = await fetch(url, {
        redirect: 'manual',
        headers: { cookie: cookies.join('; '), accept: 'text/html' },
        ...(body === undefined ? {} : { method: 'POST', body }),
      });
      keep(url, answer.headers.getSetCookie());
      const location = answer.headers.get('location');
      if (location === null) return { url, status: answer.status, text: await answer.text() };
      url = new URL(location, url);
      body = undefined;
    }
    throw new Error('too many redirects');
  }

  return {
    visit: (url) => go(url),
    submit(page, fields) {
      const form = /<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/.exec(page.text);
      if (form === null) throw new Error(`no form on ${page.url.href}`);
      const [, action = '', inner = ''] = form;
      const filled = new URLSearchParams();
      for (const [input] of inner.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
        filled.set(attribute(input, 'name'), attribute(input, 'value'));
      }
      for (const [name, value] of Object.entries(fields)) filled.set(name, value);
      return go(new URL(unescaped(action), page.url), filled);
    },
  };
}

function attribute(tag: string, name: string): string {
  return unescaped(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
}

function unescaped(text: string): string {
  return text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'");
}
