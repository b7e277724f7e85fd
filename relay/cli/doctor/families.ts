import type { RelayError } from '../../errors.ts';
import { relayErrorOf } from '../../mcp/results.ts';
import type { ConnectedNextcloud } from '../../nextcloud/connect.ts';
import { fail, ok, skipped, warn } from './finding.ts';
import type { Finding } from './finding.ts';

/**
 * Nextcloud asks who is calling in a different place for each kind of route, so a credential that works on one may
 * fail on another. Each family is asked something that changes nothing.
 */
interface Family {
  readonly name: string;
  /** App that must be there, key of the release table's apps. */
  readonly app?: string;
  readonly method: 'GET' | 'PROPFIND';
  readonly path: (userId: string) => string;
}

const FAMILIES: readonly Family[] = [
  { name: 'OCS', method: 'GET', path: () => '/ocs/v2.php/cloud/user?format=json' },
  { name: 'WebDAV', method: 'PROPFIND', path: (id) => `/remote.php/dav/files/${id}/` },
  { name: 'CalDAV', method: 'PROPFIND', path: (id) => `/remote.php/dav/calendars/${id}/` },
  {
    name: 'CardDAV',
    method: 'PROPFIND',
    path: (id) => `/remote.php/dav/addressbooks/users/${id}/`,
  },
  {
    name: 'Notes',
    app: 'notes',
    method: 'GET',
    path: () => '/index.php/apps/notes/api/v1/settings',
  },
  { name: 'Deck', app: 'deck', method: 'GET', path: () => '/index.php/apps/deck/api/v1.0/boards' },
  {
    name: 'Tables',
    app: 'tables',
    method: 'GET',
    path: () => '/index.php/apps/tables/api/1/tables',
  },
  {
    name: 'Cookbook',
    app: 'cookbook',
    method: 'GET',
    path: () => '/index.php/apps/cookbook/api/v1/config',
  },
];

export interface Credentialed {
  readonly label: string;
  readonly nextcloud: ConnectedNextcloud;
}

/** One finding per family: which kinds of the credential it accepts. The first kind is the one tools use. */
export async function checkFamilies(
  kinds: readonly Credentialed[],
  apps: ReadonlySet<string>,
): Promise<Finding[]> {
  const [used] = kinds;
  if (used === undefined) return [];
  const userId = encodeURIComponent(await used.nextcloud.userId());
  const findings: Finding[] = [];
  // A refused kind is not tried again: Nextcloud slows down those who fail often (brute force protection).
  let trying = kinds;
  for (const family of FAMILIES) {
    const check = `route: ${family.name}`;
    if (family.app !== undefined && !apps.has(family.app)) {
      findings.push(skipped(check, 'this user does not have the app'));
      continue;
    }
    const tried = await Promise.all(trying.map((kind) => attempt(family, kind, userId)));
    findings.push(judge(check, tried));
    trying = trying.filter(
      (kind) => kind === used || tried.find((one) => one.kind === kind)?.error === undefined,
    );
  }
  return findings;
}

interface Attempt {
  readonly kind: Credentialed;
  readonly error?: RelayError;
}

async function attempt(family: Family, kind: Credentialed, userId: string): Promise<Attempt> {
  const propfind = family.method === 'PROPFIND';
  const headers = propfind
    ? { Depth: '0', 'Content-Type': 'application/xml' }
    : { Accept: 'application/json' };
  try {
    await kind.nextcloud.exchange.send({
      method: family.method,
      path: family.path(userId),
      headers,
      ...(propfind
        ? { body: '<d:propfind xmlns:d="DAV:"><d:prop><d:resourcetype/></d:prop></d:propfind>' }
        : {}),
    });
    return { kind };
  } catch (thrown) {
    return { kind, error: relayErrorOf(thrown) };
  }
}

function judge(check: string, tried: readonly Attempt[]): Finding {
  const [used] = tried;
  const works = tried.filter(({ error }) => error === undefined).map(({ kind }) => kind.label);
  if (used?.error === undefined) return ok(check, works.join(', '));
  if (works.length === 0) return fail(check, used.error.message, used.error.hint);
  return warn(check, `only ${works.join(', ')}`, used.error.hint ?? used.error.message);
}
