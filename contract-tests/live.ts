import { readdirSync } from 'node:fs';
import axios from 'axios';
import type { Account } from './gateway.ts';
import { scenarios } from './scenario.ts';
import type { Scenario } from './scenario.ts';

/** Accounts of the server under test, from `CONTRACT_TEST_ACCOUNTS=alice:secret,admin:secret`. */
export function accountsFrom(env: NodeJS.ProcessEnv): Map<string, Account> {
  const accounts = new Map<string, Account>();
  for (const pair of (env['CONTRACT_TEST_ACCOUNTS'] ?? '').split(',').filter(Boolean)) {
    const colon = pair.indexOf(':');
    const username = pair.slice(0, colon);
    accounts.set(username, { username, password: pair.slice(colon + 1) });
  }
  return accounts;
}

/** Reads every scenario file and gives those of one release, or of any, whose name contains `part`. */
export async function loadScenarios(part: string, release?: string): Promise<Scenario[]> {
  const folder = new URL('./scenarios/', import.meta.url);
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .sort()) {
    await import(new URL(file, folder).href);
  }
  return scenarios().filter(
    ({ name, options }) =>
      name.toLowerCase().includes(part.toLowerCase()) &&
      (release === undefined || (options.releases?.some((one) => one === release) ?? true)),
  );
}

/** Apps that the scenarios need. */
export async function neededApps(part: string): Promise<Set<string>> {
  return new Set((await loadScenarios(part)).map(({ options }) => options.app));
}

interface Installed {
  readonly version: string;
  /** App id → version, of the wanted ones. */
  readonly apps: Readonly<Record<string, string>>;
}

/** Version of the server and of those of the wanted apps that are enabled, asked with the admin account. */
export async function installedApps(
  host: string,
  accounts: ReadonlyMap<string, Account>,
  wanted: ReadonlySet<string>,
): Promise<Installed> {
  const admin = accounts.get('admin');
  if (admin === undefined) throw new Error('CONTRACT_TEST_ACCOUNTS needs an admin account');
  const client = axios.create({
    baseURL: host,
    auth: { username: admin.username, password: admin.password },
    headers: { 'OCS-APIRequest': 'true', Accept: 'application/json' },
  });
  const ocs = async <T>(path: string): Promise<T> => {
    const answer = await client
      .get<{ ocs: { data: T } }>(`/ocs/v2.php/cloud/${path}`)
      // without its cause, which holds the password
      .catch((error: unknown) =>
        Promise.reject(new Error(`${host}, ${path}: ${(error as Error).message}`)),
      );
    return answer.data.ocs.data;
  };
  const { version } = await ocs<{ version: { string: string } }>('capabilities');
  const { apps: enabled } = await ocs<{ apps: string[] | Record<string, string> }>(
    'apps?filter=enabled',
  );
  // `core` has no app entry of its own.
  const apps: Record<string, string> = { core: version.string };
  for (const app of Object.values(enabled).filter((one) => wanted.has(one))) {
    apps[app] = (await ocs<{ version: string }>(`apps/${app}`)).version;
  }
  return { version: version.string, apps };
}
