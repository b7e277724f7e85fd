import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RELEASES } from '../operation.ts';
import { progress, runCommand } from './command.ts';
import { readObject } from './document.ts';
import { checkNames, namesOf } from './names.ts';
import type { NamesLock } from './names.ts';
import { OPENAPI_FOLDER, loadSets, noSuchDocument } from './sets.ts';
import { tableText } from './table-text.ts';
import { buildTables } from './tables.ts';
import type { BuiltTables } from './tables.ts';
import { typesText } from './types.ts';
import { writeIfChanged } from './write-file.ts';

const HELP = `
npm run generate [-- options]

Documents and overlays → openapi/generated/<release>.json, openapi/generated/types.ts, openapi/names.lock.json.
Offline and deterministic.

  --check           write nothing; exit 1 when a generated file is stale
  --app <id>        check one app's document and overlays; writes nothing
  --strict          undecided operations are errors
  --accept-names    take renamed and removed tools over into names.lock.json
  --keep-going      write the tables without the tools that have mistakes (exit 1 all the same)
  --json            machine-readable summary on stdout
  --help

Exit codes: 0 fine, 1 mistakes or stale files, 2 wrong call.
`;

export interface GenerateOptions {
  readonly folder?: string;
  readonly app?: string | undefined;
  readonly check?: boolean;
  readonly strict?: boolean;
  readonly acceptNames?: boolean;
  readonly keepGoing?: boolean;
}

export interface GenerateReport {
  readonly mistakes: readonly string[];
  /** Operation keys without a decision. */
  readonly undecided: readonly string[];
  readonly tools: Readonly<Record<string, number>>;
  readonly operations: Readonly<Record<string, number>>;
  /** Files written, or stale ones with `check`. */
  readonly files: readonly string[];
}

export async function generate(options: GenerateOptions = {}): Promise<GenerateReport> {
  const folder = options.folder ?? OPENAPI_FOLDER;
  const sets = loadSets(folder, options.app);
  if (sets.documents.length === 0 && options.app !== undefined) {
    throw noSuchDocument(options.app);
  }
  const built = buildTables(sets);
  const lockFile = join(folder, 'names.lock.json');
  const lock = readLock(lockFile, options.app);
  const names = namesOf(built.tables);
  const mistakes = built.mistakes.map(({ message }) => message);
  if (options.acceptNames !== true) {
    mistakes.push(...checkNames(lock, names, 'names.lock.json').map(({ message }) => message));
  }
  const undecided = undecidedKeys(built);
  if (options.strict === true) mistakes.push(...undecided.map((key) => `${key}: undecided`));
  const mayWrite =
    options.app === undefined && (mistakes.length === 0 || options.keepGoing === true);
  const files = mayWrite ? await output(folder, built, sets.sourceHash, names, options) : [];
  return { mistakes, undecided, files, ...counts(built) };
}

async function output(
  folder: string,
  built: BuiltTables,
  sourceHash: string,
  names: NamesLock,
  options: GenerateOptions,
): Promise<string[]> {
  const files: [string, string][] = RELEASES.map((release) => [
    `generated/${release}.json`,
    tableText(built.tables[release]),
  ]);
  files.push(['generated/toolsets.json', toolsetsText(built.tables)]);
  files.push(['generated/types.ts', await typesText(built.tables, sourceHash)]);
  files.push(['names.lock.json', `${JSON.stringify(names, null, 2)}\n`]);
  return files
    .filter(([name, content]) =>
      options.check === true
        ? isStale(join(folder, name), content)
        : writeIfChanged(join(folder, name), content),
    )
    .map(([name]) => name);
}

/** Names of all toolsets, so that a setting can be checked without reading every table. */
function toolsetsText(tables: BuiltTables['tables']): string {
  const names = Object.values(tables).flatMap(({ tools }) =>
    Object.values(tools).map(({ toolset }) => toolset),
  );
  return `${JSON.stringify([...new Set(names)].sort(), null, 2)}\n`;
}

function isStale(file: string, content: string): boolean {
  return !existsSync(file) || readFileSync(file, 'utf8') !== content;
}

function readLock(file: string, app: string | undefined): NamesLock {
  if (!existsSync(file)) return {};
  const lock = readObject(file) as NamesLock;
  if (app === undefined) return lock;
  return Object.fromEntries(Object.entries(lock).filter(([key]) => key.startsWith(`${app}.`)));
}

function undecidedKeys(built: BuiltTables): string[] {
  const keys = built.decided
    .filter(({ decision }) => decision.kind === 'undecided')
    .map(({ operation }) => operation.key);
  return [...new Set(keys)].sort();
}

function counts(built: BuiltTables): Pick<GenerateReport, 'tools' | 'operations'> {
  const count = (key: 'tools' | 'operations'): Record<string, number> =>
    Object.fromEntries(
      RELEASES.map((release) => [release, Object.keys(built.tables[release][key]).length]),
    );
  return { tools: count('tools'), operations: count('operations') };
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      app: { type: 'string' },
      check: { type: 'boolean', default: false },
      'check-only': { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      'accept-names': { type: 'boolean', default: false },
      'keep-going': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const check = values.check || values['check-only'];
  const report = await generate({
    app: values.app,
    check,
    strict: values.strict,
    acceptNames: values['accept-names'],
    keepGoing: values['keep-going'],
  });
  for (const mistake of report.mistakes) progress(`error: ${mistake}`);
  tellUndecided(report, values.app);
  if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else tellResult(report, check);
  return report.mistakes.length > 0 || (check && report.files.length > 0) ? 1 : 0;
}

function tellUndecided(report: GenerateReport, app: string | undefined): void {
  if (report.undecided.length === 0) return;
  if (app !== undefined) for (const key of report.undecided) progress(`undecided: ${key}`);
  else
    progress(
      `${report.undecided.length} operations undecided (npm run openapi:coverage names them)`,
    );
}

function tellResult(report: GenerateReport, check: boolean): void {
  for (const release of RELEASES) {
    process.stdout.write(
      `${release}: ${report.operations[release]} operations, ${report.tools[release]} tools\n`,
    );
  }
  for (const file of report.files)
    process.stdout.write(`${check ? 'stale' : 'written'}: ${file}\n`);
}

if (import.meta.main) await runCommand(HELP, main);
