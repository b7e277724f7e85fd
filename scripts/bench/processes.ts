import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

export interface Running {
  readonly url: string;
  readonly process: ChildProcess;
}

export interface RunningGateway extends Running {
  /** What it has written to stderr. */
  readonly errors: () => string;
}

const ROOT = new URL('../../', import.meta.url);
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Starts a script that tells its port over IPC. */
export async function startScript(file: string, args: readonly string[] = []): Promise<Running> {
  const child = fork(here(file), args);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${file} ended with ${String(code)} before it listened.`);
  });
  const [port] = (await Promise.race([once(child, 'message'), ended])) as [number];
  ended.catch(() => undefined);
  return { url: `http://127.0.0.1:${port}`, process: child };
}

/** Starts the gateway as `npm start` does, with nothing tuned. It listens a little later: see `firstAnswer`. */
export async function startGateway(
  environment: Readonly<Record<string, string>>,
): Promise<RunningGateway> {
  const port = await freePort();
  const child = spawn(process.execPath, startArguments(), {
    cwd: fileURLToPath(ROOT),
    env: {
      PATH: process.env['PATH'],
      MCP_TOOLSETS: 'all,admin',
      LOG_LEVEL: 'error',
      PORT: String(port),
      ...environment,
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  return { url: `http://127.0.0.1:${port}`, process: child, errors: () => errors };
}

/** What follows `node` in the start script. */
function startArguments(): string[] {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
    scripts: { start: string };
  };
  return scripts.start.split(' ').slice(1);
}

export function residentMegabytes(running: Running): number {
  const status = readFileSync(`/proc/${String(running.process.pid)}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

/**
 * Tries until the gateway answers a request; gives the answer's body.
 *
 * @throws Error with what the gateway wrote, when it ends instead or refuses
 */
export async function firstAnswer(
  { url, process: child, errors }: RunningGateway,
  path: string,
  init: RequestInit,
): Promise<string> {
  while (child.exitCode === null && child.signalCode === null) {
    const answer = await fetch(url + path, init).catch(() => undefined);
    if (answer?.ok === true) return answer.text();
    if (answer !== undefined)
      throw new Error(`The gateway answered ${answer.status}: ${await answer.text()}\n${errors()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const ending = String(child.exitCode ?? child.signalCode);
  throw new Error(`The gateway ended (${ending}) before it answered:\n${errors()}`);
}

/** Ends it and waits for that. */
export async function stop({ process: child }: Running): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
