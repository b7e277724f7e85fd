import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** As `npm start` has it. */
const NODE_FLAGS = ['--max-semi-space-size=8'];

export interface Running {
  readonly url: string;
  readonly process: ChildProcess;
}

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Starts a script that tells its port over IPC. */
export async function startScript(file: string, args: readonly string[] = []): Promise<Running> {
  const child = fork(here(file), args);
  const [port] = (await once(child, 'message')) as [number];
  return { url: `http://127.0.0.1:${port}`, process: child };
}

/** Starts the gateway as a user would. It listens a little later: see `firstAnswer`. */
export function startGateway(nextcloud: string, port: number): Running {
  const child = spawn(process.execPath, [...NODE_FLAGS, here('../../relay/start.mjs'), 'serve'], {
    env: {
      PATH: process.env['PATH'],
      NEXTCLOUD_HOST: nextcloud,
      NEXTCLOUD_USERNAME: 'alice',
      NEXTCLOUD_PASSWORD: 'secret',
      MCP_TOOLSETS: 'all,admin',
      LOG_LEVEL: 'error',
      PORT: String(port),
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return { url: `http://127.0.0.1:${port}`, process: child };
}

export function residentMegabytes(running: Running): number {
  const status = readFileSync(`/proc/${String(running.process.pid)}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

/** Tries until the process answers a request; gives its body. */
export async function firstAnswer(url: string, init: RequestInit): Promise<string> {
  for (;;) {
    const answer = await fetch(url, init).then(
      (response) => response.text(),
      () => undefined,
    );
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
