import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** The sets of requirements the official suite has, one for each revision of the protocol. */
export const REQUIREMENT_SETS = ['2025-11-25', '2026-07-28'] as const;
export type RequirementSet = (typeof REQUIREMENT_SETS)[number];

const SUITE = import.meta.resolve('@modelcontextprotocol/conformance/package.json');

export interface Check {
  readonly id: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  readonly errorMessage?: string;
}

export interface SuiteRun {
  /** 0 when nothing but the baseline failed, and all of what ran of the baseline did. */
  readonly exitCode: number | null;
  readonly summary: string;
  /** By scenario. */
  readonly checks: ReadonlyMap<string, readonly Check[]>;
}

/** What a set counts, and what it only runs. */
export interface Requirements {
  readonly scored: readonly string[];
  readonly notScored: readonly string[];
}

export interface Baseline {
  /** `<scenario>:<check>` of what counts. */
  readonly server: readonly string[];
  /** Scenarios that do not count. */
  readonly not_scored: readonly string[];
}

export async function requirementsOf(set: RequirementSet): Promise<Requirements> {
  const file = await readFile(new URL(`requirements/${set}.yaml`, SUITE), 'utf8');
  const read = parse(file) as {
    server: string[];
    not_scored: { scenario: string; leg: string }[];
  };
  const server = read.not_scored.filter(({ leg }) => leg === 'server');
  return { scored: read.server, notScored: server.map(({ scenario }) => scenario) };
}

export async function baselineOf(set: RequirementSet): Promise<Baseline> {
  return parse(await readFile(baselineFile(set), 'utf8')) as Baseline;
}

/** Runs all server scenarios of a set against an MCP endpoint, with its baseline. */
export async function runServerScenarios(set: RequirementSet, endpoint: string): Promise<SuiteRun> {
  const results = await mkdtemp(join(tmpdir(), 'conformance-'));
  try {
    const asked = ['--url', endpoint, '--requirements', set, '-o', results];
    const expected = ['--expected-failures', fileURLToPath(baselineFile(set))];
    const { exitCode, output } = await runSuite(['server', ...asked, ...expected]);
    return {
      exitCode,
      summary: output.slice(output.indexOf('=== SUMMARY')),
      checks: await checksIn(results, 'server'),
    };
  } finally {
    await rm(results, { recursive: true, force: true });
  }
}

/** Scenarios and checks that failed, or passed with a warning, in the words of a baseline. */
export function failedChecks(run: SuiteRun, scenarios: readonly string[]): string[] {
  return scenarios.flatMap((scenario) => {
    const failed = (run.checks.get(scenario) ?? []).filter(isFailed);
    return [...new Set(failed.map(({ id }) => `${scenario}:${id}`))];
  });
}

export function failedScenarios(run: SuiteRun, scenarios: readonly string[]): string[] {
  return scenarios.filter((scenario) => run.checks.get(scenario)?.some(isFailed) === true);
}

function isFailed({ status }: Check): boolean {
  return status === 'FAILURE' || status === 'WARNING';
}

function baselineFile(set: RequirementSet): URL {
  return new URL(`baseline/${set}.yml`, import.meta.url);
}

/** While the suite runs. */
export interface Watching {
  /** Told what was written so far. */
  readonly read?: (output: string) => void;
  /** Ends it, with this reason. */
  readonly signal?: AbortSignal;
}

/** The suite's command line, in a process of its own. */
export async function runSuite(
  args: readonly string[],
  { read, signal }: Watching = {},
): Promise<{ exitCode: number | null; output: string }> {
  const command = fileURLToPath(new URL('dist/index.js', SUITE));
  const child = spawn(process.execPath, [command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal === undefined ? {} : { signal }),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output += text;
      read?.(output);
    });
  }
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) =>
      reject(signal?.aborted === true ? (signal.reason as Error) : error),
    );
    child.once('close', resolve);
  });
  return { exitCode, output };
}

/** One directory for each scenario: `<kind>-<scenario>-<time>`. */
export async function checksIn(
  results: string,
  kind: string,
): Promise<Map<string, readonly Check[]>> {
  const checks = new Map<string, readonly Check[]>();
  for (const directory of await readdir(results)) {
    const scenario = /^(.+)-\d{4}-\d\d-\d\dT[\d-]+Z$/.exec(directory)?.[1]?.slice(kind.length + 1);
    if (scenario === undefined) continue;
    const file = await readFile(join(results, directory, 'checks.json'), 'utf8');
    checks.set(scenario, JSON.parse(file) as Check[]);
  }
  return checks;
}
