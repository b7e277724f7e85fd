import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Account } from '../../contract-tests/gateway.ts';
import { firstAnswer } from './processes.ts';

export interface MeasuredGateway {
  readonly url: string;
  /** Starts measuring the peak anew, where the system can. */
  resetPeak(): void;
  /** Most memory held at once since the last reset, in MB; undefined where the system does not tell. */
  peakMegabytes(): number | undefined;
  stop(): void;
}

const ROOT = new URL('../../', import.meta.url);

/** A gateway in a process of its own, started as `npm start` does it, with nothing tuned. */
export async function startMeasuredGateway(
  nextcloud: string,
  account: Account,
): Promise<MeasuredGateway> {
  const port = await freePort();
  const child = spawn(process.execPath, startArguments(), {
    cwd: fileURLToPath(ROOT),
    env: {
      PATH: process.env['PATH'],
      NEXTCLOUD_HOST: nextcloud,
      NEXTCLOUD_USERNAME: account.username,
      NEXTCLOUD_PASSWORD: account.password,
      MCP_TOOLSETS: 'all,admin',
      LOG_LEVEL: 'error',
      PORT: String(port),
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const url = `http://127.0.0.1:${String(port)}`;
  const ended = once(child, 'exit').then(() => {
    throw new Error('The gateway did not start');
  });
  await Promise.race([firstAnswer(url, {}), ended]);
  ended.catch(() => undefined);
  const proc = `/proc/${String(child.pid)}`;
  return {
    url,
    resetPeak: () => onLinux(() => writeFileSync(`${proc}/clear_refs`, '5')),
    peakMegabytes: () => onLinux(() => peakIn(readFileSync(`${proc}/status`, 'utf8'))),
    stop: () => void child.kill(),
  };
}

/** What follows `node` in the start script. */
function startArguments(): string[] {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
    scripts: { start: string };
  };
  return scripts.start.split(' ').slice(1);
}

/** Kilobytes of `VmHWM` as MB (10⁶ bytes). */
function peakIn(status: string): number {
  return Math.round((Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1024) / 1e6);
}

/** @returns undefined elsewhere: there is no such file, or it may not be written */
function onLinux<T>(action: () => T): T | undefined {
  return process.platform === 'linux' ? action() : undefined;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
