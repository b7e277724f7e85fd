import type {
  AppEntry,
  JsonSchema,
  Operation,
  OperationTool,
  Release,
  ReleaseTable,
} from '../operation.ts';
import { RELEASES } from '../operation.ts';
import { DocumentError, versionOf } from './document.ts';
import { buildOperations, reachableDefinitions } from './operations.ts';
import type { BuiltOperation } from './operations.ts';
import type { AppliedDocument, AppliedSets } from './sets.ts';
import { buildTool, readDecision, readPresence } from './tools.ts';
import type { Decision } from './tools.ts';

export interface DecidedOperation {
  readonly release: Release;
  readonly operation: Operation;
  readonly decision: Decision;
}

export interface BuiltTables {
  readonly tables: Readonly<Record<Release, ReleaseTable>>;
  readonly decided: readonly DecidedOperation[];
  /** Everything wrong in documents and overlays, overlay mistakes included. */
  readonly mistakes: readonly DocumentError[];
}

interface BuiltDocument {
  readonly applied: AppliedDocument;
  readonly operations: readonly BuiltOperation[];
  readonly definitions: Readonly<Record<string, JsonSchema>>;
}

/** Documents with overlays → release tables. Tools with a mistake are left out and told in `mistakes`. */
export function buildTables(sets: AppliedSets): BuiltTables {
  const mistakes: DocumentError[] = [...sets.mistakes];
  const built = sets.documents.flatMap((applied) => buildDocument(applied, mistakes));
  const parameters = parametersOverReleases(built);
  const decided: DecidedOperation[] = [];
  const tables = {} as Record<Release, ReleaseTable>;
  for (const release of RELEASES) {
    const documents = built.filter(({ applied }) => applied.release === release);
    const tools = new Map<string, OperationTool>();
    for (const document of documents) {
      decided.push(...decideAll(document, parameters, tools, mistakes));
    }
    tables[release] = {
      release,
      apps: Object.fromEntries(documents.map((document) => appEntry(document, mistakes))),
      definitions: Object.assign({}, ...documents.map(({ definitions }) => definitions)) as Record<
        string,
        JsonSchema
      >,
      operations: Object.fromEntries(
        documents.flatMap(({ operations }) =>
          operations.map(({ operation }) => [operation.key, operation]),
        ),
      ),
      tools: Object.fromEntries([...tools].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  }
  return { tables, decided, mistakes: distinct(mistakes) };
}

function buildDocument(applied: AppliedDocument, mistakes: DocumentError[]): BuiltDocument[] {
  try {
    const operations = buildOperations(applied.app, applied.file, applied.document);
    const definitions = reachableDefinitions(
      applied.app,
      applied.file,
      applied.document,
      operations.map(({ operation }) => operation),
    );
    return [{ applied, operations, definitions }];
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    mistakes.push(error);
    return [];
  }
}

function parametersOverReleases(built: readonly BuiltDocument[]): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>();
  for (const { operation } of built.flatMap(({ operations }) => operations)) {
    const names = known.get(operation.key) ?? new Set<string>();
    for (const name of Object.keys(operation.parameters)) names.add(name);
    known.set(operation.key, names);
  }
  return known;
}

function decideAll(
  document: BuiltDocument,
  parameters: ReadonlyMap<string, Set<string>>,
  tools: Map<string, OperationTool>,
  mistakes: DocumentError[],
): DecidedOperation[] {
  const { app, release } = document.applied;
  return document.operations.map(({ operation, source, place }) => {
    const before = mistakes.length;
    const complain = (message: string): void => {
      mistakes.push(
        new DocumentError(
          `overlays/tools/${app}.yaml`,
          `${operation.key.slice(app.length + 1)} (${place})`,
          message,
        ),
      );
    };
    const decision = readDecision(source, complain);
    if (decision.kind === 'tool') {
      const tool = buildTool(operation, decision.tool, {
        definitions: document.definitions,
        knownParameters: parameters.get(operation.key) ?? new Set(),
        complain,
      });
      const other = tools.get(tool.name);
      if (other !== undefined) complain(`tool name ${tool.name} is used by ${other.operation} too`);
      if (mistakes.length === before) tools.set(tool.name, tool);
    }
    return { release, operation, decision };
  });
}

function appEntry(document: BuiltDocument, mistakes: DocumentError[]): [string, AppEntry] {
  const { app, sha256, presence: stated, document: content } = document.applied;
  const presence = readPresence(stated);
  if (presence === undefined && stated !== undefined) {
    mistakes.push(
      new DocumentError(
        `overlays/tools/${app}.yaml`,
        'info.x-presence',
        'one of { always: true }, { capability: … }, { navigation: … } is expected',
      ),
    );
  }
  const version = versionOf(content);
  return [app, { app, version, sha256, presence: presence ?? { capability: app } }];
}

/** The same mistake usually shows in every release. */
function distinct(mistakes: readonly DocumentError[]): DocumentError[] {
  return [...new Map(mistakes.map((mistake) => [mistake.message, mistake])).values()];
}
