import { readdirSync } from 'node:fs';
import axios from 'axios';
import { UsageError } from '../openapi/pipeline/command.ts';
import { DocumentError } from '../openapi/pipeline/document.ts';
import type { Account } from './gateway.ts';
import { scenarios } from './scenario.ts';
import type { Scenario } from './scenario.ts';

/** The `--host` of a command, without slashes at its end. */
export function hostOf(given: string | undefined): string {
  if (given !== undefined && /^https?:\/\/./.test(given) && URL.canParse(given))
    return given.replace(/\/+$/, '');
  throw new UsageError('--host is needed: the root URL of a Nextcloud, e.g. http://127.0.0.1:8080');
}

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
  const chosen = scenarios().filter(
    ({ name, options }) =>
      name.toLowerCase().includes(part.toLowerCase()) &&
      (release === undefined || (options.releases?.some((one) => one === release) ?? true)),
  );
  if (chosen.length === 0)
    throw new UsageError(`no scenario has ${JSON.stringify(part)} in its name`);
  return chosen;
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
  if (admin === undefined) throw new UsageError('CONTRACT_TEST_ACCOUNTS needs an admin account');
  const client = axios.create({
    baseURL: host,
    auth: { username: admin.username, password: admin.password },
    headers: { 'OCS-APIRequest': 'true', Accept: 'application/json' },
  });
  const ocs = async <T>(path: string): Promise<T> => {
    const asked = client.get<{ ocs: { data: T } }>(`/ocs/v2.php/cloud/${path}`);
    const { data } = await asked.catch((error: unknown) => {
      throw new DocumentError(host, '', error instanceof Error ? error.message : String(error));
    });
    return data.ocs.data;
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
