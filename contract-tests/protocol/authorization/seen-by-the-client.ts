/** What a client sent beside its MCP requests. */
export interface ClientRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: URLSearchParams;
  readonly status: number;
}

export interface Differences {
  /** Paths that are not there for this client. */
  readonly hidden?: RegExp;
  /** Challenges do not name scopes. */
  readonly noChallengeScopes?: boolean;
  /** Neither does the metadata of the resource. */
  readonly noResourceScopes?: boolean;
}

const RESOURCE_METADATA = '/.well-known/oauth-protected-resource';

/** A `fetch` that notes what is sent, and lets the client see a server that lacks some things. */
export function seenByTheClient(differences: Differences = {}): {
  readonly fetch: typeof fetch;
  readonly requests: ClientRequest[];
} {
  const requests: ClientRequest[] = [];
  return {
    requests,
    async fetch(input, init) {
      const request = new Request(input, init);
      const url = new URL(request.url);
      const { method, headers } = request;
      const text = method === 'POST' ? await request.clone().text() : '';
      const isHidden = differences.hidden?.test(url.pathname) === true;
      const answer = isHidden ? new Response(null, { status: 404 }) : await fetch(request);
      const body = new URLSearchParams(text);
      if (url.pathname !== '/mcp')
        requests.push({ method, url, headers, body, status: answer.status });
      return changed(answer, url, differences);
    },
  };
}

async function changed(answer: Response, url: URL, differences: Differences): Promise<Response> {
  const { noResourceScopes, noChallengeScopes, hidden } = differences;
  if (noResourceScopes === true && answer.ok && url.pathname.startsWith(RESOURCE_METADATA)) {
    const { scopes_supported: _scopes, ...rest } = (await answer.json()) as Record<string, unknown>;
    return Response.json(rest);
  }
  const challenge = answer.headers.get('www-authenticate');
  if (challenge === null) return answer;
  let shown = challenge;
  if (noChallengeScopes === true) shown = shown.replace(/,? ?scope="[^"]*"/, '');
  if (hidden?.test(RESOURCE_METADATA) === true)
    shown = shown.replace(/,? ?resource_metadata="[^"]*"/, '');
  const headers = new Headers(answer.headers);
  headers.set('www-authenticate', shown.replace(/^Bearer, ?/, 'Bearer '));
  return new Response(answer.body, { status: answer.status, headers });
}
