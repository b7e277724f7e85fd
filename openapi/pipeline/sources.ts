import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DocumentError, operationsOf, readObject, versionOf } from './document.ts';
import type { JsonObject } from './document.ts';

/** The documents of one app: the one to read, and which variant each operation stands in. */
export interface Source {
  readonly app: string;
  readonly version: string;
  readonly file: string;
  readonly document: JsonObject;
  readonly variants: ReadonlyMap<string, string>;
  /** Files read, main one first. */
  readonly files: readonly string[];
}

interface SourceFiles {
  readonly app: string;
  readonly version: string | undefined;
  /** Variant name → file; the plain document has the name ``. */
  readonly files: ReadonlyMap<string, string>;
}

const DOCUMENT = /\.(json|ya?ml)$/;

/** What Nextcloud allows as the id of an app. */
export const APP_ID = /^[a-z][a-z0-9_]*$/;

/**
 * Finds the documents below `from`: a server tree (`core/openapi.json`, `apps/*`), an app tree (`appinfo/`), a folder
 * of `<app>@<version>[-variant].json` files, or one file. `version` and `app` fill in what the place does not tell.
 */
export function findSources(from: string, options: { app?: string | undefined } = {}): Source[] {
  if (!existsSync(from)) throw new DocumentError(from, '', 'no such file or folder');
  const found = candidates(from, options.app);
  const wanted = options.app === undefined ? found : found.filter(({ app }) => app === options.app);
  if (wanted.length === 0) throw new DocumentError(from, '', 'no OpenAPI document found');
  return wanted.map(readSource).sort((a, b) => (a.app < b.app ? -1 : 1));
}

export function isServerTree(folder: string): boolean {
  return existsSync(join(folder, 'version.php')) && existsSync(join(folder, 'core'));
}

function candidates(from: string, app: string | undefined): SourceFiles[] {
  if (!statSync(from).isDirectory()) return [singleFile(from, app)];
  if (isServerTree(from)) return serverTree(from);
  if (existsSync(join(from, 'appinfo', 'info.xml'))) return [appTree(from)].filter(hasFiles);
  return folderOfDocuments(from);
}

function hasFiles(source: SourceFiles): boolean {
  return source.files.size > 0;
}

function serverTree(root: string): SourceFiles[] {
  const version = /\$OC_VersionString\s*=\s*'([^']+)'/.exec(
    readFileSync(join(root, 'version.php'), 'utf8'),
  )?.[1];
  const core = { app: 'core', version, files: treeFiles(join(root, 'core')) };
  const apps = readdirSync(join(root, 'apps'))
    .map((name) => join(root, 'apps', name))
    .filter((folder) => existsSync(join(folder, 'appinfo', 'info.xml')))
    .map(appTree);
  return [core, ...apps].filter(hasFiles);
}

function appTree(folder: string): SourceFiles {
  const info = readFileSync(join(folder, 'appinfo', 'info.xml'), 'utf8');
  return {
    app: /<id>\s*([^<\s]+)\s*<\/id>/.exec(info)?.[1] ?? basename(folder),
    version: /<version>\s*([^<\s]+)\s*<\/version>/.exec(info)?.[1],
    files: treeFiles(folder),
  };
}

/** `openapi.json`, `openapi-full.json`, `openapi-administration.json`, … of one tree. */
function treeFiles(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const name of readdirSync(folder).sort()) {
    const match = /^openapi(?:-([\w-]+))?\.(json|ya?ml)$/.exec(name);
    if (match !== null) files.set(match[1] ?? '', join(folder, name));
  }
  return files;
}

function singleFile(file: string, app: string | undefined): SourceFiles {
  const named = /^(.+?)@(.+)\.(json|ya?ml)$/.exec(basename(file));
  if (named === null) {
    const tree = /^openapi(-[\w-]+)?\.(json|ya?ml)$/.test(basename(file));
    const info = join(dirname(file), 'appinfo', 'info.xml');
    if (tree && existsSync(info)) return appTree(dirname(file));
    if (tree && app === undefined) {
      throw new DocumentError(file, '', 'does not tell which app it is of: --app <id> does');
    }
    const stem = basename(file).replace(DOCUMENT, '');
    return { app: app ?? stem, version: undefined, files: new Map([['', file]]) };
  }
  const [, name = '', printed = ''] = named;
  const version = printed.replace(/-full$/, '');
  const siblings = folderOfDocuments(dirname(file), name).find(
    (found) => found.version === version,
  );
  const files = siblings?.files ?? new Map([['', file]]);
  return { app: app ?? name, version, files };
}

/** Groups `<app>@<version>[-variant]` files; a version that begins another one's name makes that a variant. */
function folderOfDocuments(folder: string, only?: string): SourceFiles[] {
  const versions = new Map<string, Map<string, string>>();
  for (const name of readdirSync(folder)
    .filter((entry) => DOCUMENT.test(entry))
    .sort()) {
    const match = /^(.+?)(?:@(.+))?\.(?:json|ya?ml)$/.exec(name);
    const app = match?.[1] ?? name;
    if (only !== undefined && app !== only) continue;
    const known = versions.get(app) ?? new Map<string, string>();
    const version = match?.[2] ?? '';
    const clash = known.get(version);
    if (clash === undefined || clash.endsWith('.yaml')) known.set(version, join(folder, name));
    versions.set(app, known);
  }
  const found: SourceFiles[] = [];
  for (const [app, known] of versions) {
    const names = [
      ...new Set([...known.keys()].flatMap((name) => [name, name.replace(/-full$/, '')])),
    ];
    const bases = names.filter(
      (name) =>
        (known.has(name) || known.has(`${name}-full`)) &&
        !names.some((other) => other !== name && name.startsWith(`${other}-`)),
    );
    if (bases.length > 1 && only === undefined) {
      throw new DocumentError(folder, app, `several versions (${bases.join(', ')}); name one file`);
    }
    for (const base of bases) {
      const files = new Map<string, string>();
      for (const [version, file] of known) {
        if (version === base) files.set('', file);
        else if (version.startsWith(`${base}-`)) files.set(version.slice(base.length + 1), file);
      }
      found.push({ app, version: base === '' ? undefined : base, files });
    }
  }
  return found;
}

/** The `full` variant is the union of all others; without one the plain document is everything. */
function readSource(source: SourceFiles): Source {
  if (!APP_ID.test(source.app)) {
    throw new DocumentError(source.app, '', 'no app id (a-z, 0-9, _): --app <id> tells it');
  }
  const main = source.files.get('full') ?? source.files.get('') ?? [...source.files.values()][0];
  if (main === undefined) throw new DocumentError(source.app, '', 'no document');
  const document = readObject(main);
  const variants = new Map<string, string>();
  for (const [variant, file] of source.files) {
    if (variant === '' || variant === 'full') continue;
    for (const { method, path } of operationsOf(readObject(file))) {
      variants.set(`${method} ${path}`, variant);
    }
  }
  return {
    app: source.app,
    version: source.version ?? versionOf(document),
    file: main,
    document,
    variants,
    files: [main, ...[...source.files.values()].filter((file) => file !== main)],
  };
}
