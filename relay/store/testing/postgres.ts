import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { accessSync, chownSync, constants, existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import pg from 'pg';

/** A PostgreSQL of our own: a fresh cluster in a temporary folder, reached through a socket there, no port taken. */
export interface TestPostgres {
  /** URL of a new, empty database. */
  newDatabase(): Promise<string>;
  stop(): Promise<void>;
}

const DEBIAN = '/usr/lib/postgresql';

/**
 * Ends the server and its folder when this process is gone, however it ended: its standard input is a pipe from here,
 * and ends with us.
 */
const KEEPER =
  'folder=$1; shift; "$@" & server=$!; read -r _; kill -QUIT $server; wait $server; rm -rf "$folder"';

/** @throws Error with one sentence that says what to install, when PostgreSQL is not there. */
export async function startPostgres(): Promise<TestPostgres> {
  const folders = [...debianFolders(), ...(process.env['PATH'] ?? '').split(delimiter)];
  const [initdb, postgres] = [findProgram('initdb', folders), findProgram('postgres', folders)];
  const folder = mkdtempSync(join(tmpdir(), 'store-postgres-'));
  const account = accountFor(folder);
  const data = join(folder, 'data');
  execFileSync(
    initdb,
    ['-D', data, '-U', 'gateway', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...account, stdio: 'ignore' },
  );
  const server = spawn(
    'sh',
    [
      ...['-c', KEEPER, 'keeper', folder, postgres, '-D', data, '-k', folder],
      // crashes of the server itself are not what is tested
      ...['-c', 'listen_addresses=', '-c', 'fsync=off', '-c', 'max_connections=60'],
    ],
    { ...account, cwd: '/', stdio: ['pipe', 'ignore', 'pipe'] },
  );
  await listening(server);
  let databases = 0;
  const urlOf = (database: string): string =>
    `postgres://gateway@/${database}?host=${encodeURIComponent(folder)}`;
  return {
    async newDatabase() {
      const name = `gateway_${String((databases += 1))}`;
      const client = new pg.Client({ connectionString: urlOf('postgres') });
      await client.connect();
      await client.query(`create database ${name} template template0`);
      await client.end();
      return urlOf(name);
    },
    async stop() {
      if (server.exitCode !== null || server.signalCode !== null) return;
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.stdin.end();
      await ended;
    },
  };
}

/** Debian keeps the server's programs out of PATH, one folder per version; the newest first. */
function debianFolders(): string[] {
  if (!existsSync(DEBIAN)) return [];
  return readdirSync(DEBIAN)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(DEBIAN, version, 'bin'));
}

export function findProgram(name: string, folders: readonly string[]): string {
  const found = folders.map((folder) => join(folder, name)).find(executable);
  if (found !== undefined) return found;
  throw new Error(
    `PostgreSQL is needed for these tests and its program ${name} was not found: apt-get install postgresql`,
  );
}

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** PostgreSQL refuses to run as root; its package brings an account. */
function accountFor(folder: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  const account = { uid: id('-u'), gid: id('-g') };
  chownSync(folder, account.uid, account.gid);
  return account;
}

function listening(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('ready to accept connections')) resolve();
    });
    server.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${said}`)));
  });
}
