import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { RELEASES } from '../operation.ts';
import { readAccessFile } from './access.ts';
import type { AccessFile } from './access.ts';
import { UsageError, progress, runCommand } from './command.ts';
import { DocumentError, isObject, parseText, versionOf } from './document.ts';
import { fetchDocument } from './fetch-document.ts';
import { verifyIntegrity } from './integrity.ts';
import { normalise } from './normalise.ts';
import { APP_ID, findSources, isServerTree } from './sources.ts';
import type { Source } from './sources.ts';
import { writeIfChanged } from './write-file.ts';

const HELP = `
npm run openapi:sync -- --from <place> --release <major> [options]

Reads OpenAPI 3.0, 3.1 or 3.2 documents (JSON or YAML) and writes facts-only documents to
openapi/documents/<release>/<app>.json. Run "npm run generate" afterwards.

  --from <place>      a Nextcloud server tree, an app tree, a folder of <app>@<version>[-variant].json files,
                      one file, or an https URL (public addresses only, no redirects)
  --release <major>   ${RELEASES.join(' or ')}
  --app <id>          only this app; names the app when the place does not
  --access <file>     JSON with the PHP attributes behind each route; without it access comes from the document
  --out <folder>      where to write, default openapi/documents
  --json              machine-readable summary on stdout
  --help

Files of a server tree are checked against the release's signature first; a mismatch ends the run.
Exit codes: 0 done, 1 a document is wrong, 2 wrong call.
`;

interface Synced {
  readonly app: string;
  readonly version: string;
  readonly operations: number;
  readonly changed: boolean;
}

export interface SyncOptions {
  readonly from: string;
  readonly release: string;
  readonly app?: string | undefined;
  readonly access?: AccessFile | undefined;
  readonly out: string;
}

export interface SyncReport {
  readonly release: string;
  readonly apps: readonly Synced[];
  readonly operations: number;
  /** Documents that describe capabilities only. */
  readonly empty: readonly string[];
  readonly verifiedFiles: number;
}

export async function sync(options: SyncOptions): Promise<SyncReport> {
  const sources = await sourcesOf(options);
  let verifiedFiles = 0;
  if (!isUrl(options.from) && isServerTree(options.from)) {
    const files = sources.flatMap((source) => source.files);
    progress(`checking ${files.length} files against the release signature`);
    const report = verifyIntegrity(options.from, files);
    verifiedFiles = report.verified;
    for (const file of report.unlisted) progress(`warning: ${file}: not listed in any signature`);
  }
  const normalised = sources.map((source) => ({
    source,
    result: normalise({
      ...source,
      ...(options.access === undefined ? {} : { access: options.access }),
    }),
  }));
  const apps: Synced[] = [];
  for (const { source, result } of normalised.filter((entry) => entry.result.operations > 0)) {
    const file = resolve(options.out, options.release, `${source.app}.json`);
    const changed = writeIfChanged(file, `${JSON.stringify(result.document, null, 2)}\n`);
    apps.push({ app: source.app, version: source.version, operations: result.operations, changed });
    progress(`${source.app} ${source.version}: ${result.operations} operations`);
    for (const reference of result.endless) {
      progress(`warning: ${source.app}: ${reference} leads only back to itself and was taken out`);
    }
  }
  return {
    release: options.release,
    apps,
    operations: apps.reduce((sum, app) => sum + app.operations, 0),
    empty: normalised
      .filter((entry) => entry.result.operations === 0)
      .map((entry) => entry.source.app),
    verifiedFiles,
  };
}

async function sourcesOf(options: SyncOptions): Promise<Source[]> {
  if (!isUrl(options.from)) return findSources(options.from, { app: options.app });
  if (options.app === undefined) throw new UsageError('--app is needed with a URL');
  const text = await fetchDocument(options.from, { onStart: progress });
  const document = parseText(text, options.from);
  if (!isObject(document)) throw new DocumentError(options.from, '', 'an object is expected');
  const version = versionOf(document);
  const { app, from } = options;
  return [{ app, version, file: from, document, variants: new Map(), files: [] }];
}

function isUrl(from: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(from);
}

function summary({ apps, operations, empty }: SyncReport): string {
  const without = empty.length === 0 ? '' : `; no operations in: ${empty.join(', ')}`;
  return `${apps.length} documents, ${operations} operations${without}\n`;
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      from: { type: 'string' },
      release: { type: 'string' },
      app: { type: 'string' },
      access: { type: 'string' },
      out: { type: 'string', default: new URL('../documents', import.meta.url).pathname },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.from === undefined) throw new UsageError('--from is needed');
  if (!RELEASES.some((release) => release === values.release)) {
    throw new UsageError(`--release must be ${RELEASES.join(' or ')}`);
  }
  if (values.app !== undefined && !APP_ID.test(values.app)) {
    throw new UsageError('--app must be an app id (a-z, 0-9, _)');
  }
  const report = await sync({
    from: values.from,
    release: String(values.release),
    app: values.app,
    access: values.access === undefined ? undefined : readAccessFile(values.access),
    out: values.out,
  });
  if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else process.stdout.write(summary(report));
  return 0;
}

if (import.meta.main) await runCommand(HELP, main);
