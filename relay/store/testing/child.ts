// Another process on the same database. Told by messages: {location, key, job}, then {go}; see child-process.ts.
import { silentLogger } from '../../log.ts';
import { parseKeyRing } from '../key-ring.ts';
import { openStore } from '../store.ts';
import type { Store, StoreLocation } from '../store.ts';
import { alice } from './people.ts';

export interface ChildSetUp {
  readonly location: StoreLocation;
  readonly key: string;
  /** The clock stands still at this time. */
  readonly nowMs: number;
  readonly job: ChildJob;
}

export type ChildJob =
  /** Opens the store only after `go`. */
  | { readonly name: 'open' }
  | { readonly name: 'take'; readonly ids: readonly string[] }
  | { readonly name: 'use'; readonly ids: readonly string[] }
  | { readonly name: 'consume'; readonly ids: readonly string[] }
  /** Refreshes alice's grant for ever; the test plays the provider. */
  | { readonly name: 'refresh' };

export type ChildMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'took'; readonly id: string }
  | { readonly kind: 'result'; readonly value: readonly string[] }
  /** To the provider: a refresh token. It answers with the next one. */
  | { readonly kind: 'ask'; readonly refreshToken: string }
  | { readonly kind: 'stored'; readonly refreshToken: string };

const LEASE_SECONDS = 30;

const inbox: unknown[] = [];
let waiting: ((message: unknown) => void) | undefined;
process.on('message', (message) => {
  if (waiting === undefined) inbox.push(message);
  else waiting(message);
});

function receive(): Promise<unknown> {
  const next = inbox.shift();
  if (next !== undefined) return Promise.resolve(next);
  return new Promise((resolve) => {
    waiting = (message) => {
      waiting = undefined;
      resolve(message);
    };
  });
}

function send(message: ChildMessage): void {
  process.send?.(message);
}

async function pick(
  ids: readonly string[],
  won: (id: string) => Promise<boolean>,
): Promise<readonly string[]> {
  const mine: string[] = [];
  for (const id of ids) if (await won(id)) mine.push(id);
  return mine;
}

async function refreshForEver(store: Store): Promise<never> {
  for (;;) {
    const start = await store.grants.startRefresh(alice, LEASE_SECONDS);
    if (start.kind !== 'lease') throw new Error(start.kind);
    send({ kind: 'ask', refreshToken: start.lease.refreshToken });
    const { refreshToken } = (await receive()) as { refreshToken: string };
    const end = await store.grants.finishRefresh(start.lease, { refreshToken });
    if (end !== 'stored') throw new Error(end);
    send({ kind: 'stored', refreshToken });
  }
}

async function work(store: Store, job: ChildJob): Promise<readonly string[]> {
  switch (job.name) {
    case 'open':
      return ['opened'];
    case 'take':
      return pick(job.ids, async (id) => {
        const taken = (await store.flows.take('state', id)) !== undefined;
        if (taken) send({ kind: 'took', id });
        return taken;
      });
    case 'use':
      return pick(job.ids, (id) => store.usedTokens.use('race', id, 2_000_000_000));
    case 'consume':
      return pick(job.ids, (id) => store.oidcArtifacts.consume('RefreshToken', id));
    case 'refresh':
      return refreshForEver(store);
  }
}

const { location, key, nowMs, job } = (await receive()) as ChildSetUp;
const open = (): Promise<Store> =>
  openStore({
    ...location,
    keys: parseKeyRing(key),
    log: silentLogger,
    now: () => new Date(nowMs),
  });
let store = job.name === 'open' ? undefined : await open();
send({ kind: 'ready' });
await receive();
store ??= await open();
send({ kind: 'result', value: await work(store, job) });
await store.close();
process.disconnect();
