import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../../log.ts';
import { parseKeyRing } from '../key-ring.ts';
import { openStore } from '../store.ts';
import type { Store, StoreLocation } from '../store.ts';
import { startPostgres } from './postgres.ts';
import type { TestPostgres } from './postgres.ts';

/** What a test of the store works with; everything is new for each test. */
export interface StoreBed {
  readonly kind: 'SQLite' | 'PostgreSQL';
  readonly store: Store;
  readonly location: StoreLocation;
  /** As in `TOKEN_ENCRYPTION_KEY`. */
  readonly key: string;
  /** The clock of `store`. */
  readonly clock: { now: Date };
  /** Another process' view, as far as one process can have it: its own connections, the same database and clock. */
  readonly open: (keys?: string) => Promise<Store>;
  /** Epoch seconds of the clock. */
  readonly seconds: () => number;
  readonly advance: (seconds: number) => void;
}

const START = new Date('2026-01-01T00:00:00Z');

let postgres: Promise<TestPostgres> | undefined;

/** Runs the same tests on SQLite and on a real PostgreSQL. */
export function onEveryStore(title: string, tests: (bed: () => StoreBed) => void): void {
  describe(`${title} (SQLite)`, () => {
    bedFor(
      'SQLite',
      () => {
        const folder = mkdtempSync(join(tmpdir(), 'store-sqlite-'));
        const clean = (): void => rmSync(folder, { recursive: true, force: true });
        return Promise.resolve({ location: { file: join(folder, 'inner', 'gateway.db') }, clean });
      },
      tests,
    );
  });
  describe(`${title} (PostgreSQL)`, () => {
    bedFor(
      'PostgreSQL',
      async () => {
        postgres ??= startPostgres();
        return { location: { url: await (await postgres).newDatabase() }, clean: () => undefined };
      },
      tests,
    );
  });
}

// at the root: one server for all files of a run
after(async () => {
  const server = await postgres?.catch(() => undefined);
  postgres = undefined;
  await server?.stop();
});

function bedFor(
  kind: StoreBed['kind'],
  place: () => Promise<{ location: StoreLocation; clean: () => void }>,
  tests: (bed: () => StoreBed) => void,
): void {
  let bed: StoreBed;
  let opened: Store[];
  let clean: () => void;

  beforeEach(async () => {
    opened = [];
    const placed = await place();
    clean = placed.clean;
    const clock = { now: START };
    const key = randomBytes(32).toString('base64');
    const open = async (keys = key): Promise<Store> => {
      const store = await openStore({
        ...placed.location,
        keys: parseKeyRing(keys),
        log: silentLogger,
        now: () => clock.now,
      });
      opened.push(store);
      return store;
    };
    bed = {
      kind,
      store: await open(),
      location: placed.location,
      key,
      clock,
      open,
      seconds: () => clock.now.getTime() / 1000,
      advance(seconds) {
        clock.now = new Date(clock.now.getTime() + seconds * 1000);
      },
    };
  });

  afterEach(async () => {
    for (const store of opened) await store.close();
    clean();
  });

  tests(() => bed);
}
