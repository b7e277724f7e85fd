import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Job, Said, SetUp } from './gateway-process.ts';

/** Where and how a process dies. Operations are counted over all jobs that it gets. */
export type Death =
  /** Held still right before or after an operation. */
  | { readonly kind: 'at'; readonly place: string; readonly count: number }
  /** Some milliseconds after an operation was let go, whatever it is doing then. */
  | {
      readonly kind: 'inside';
      readonly place: string;
      readonly count: number;
      readonly afterMs: number;
    }
  /** Some milliseconds after the first job began. */
  | { readonly kind: 'anywhere'; readonly afterMs: number };

export interface GatewayProcess {
  /** Does a job. Undefined when it died of it. @throws Error with the code of the failure */
  ask(job: Job): Promise<{ readonly value: unknown } | undefined>;
  /** Nothing cached from now on, and `passed` begins anew. */
  refresh(): void;
  /** Like `refresh`, with a clock that far behind, and this end. */
  doom(death: Death, secondsBehind: number): void;
  /** Places it came by, e.g. `before flows.start`. */
  readonly passed: string[];
  /** What went through it that opens something. */
  readonly secrets: ReadonlySet<string>;
  /** All that it logged. */
  logged(): string;
  /** SIGKILL now, wherever it is. */
  kill(): Promise<void>;
}

/** A process that has loaded its program and waits to be told which database is its own. */
export interface Spare {
  start(setUp: SetUp): Promise<GatewayProcess>;
  discard(): void;
}

const PROGRAM = fileURLToPath(new URL('./gateway-process.ts', import.meta.url));

/** `compileCache`: a folder that these processes share. */
export function spareProcess(compileCache: string): Spare {
  const child = fork(PROGRAM, {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
  });
  const next = reader(child);
  let logged = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (logged += text));
  return {
    async start(setUp) {
      child.send(setUp);
      const ready = await next();
      if (ready?.kind !== 'ready') throw new Error(`a process did not start: ${logged}`);
      return gatewayProcess(child, next, () => logged);
    },
    discard: () => void child.kill('SIGKILL'),
  };
}

function gatewayProcess(
  child: ChildProcess,
  next: () => Promise<Said | undefined>,
  logged: () => string,
): GatewayProcess {
  const passed: string[] = [];
  const secrets = new Set<string>();
  let death: Death | undefined;
  let secondsBehind = 0;
  let isFresh = false;

  const gone = once(child, 'close');

  async function kill(): Promise<void> {
    child.kill('SIGKILL');
    await gone;
  }

  function refresh(): void {
    isFresh = true;
    passed.length = 0;
  }

  /** To nobody, when it has just died. */
  const tell = (message: object): boolean =>
    child.connected && child.send(message, () => undefined);

  function note({ place, secrets: some }: Extract<Said, { kind: 'halt' }>): number {
    passed.push(place);
    for (const secret of some) secrets.add(secret);
    return passed.filter((one) => one === place).length;
  }

  /** Lets it go on, or not. */
  async function decide(place: string, count: number): Promise<void> {
    const isThere =
      death !== undefined && 'place' in death && death.place === place && death.count === count;
    if (death?.kind === 'at' && isThere) return kill();
    tell({ go: true });
    if (death?.kind !== 'inside' || !isThere) return;
    await delay(death.afterMs);
    await kill();
  }

  return {
    passed,
    secrets,
    logged,
    kill,
    refresh,
    doom(given, behind) {
      refresh();
      death = given;
      secondsBehind = behind;
    },
    async ask(job) {
      tell({ job, secondsBehind, isFresh });
      if (death?.kind === 'anywhere' && isFresh) setTimeout(() => void kill(), death.afterMs);
      isFresh = false;
      for (let said = await next(); said !== undefined; said = await next()) {
        if (said.kind === 'failed') throw new Error(`${job.name}: ${said.code}`);
        if (said.kind === 'done') return { value: said.value };
        if (said.kind === 'halt') await decide(said.place, note(said));
      }
      if (child.signalCode !== 'SIGKILL') throw new Error(`a process ended by itself: ${logged()}`);
      return undefined;
    },
  };
}

/** Messages in order, also those sent right before a death; undefined once the process is gone. */
function reader(child: ChildProcess): () => Promise<Said | undefined> {
  const messages: Said[] = [];
  let isGone = false;
  let wake: () => void = () => undefined;
  child.on('message', (message: Said) => {
    messages.push(message);
    wake();
  });
  child.on('close', () => {
    isGone = true;
    wake();
  });
  return async () => {
    for (;;) {
      const message = messages.shift();
      if (message !== undefined) return message;
      if (isGone) return undefined;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
}
