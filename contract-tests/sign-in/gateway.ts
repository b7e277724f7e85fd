import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createApp } from '../../relay/app.ts';
import { readConfig } from '../../relay/config.ts';
import { composeSignInDependencies } from '../../relay/dependencies.ts';
import { listen } from '../../relay/http/listen.ts';
import { createLogger } from '../../relay/log.ts';
import { openFront } from './front.ts';
import type { Front } from './front.ts';

export interface SignInGateway {
  /** As browsers and clients reach it. */
  readonly url: string;
  readonly log: string[];
  /** Moves the gateway's clock. */
  advance(seconds: number): void;
  close(): Promise<void>;
}

/** What a gateway needs where people sign in with their Nextcloud: two addresses. The rest is about tests. */
function settings(nextcloudUrl: string, publicUrl: string): Record<string, string> {
  return {
    NEXTCLOUD_HOST: nextcloudUrl,
    NEXTCLOUD_MCP_SERVER_URL: publicUrl,
    MCP_RATE_LIMIT: '100000',
    MCP_RATE_LIMIT_ADDRESS: '100000',
    HOST: '127.0.0.1',
    PORT: '0',
  };
}

/** A gateway in this process, with a clock to move. */
export async function startSignInGateway(
  nextcloudUrl: string,
  environment: (
    publicUrl: string,
  ) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>> = () => ({}),
): Promise<SignInGateway> {
  const front = await openFront();
  const folder = mkdtempSync(join(tmpdir(), 'gateway-sign-in-'));
  const log: string[] = [];
  let ahead = 0;
  const config = readConfig({
    flags: {},
    environment: {
      ...settings(nextcloudUrl, front.url),
      TOKEN_STORAGE_DB: join(folder, 'gateway.db'),
      ...(await environment(front.url)),
    },
    readFile: () => '',
  });
  if (config.signIn === undefined) throw new Error('nobody could sign in');
  const dependencies = await composeSignInDependencies({
    config,
    signIn: config.signIn,
    log: createLogger({ level: 'debug', write: (line) => void log.push(line) }),
    now: () => new Date(Date.now() + ahead * 1000),
  });
  const app = createApp(dependencies);
  const listening = await listen(app.express, config.listen.host, config.listen.port);
  front.backends = [listening.url];
  return {
    url: front.url,
    log,
    advance: (seconds) => void (ahead += seconds),
    async close() {
      await front.close();
      await listening.stop(0, () => app.close());
      await dependencies.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export interface Replica {
  readonly url: string;
  /** SIGKILL, in the middle of whatever it does. */
  kill(): Promise<void>;
}

export interface Replicas {
  /** Of the front before them; requests alternate. */
  readonly url: string;
  readonly front: Front;
  readonly replicas: readonly Replica[];
  /** What all of them wrote. */
  readonly log: string[];
  close(): Promise<void>;
}

/** Gateways as processes of their own on one database. */
export async function startReplicas(
  count: number,
  nextcloudUrl: string,
  databaseUrl: string,
  key: string,
): Promise<Replicas> {
  const front = await openFront();
  const log: string[] = [];
  const environment = {
    ...settings(nextcloudUrl, front.url),
    DATABASE_URL: databaseUrl,
    TOKEN_ENCRYPTION_KEY: key,
    LOG_FORMAT: 'json',
  };
  const replicas: Replica[] = [];
  for (let number = 0; number < count; number += 1) {
    replicas.push(await startReplica(environment, log));
  }
  front.backends = replicas.map(({ url }) => url);
  return {
    url: front.url,
    front,
    replicas,
    log,
    async close() {
      await front.close();
      await Promise.all(replicas.map((one) => one.kill()));
    },
  };
}

async function startReplica(
  environment: Readonly<Record<string, string>>,
  log: string[],
): Promise<Replica> {
  const start = fileURLToPath(new URL('../../relay/start.mjs', import.meta.url));
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [start, 'serve'], {
    env: { PATH, HOME, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const gone = once(child, 'exit');
  const lines = createInterface(child.stderr);
  const url = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      log.push(line);
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
      if (line.includes('listening') && found !== undefined) resolve(found);
    });
    void gone.then(() => reject(new Error(`a gateway did not start:\n${log.join('\n')}`)));
  });
  return {
    url,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
