import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ChildJob, ChildMessage, ChildSetUp } from './child.ts';
import type { StoreBed } from './every-store.ts';

export interface StoreProcess {
  /** Lets it start its job. */
  go(): void;
  next(): Promise<ChildMessage | undefined>;
  send(message: object): void;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

/** A second process on the bed's database, ready to go. */
export async function startProcess(bed: StoreBed, job: ChildJob): Promise<StoreProcess> {
  const child = fork(fileURLToPath(new URL('./child.ts', import.meta.url)), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const next = reader(child);
  const setUp: ChildSetUp = {
    location: bed.location,
    key: bed.key,
    nowMs: bed.clock.now.getTime(),
    job,
  };
  child.send(setUp);
  const ready = await next();
  if (ready?.kind !== 'ready') throw new Error('the second process did not start');
  return {
    go: () => void child.send({ go: true }),
    next,
    send: (message) => void child.send(message),
    async kill() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** Runs the same job in several processes at once; gives what each of them won. */
export async function race(bed: StoreBed, job: ChildJob, count = 2): Promise<string[][]> {
  const processes = await Promise.all(Array.from({ length: count }, () => startProcess(bed, job)));
  for (const one of processes) one.go();
  return await Promise.all(processes.map(resultOf));
}

async function resultOf(one: StoreProcess): Promise<string[]> {
  for (;;) {
    const message = await one.next();
    if (message === undefined) throw new Error('a second process ended without a result');
    if (message.kind === 'result') return [...message.value];
  }
}

/** Messages in order; undefined once the process is gone. What it wrote as error is thrown, unless it was killed. */
function reader(child: ChildProcess): () => Promise<ChildMessage | undefined> {
  const messages: ChildMessage[] = [];
  let said = '';
  let ended: { readonly error?: Error } | undefined;
  let wake: () => void = () => undefined;
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.on('message', (message: ChildMessage) => {
    messages.push(message);
    wake();
  });
  child.on('close', (code) => {
    ended = code === 0 || code === null ? {} : { error: new Error(`second process: ${said}`) };
    wake();
  });
  return async () => {
    for (;;) {
      const message = messages.shift();
      if (message !== undefined) return message;
      if (ended?.error !== undefined) throw ended.error;
      if (ended !== undefined) return undefined;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
}
