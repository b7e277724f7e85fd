import { parseArgs } from 'node:util';
import { RELEASES } from '../operation.ts';
import type { Release } from '../operation.ts';
import { runCommand } from './command.ts';
import { EXCLUSION_REASONS } from './decisions.ts';
import { OPENAPI_FOLDER, loadSets, noSuchDocument } from './sets.ts';
import { buildTables } from './tables.ts';
import type { DecidedOperation } from './tables.ts';

const HELP = `
npm run openapi:coverage [-- options]

What became of every operation of every document: a tool, part of a composed tool, left out with a reason, undecided.

  --app <id>   only this app
  --json       machine-readable on stdout
  --help

Exit codes: 0 every operation is decided, 1 something is undecided or an overlay is wrong, 2 wrong call.
`;

export interface AppCoverage {
  readonly total: number;
  /** Operations that are a tool of their own. */
  readonly exposed: number;
  /** Operations used by composed tools and not a tool of their own. */
  readonly composed: number;
  readonly excluded: number;
  readonly undecided: readonly string[];
}

export interface CoverageReport {
  readonly releases: Readonly<Record<Release, Readonly<Record<string, AppCoverage>>>>;
  /** Reason → operations left out for it, in any release. */
  readonly reasons: Readonly<Record<string, readonly string[]>>;
  readonly mistakes: readonly string[];
}

export function coverage(folder: string = OPENAPI_FOLDER, app?: string): CoverageReport {
  const sets = loadSets(folder, app);
  if (sets.documents.length === 0 && app !== undefined) throw noSuchDocument(app);
  const { decided, mistakes } = buildTables(sets);
  const releases = {} as Record<Release, Record<string, AppCoverage>>;
  for (const release of RELEASES) {
    const ofRelease = decided.filter((entry) => entry.release === release);
    const apps = [...new Set(ofRelease.map(({ operation }) => operation.app))];
    releases[release] = Object.fromEntries(
      apps.map((name) => [
        name,
        appCoverage(ofRelease.filter(({ operation }) => operation.app === name)),
      ]),
    );
  }
  return {
    releases,
    reasons: reasonsOf(decided),
    mistakes: mistakes.map(({ message }) => message),
  };
}

function appCoverage(decided: readonly DecidedOperation[]): AppCoverage {
  const of = (kind: string): DecidedOperation[] =>
    decided.filter(({ decision }) => decision.kind === kind);
  return {
    total: decided.length,
    exposed: of('tool').length,
    composed: of('composed').length,
    excluded: of('excluded').length,
    undecided: of('undecided').map(({ operation }) => operation.key),
  };
}

function reasonsOf(decided: readonly DecidedOperation[]): Record<string, string[]> {
  const reasons: Record<string, string[]> = {};
  for (const reason of Object.keys(EXCLUSION_REASONS)) {
    const keys = decided
      .filter(({ decision }) => decision.kind === 'excluded' && decision.reason === reason)
      .map(({ operation }) => operation.key);
    if (keys.length > 0) reasons[reason] = [...new Set(keys)].sort();
  }
  return reasons;
}

function print(report: CoverageReport): void {
  const line = (name: string, ...cells: (string | number)[]): void => {
    process.stdout.write(
      `${name.padEnd(26)}${cells.map((cell) => String(cell).padStart(10)).join('')}\n`,
    );
  };
  for (const [release, apps] of Object.entries(report.releases)) {
    line(`Nextcloud ${release}`, 'total', 'exposed', 'composed', 'excluded', 'undecided');
    const rows = Object.entries(apps);
    for (const [app, row] of rows) line(app, ...cells(row));
    const sum = (pick: (row: AppCoverage) => number): number =>
      rows.reduce((all, [, row]) => all + pick(row), 0);
    line('all', ...[0, 1, 2, 3, 4].map((index) => sum((row) => cells(row)[index] ?? 0)));
    process.stdout.write('\n');
  }
  process.stdout.write('Reasons for leaving out (operations of any release)\n');
  for (const [reason, keys] of Object.entries(report.reasons)) {
    const meaning = EXCLUSION_REASONS[reason as keyof typeof EXCLUSION_REASONS];
    process.stdout.write(`${reason.padEnd(24)}${String(keys.length).padStart(4)}  ${meaning}\n`);
  }
  const undecided = new Set(
    Object.values(report.releases).flatMap((apps) =>
      Object.values(apps).flatMap((row) => row.undecided),
    ),
  );
  for (const key of [...undecided].sort()) process.stderr.write(`undecided: ${key}\n`);
  for (const mistake of report.mistakes) process.stderr.write(`error: ${mistake}\n`);
}

function cells(row: AppCoverage): number[] {
  return [row.total, row.exposed, row.composed, row.excluded, row.undecided.length];
}

function main(args: string[]): number {
  const { values } = parseArgs({
    args,
    options: { app: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const report = coverage(OPENAPI_FOLDER, values.app);
  if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else print(report);
  const open = Object.values(report.releases).some((apps) =>
    Object.values(apps).some(({ undecided }) => undecided.length > 0),
  );
  return open || report.mistakes.length > 0 ? 1 : 0;
}

if (import.meta.main) await runCommand(HELP, main);
