import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NEXTCLOUD, SECRET } from '../../relay/signin/identity-provider.fixture.ts';
import { rawSql } from '../../relay/store/testing/raw-sql.ts';
import { spareProcess } from './doomed.ts';
import type { Death, GatewayProcess, Spare } from './doomed.ts';
import type { Known } from './gateway-process.ts';
import { bytesIn, inClear } from './in-clear.ts';
import { startLenientProvider } from './lenient-provider.ts';
import type { Leniency, LenientProvider } from './lenient-provider.ts';

const PUBLIC_URL = 'https://gateway.example.org';

/** One database, one provider, and one gateway after the other. */
export interface KillBed {
  readonly provider: LenientProvider;
  /** The one that lives. */
  gateway(): GatewayProcess;
  /** Sends the living one to its end with what `work` asks of it; the next one lives when this returns. */
  death(
    death: Death,
    secondsBehind: number,
    work: (doomed: GatewayProcess) => Promise<unknown>,
  ): Promise<Dead>;
  /** What the store knows, asked of the living one. */
  known(): Promise<Known>;
  /** Every row of every table. */
  rows(): Promise<string>;
  /** Secrets that stand in clear in the database's files or in the log of any gateway so far. */
  leaks(): string[];
  /** Something that stands there in clear, to prove that `leaks` would see it. */
  finds(text: string): boolean;
  /** Counts a death. */
  tally(death: string): void;
  /** All deaths that were counted, a line each. */
  report(): string;
  close(): Promise<void>;
}

/** What is known of a process that was killed. */
export interface Dead {
  /** As far as it could still say. */
  readonly passed: readonly string[];
  /** Those of its secrets that stand in clear in the files as the death left them, before anybody opened them again. */
  readonly leaks: readonly string[];
}

export async function openKillBed(leniency: Leniency): Promise<KillBed> {
  const place = mkdtempSync(join(tmpdir(), 'kills-'));
  const folder = join(place, 'database');
  const newSpare = (): Spare => spareProcess(join(place, 'compiled'));
  const file = join(folder, 'gateway.db');
  const key = randomBytes(32).toString('base64url');
  const provider = await startLenientProvider(`${PUBLIC_URL}/oauth/callback`, leniency);
  const { issuer } = provider.idp;
  const setUp = {
    file,
    key,
    issuer,
    publicUrl: PUBLIC_URL,
    nextcloud: NEXTCLOUD,
    clientSecret: SECRET,
  };
  const secrets = new Set<string>([key, SECRET]);
  const deaths = new Map<string, number>();
  let logged = '';
  let spare = newSpare();
  let living = await succeed();

  async function succeed(): Promise<GatewayProcess> {
    const one = spare;
    // it loads while the other one works
    spare = newSpare();
    return one.start(setUp);
  }

  /** Gives what is new. */
  function collect(one: GatewayProcess): string[] {
    const fresh = [...one.secrets, ...provider.given].filter((secret) => !secrets.has(secret));
    for (const secret of fresh) secrets.add(secret);
    logged += one.logged();
    return fresh;
  }

  return {
    provider,
    gateway: () => living,
    async death(death, secondsBehind, work) {
      const doomed = living;
      doomed.doom(death, secondsBehind);
      await work(doomed);
      await doomed.kill();
      await provider.idp.idle();
      const leaks = inClear(bytesIn(folder), [...collect(doomed), key, SECRET]);
      const passed = [...doomed.passed];
      living = await succeed();
      return { passed, leaks };
    },
    async known() {
      return (await living.ask({ name: 'state' }))?.value as Known;
    },
    async rows() {
      const tables = await rawSql({ file }, `select name from sqlite_master where type = 'table'`);
      const contents = [];
      for (const { name } of tables) {
        contents.push({ name, rows: await rawSql({ file }, `select * from "${String(name)}"`) });
      }
      return JSON.stringify(contents);
    },
    leaks() {
      collect(living);
      return inClear(bytesIn(folder) + logged, secrets);
    },
    finds: (text) => bytesIn(folder).includes(text),
    tally: (death) => void deaths.set(death, (deaths.get(death) ?? 0) + 1),
    report() {
      const total = [...deaths.values()].reduce((sum, count) => sum + count, 0);
      const lines = [...deaths].map(([death, count]) => `${String(count).padStart(4)}  ${death}`);
      return [`${String(total)} deaths:`, ...lines].join('\n');
    },
    async close() {
      await living.kill();
      spare.discard();
      await provider.idp.close();
      rmSync(place, { recursive: true, force: true });
    },
  };
}
