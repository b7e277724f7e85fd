import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RELEASES } from '../operation.ts';
import type { Operation, ReleaseTable } from '../operation.ts';
import { UsageError, runCommand } from './command.ts';
import { DocumentError, deepEqual, isObject, readObject } from './document.ts';
import type { JsonObject } from './document.ts';
import { resolvedSchema, schemaChanges } from './schema-diff.ts';
import type { Severity } from './schema-diff.ts';
import { OPENAPI_FOLDER } from './sets.ts';

const HELP = `
npm run openapi:diff -- --from <release> --to <release> [options]

What a release change does to operations and tools, from the generated tables.

  --from, --to <release>   ${RELEASES.join(' or ')}, or a table file
  --app <id>               only this app
  --json                   machine-readable on stdout
  --help

breaking: a call that worked no longer does (removed, new required argument, narrower input)
warning:  an answer or a rule changed (field gone, other type, access, confirmation)
info:     something was added or widened

Exit codes: 0 nothing breaking, 1 something breaking, 2 wrong call.
`;

export type ChangeKind = 'added' | 'removed' | 'narrowed' | 'changed';

export interface Change {
  readonly severity: Severity;
  readonly kind: ChangeKind;
  readonly operation: string;
  /** Tool of that operation, if it is or was one. */
  readonly tool?: string;
  readonly message: string;
}

/** All differences, most severe first, then by operation. */
export function diffTables(from: ReleaseTable, to: ReleaseTable): Change[] {
  const changes: Change[] = [];
  const tools = toolsByOperation(from, to);
  const tell = (severity: Severity, kind: ChangeKind, operation: string, message: string): void => {
    const tool = tools.get(operation);
    changes.push({ severity, kind, operation, ...(tool === undefined ? {} : { tool }), message });
  };
  for (const [key, before] of Object.entries(from.operations)) {
    const after = to.operations[key];
    if (after === undefined)
      tell('breaking', 'removed', key, `${before.method} ${before.path} is gone`);
    else
      diffOperation({
        from,
        to,
        before,
        after,
        tell: (severity, kind, message) => tell(severity, kind, key, message),
      });
  }
  for (const [key, after] of Object.entries(to.operations)) {
    if (from.operations[key] === undefined)
      tell('info', 'added', key, `${after.method} ${after.path}`);
  }
  const rank: Severity[] = ['breaking', 'warning', 'info'];
  return changes.sort(
    (a, b) =>
      rank.indexOf(a.severity) - rank.indexOf(b.severity) ||
      (a.operation < b.operation ? -1 : a.operation > b.operation ? 1 : 0),
  );
}

function toolsByOperation(...tables: ReleaseTable[]): Map<string, string> {
  return new Map(
    tables.flatMap(({ tools }) =>
      Object.values(tools).map((tool) => [tool.operation, tool.name] as const),
    ),
  );
}

interface Pair {
  readonly from: ReleaseTable;
  readonly to: ReleaseTable;
  readonly before: Operation;
  readonly after: Operation;
  readonly tell: (severity: Severity, kind: ChangeKind, message: string) => void;
}

function diffOperation(pair: Pair): void {
  const { before, after, tell } = pair;
  if (before.method !== after.method || before.path !== after.path) {
    tell(
      'info',
      'changed',
      `now ${after.method} ${after.path}, was ${before.method} ${before.path}`,
    );
  }
  if (!deepEqual(before.constants ?? {}, after.constants ?? {}))
    tell('info', 'changed', 'path constants changed');
  if (before.access !== after.access)
    tell('warning', 'changed', `access ${before.access} → ${after.access}`);
  if (before.passwordConfirmation !== after.passwordConfirmation) {
    tell(
      'warning',
      'changed',
      `password confirmation ${before.passwordConfirmation ?? 'none'} → ${after.passwordConfirmation ?? 'none'}`,
    );
  }
  if (before.envelope !== after.envelope)
    tell('info', 'changed', `envelope ${before.envelope} → ${after.envelope}`);
  if (before.body !== after.body)
    tell('info', 'changed', `body ${before.body ?? 'none'} → ${after.body ?? 'none'}`);
  if (after.deprecated === true && before.deprecated !== true)
    tell('warning', 'changed', 'now deprecated');
  diffParameters(pair);
  diffResponses(pair);
}

