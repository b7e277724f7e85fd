import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RELEASES, releaseTable } from '../../openapi/index.ts';

/** One request with every byte of it: request line, headers as sent, body. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly authorization: string;
  /** All of it as one text. */
  readonly bytes: string;
}

export interface RecordingNextcloud {
  readonly url: string;
  readonly seen: SeenRequest[];
  /** Whom a credential belongs to; undefined answers 401. Default: `sub` of a bearer, user of Basic. */
  userOf: (authorization: string) => string | undefined;
  /** Groups of whoever asks. */
  groups: readonly string[];
  /** A capability it does not have, e.g. that of an app. */
  missing: string | undefined;
  /**
   * While set, everything but its capabilities fails: with a page or a message that repeats the credential it was sent,
   * as careless proxies do, or with a cut connection.
   */
  failing: 'page' | 'message' | 'cut' | undefined;
  /** Login Flow v2: who logs in and grants next; undefined while nobody does. */
  granting: { readonly loginName: string; readonly appPassword: string } | undefined;
  close(): Promise<void>;
}

/** Answers like a Nextcloud that has every app, knows whom it talks to, and remembers every byte that arrives. */
export async function startRecordingNextcloud(): Promise<RecordingNextcloud> {
  const server = createServer((request, response) => {
    void (async () => {
      const seen = await read(request);
      nextcloud.seen.push(seen);
      if (nextcloud.failing === 'cut' && !isAboutItself(seen.url)) {
        request.socket.destroy();
        return;
      }
      const { status, type, body } = answer(seen, nextcloud);
      response.writeHead(status, { 'Content-Type': type });
      response.end(body);
    })();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const nextcloud: RecordingNextcloud = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    seen: [],
    userOf: userIn,
    groups: [],
    missing: undefined,
    failing: undefined,
    granting: undefined,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return nextcloud;
}

/** The user that a credential itself names. */
function userIn(authorization: string): string | undefined {
  const [scheme, value = ''] = authorization.split(' ');
  if (scheme === 'Basic') return Buffer.from(value, 'base64').toString('utf8').split(':')[0];
  if (scheme !== 'Bearer') return undefined;
  try {
    const payload = Buffer.from(value.split('.')[1] ?? '', 'base64url').toString('utf8');
    return (JSON.parse(payload) as { sub?: string }).sub;
  } catch {
    return undefined;
  }
}

async function read(request: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = '', url = '', rawHeaders } = request;
  const body = Buffer.concat(chunks);
  // decoded too: base64 and percent signs must not hide anything
  const bytes = [
    method,
    url,
    decode(url),
    ...rawHeaders,
    body.toString('latin1'),
    decode(body.toString('latin1')),
  ];
  return {
    method,
    url,
    authorization: request.headers.authorization ?? '',
    bytes: bytes.join('\n'),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

function json(value: unknown, status = 200): Answer {
  return { status, type: 'application/json', body: JSON.stringify(value) };
}

function ocs(data: unknown): Answer {
  return json({ ocs: { meta: { status: 'ok', statuscode: 200, message: 'OK' }, data } });
}

function answer(
  { method, url, authorization }: SeenRequest,
  nextcloud: RecordingNextcloud,
): Answer {
  const path = url.split('?')[0] ?? '';
  if (path === '/status.php') return json({ installed: true, maintenance: false });
  if (path === '/index.php/login/v2') {
    const poll = { token: 'p'.repeat(128), endpoint: `${nextcloud.url}/index.php/login/v2/poll` };
    return json({ poll, login: `${nextcloud.url}/index.php/login/v2/flow/x` });
  }
  if (path === '/index.php/login/v2/poll') {
    return nextcloud.granting === undefined
      ? json([], 404)
      : json({ server: nextcloud.url, ...nextcloud.granting });
  }
  const user = nextcloud.userOf(authorization);
  if (user === undefined) return json({ message: 'Current user is not logged in' }, 401);
  if (path === '/ocs/v2.php/cloud/capabilities') {
    const version = { major: 32, minor: 0, micro: 1, string: '32.0.1' };
    const { [nextcloud.missing ?? '']: _missing, ...capabilities } = everyApp().capabilities;
    return ocs({ version, capabilities });
  }
  if (nextcloud.failing !== undefined && !isAboutItself(url))
    return failure(url, authorization, nextcloud.failing);
  if (path === '/ocs/v2.php/core/navigation/apps') return ocs(everyApp().navigation);
  if (path === '/ocs/v2.php/cloud/user')
    return ocs({ id: user, displayname: user, groups: nextcloud.groups });
  if (path.startsWith('/ocs/')) return ocs({ id: 1, user });
  if (path.startsWith('/remote.php/dav') && ['PROPFIND', 'REPORT', 'SEARCH'].includes(method)) {
    const body = '<?xml version="1.0"?><d:multistatus xmlns:d="DAV:"/>';
    return { status: 207, type: 'application/xml; charset=utf-8', body };
  }
  if (path.includes('/apps/notes/api/v1/notes') && method === 'GET' && !/\/notes\/\d/.test(path))
    return json([
      {
        id: 1,
        title: `of ${user}`,
        content: user,
        category: '',
        modified: 1,
        favorite: false,
        readonly: false,
        etag: 'e',
      },
    ]);
  return json({ id: 1, title: `of ${user}`, etag: 'e' });
}

/** Facts about the server, which a gateway asks for before the thing itself. */
function isAboutItself(url: string): boolean {
  return /^\/(?:status\.php|ocs\/v2\.php\/(?:cloud\/(?:capabilities|user)|core\/navigation))/.test(
    url,
  );
}

function failure(url: string, authorization: string, kind: 'page' | 'message' | 'cut'): Answer {
  const bare = authorization.replace(/^Bearer |^Basic .*/, '');
  const said = `refused: ${bare} ${authorization}`;
  if (kind === 'page') return { status: 502, type: 'text/html', body: `<html>${said}</html>` };
  if (url.startsWith('/remote.php')) {
    const body = `<?xml version="1.0"?><d:error xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns"><s:exception>X</s:exception><s:message>${said}</s:message></d:error>`;
    return { status: 403, type: 'application/xml; charset=utf-8', body };
  }
  const meta = { status: 'failure', statuscode: 403, message: said };
  return json(url.startsWith('/ocs/') ? { ocs: { meta, data: [] } } : { message: said }, 403);
}

interface Apps {
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly navigation: readonly { readonly id: string; readonly app: string }[];
}

let known: Apps | undefined;

/** Evidence of every app that has tools. */
function everyApp(): Apps {
  if (known !== undefined) return known;
  const capabilities: Record<string, unknown> = {};
  const navigation: { id: string; app: string }[] = [];
  for (const release of RELEASES) {
    for (const { presence } of Object.values(releaseTable(release).apps)) {
      if ('navigation' in presence)
        navigation.push({ id: presence.navigation, app: presence.navigation });
      if ('capability' in presence) plant(capabilities, presence.capability.split('.'));
    }
  }
  known = { capabilities, navigation };
  return known;
}

function plant(target: Record<string, unknown>, [first = '', ...rest]: readonly string[]): void {
  const inner = (target[first] ??= {}) as Record<string, unknown>;
  if (rest.length > 0) plant(inner, rest);
}