function diffParameters({ from, to, before, after, tell }: Pair): void {
  for (const [name, old] of Object.entries(before.parameters)) {
    const fresh = after.parameters[name];
    if (fresh === undefined) {
      tell('breaking', 'narrowed', `argument ${name} is gone`);
      continue;
    }
    if (old.required !== true && fresh.required === true)
      tell('breaking', 'narrowed', `argument ${name} is now required`);
    if (old.required === true && fresh.required !== true)
      tell('info', 'changed', `argument ${name} is now optional`);
    if (old.in !== fresh.in || old.wire !== fresh.wire) {
      tell(
        'info',
        'changed',
        `argument ${name} travels as ${fresh.in} ${fresh.wire}, was ${old.in} ${old.wire}`,
      );
    }
    const changes = schemaChanges(
      resolvedSchema(old.schema, from),
      resolvedSchema(fresh.schema, to),
      'input',
    );
    for (const change of changes) {
      tell(
        change.severity,
        change.severity === 'breaking' ? 'narrowed' : 'changed',
        `argument ${name}${change.place}: ${change.message}`,
      );
    }
  }
  for (const [name, fresh] of Object.entries(after.parameters)) {
    if (name in before.parameters) continue;
    if (fresh.required === true) tell('breaking', 'narrowed', `new required argument ${name}`);
    else tell('info', 'changed', `new optional argument ${name}`);
  }
}

function diffResponses({ from, to, before, after, tell }: Pair): void {
  for (const [status, old] of Object.entries(before.responses)) {
    const fresh = after.responses[status];
    if (fresh === undefined) {
      tell('warning', 'changed', `no longer answers ${status}`);
      continue;
    }
    if (!deepEqual([...old.mediaTypes].sort(), [...fresh.mediaTypes].sort()))
      tell(
        'warning',
        'changed',
        `answer ${status} is ${fresh.mediaTypes.join(', ')}, was ${old.mediaTypes.join(', ')}`,
      );
    const changes = schemaChanges(
      resolvedSchema(old.schema ?? {}, from),
      resolvedSchema(fresh.schema ?? {}, to),
      'output',
    );
    for (const change of changes)
      tell(change.severity, 'changed', `answer ${status}${change.place}: ${change.message}`);
  }
  const added = Object.keys(after.responses).filter((status) => !(status in before.responses));
  for (const status of added) tell('info', 'changed', `may answer ${status}`);
  const refusals = after.errors.filter((status) => !before.errors.includes(status));
  if (refusals.length > 0) tell('info', 'changed', `may refuse with ${refusals.join(', ')}`);
}

function readTable(place: string): ReleaseTable {
  const known = RELEASES.some((release) => release === place);
  const file = known ? join(OPENAPI_FOLDER, 'generated', `${place}.json`) : place;
  const table = tableIn(file);
  if (['operations', 'tools', 'definitions'].every((part) => isObject(table[part])))
    return table as unknown as ReleaseTable;
  throw new UsageError(`${place} is no table of operations and tools`);
}

function tableIn(file: string): JsonObject {
  try {
    return readObject(file);
  } catch (error) {
    if (error instanceof DocumentError) throw new UsageError(error.message);
    throw error;
  }
}

function onlyApp(table: ReleaseTable, app: string | undefined): ReleaseTable {
  if (app === undefined) return table;
  const operations = Object.entries(table.operations).filter(
    ([, operation]) => operation.app === app,
  );
  return { ...table, operations: Object.fromEntries(operations) };
}

function print(changes: readonly Change[], json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(changes)}\n`);
    return;
  }
  for (const { severity, kind, operation, tool, message } of changes) {
    process.stdout.write(
      `${severity.padEnd(9)}${kind.padEnd(9)}${operation}${tool === undefined ? '' : ` [${tool}]`}: ${message}\n`,
    );
  }
  const count = (kind: ChangeKind): number =>
    new Set(changes.filter((change) => change.kind === kind).map(({ operation }) => operation))
      .size;
  process.stdout.write(
    `operations: ${count('added')} added, ${count('removed')} removed, ${count('narrowed')} narrowed, ${count('changed')} changed\n`,
  );
}

function main(args: string[]): number {
  const { values } = parseArgs({
    args,
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      app: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.from === undefined || values.to === undefined)
    throw new UsageError('--from and --to are needed');
  const from = onlyApp(readTable(values.from), values.app);
  const to = onlyApp(readTable(values.to), values.app);
  const known = { ...from.operations, ...to.operations };
  if (Object.keys(known).length === 0)
    throw new UsageError(`neither release has operations of ${values.app ?? 'any app'}`);
  const changes = diffTables(from, to);
  print(changes, values.json);
  return changes.some(({ severity }) => severity === 'breaking') ? 1 : 0;
}

if (import.meta.main) await runCommand(HELP, main);
