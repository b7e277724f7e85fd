import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { RELEASES } from '../operation.ts';
import type { Release } from '../operation.ts';
import { resolved } from './dav.ts';
import { DocumentError, isObject, parseText, readObject } from './document.ts';
import type { JsonObject } from './document.ts';
import { applyOverlay, parseOverlay } from './overlay.ts';
import type { Overlay } from './overlay.ts';

/** Where documents and overlays are, relative to the `openapi` folder. */
export const OPENAPI_FOLDER = new URL('../', import.meta.url).pathname;

/** The order matters: corrections state facts, tools add our decisions, site is the administrator's last word. */
const LAYERS = ['corrections', 'tools', 'site'] as const;

export interface AppliedDocument {
  readonly app: string;
  readonly release: Release;
  readonly file: string;
  /** With all overlays applied. */
  readonly document: JsonObject;
  /** Of the stored file, before overlays. */
  readonly sha256: string;
  /** `info.x-presence` of the tools overlay. */
  readonly presence: unknown;
}

export interface AppliedSets {
  readonly documents: readonly AppliedDocument[];
  readonly mistakes: readonly DocumentError[];
  /** SHA-256 over every input, file names included. */
  readonly sourceHash: string;
}

/** What a command answers to an `--app` that has no document. */
export function noSuchDocument(app: string): DocumentError {
  return new DocumentError(`documents/*/${app}.json`, '', 'no such document');
}

/** Loads all documents of all releases and applies the overlays. `app` limits the work to one app. */
export function loadSets(folder: string = OPENAPI_FOLDER, app?: string): AppliedSets {
  const hash = createHash('sha256');
  const mistakes: DocumentError[] = [];
  const documents = RELEASES.flatMap((release) => releaseDocuments(folder, release, app));
  for (const { file, text } of documents) hash.update(`${file}\0${text}\0`);
  const presence = new Map<string, unknown>();
  for (const layer of LAYERS) {
    for (const file of overlayFiles(join(folder, 'overlays', layer), app)) {
      const text = readFileSync(file.path, 'utf8');
      hash.update(`${layer}/${file.name}\0${text}\0`);
      const overlay = readOverlay(text, `overlays/${layer}/${file.name}`, mistakes);
      if (overlay === undefined) continue;
      if (layer === 'tools') presence.set(file.app, overlay.info['x-presence']);
      if (layer === 'tools') mistakes.push(...decidedTwice(overlay));
      const targets = documents.filter((document) => document.app === file.app);
      mistakes.push(
        ...applyOverlay(
          overlay,
          targets.map(({ document }) => document),
        ),
      );
    }
  }
  return {
    documents: documents.map(({ text, ...document }) => ({
      ...document,
      sha256: createHash('sha256').update(text).digest('hex'),
      presence: presence.get(document.app),
    })),
    mistakes,
    sourceHash: hash.digest('hex'),
  };
}

interface LoadedDocument {
  readonly app: string;
  readonly release: Release;
  readonly file: string;
  readonly document: JsonObject;
  readonly text: string;
}

function releaseDocuments(folder: string, release: Release, only?: string): LoadedDocument[] {
  const stored = documentFiles(join(folder, 'documents', release), '.json', only).map(
    ({ app, path }) => {
      const text = readFileSync(path, 'utf8');
      const file = `documents/${release}/${app}.json`;
      return { app, release, file, document: readObject(path), text };
    },
  );
  // DAV is the same in every release
  const dav = documentFiles(join(folder, 'dav'), '.yaml', only).map(({ app, path }) => {
    const text = readFileSync(path, 'utf8');
    const file = `dav/${app}.yaml`;
    return { app, release, file, document: resolved(file, readObject(path)), text };
  });
  return [...stored, ...dav];
}

function documentFiles(
  folder: string,
  ending: string,
  only?: string,
): { app: string; path: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => ({ app: basename(name, ending), path: join(folder, name) }))
    .filter(({ app }) => only === undefined || app === only);
}

function overlayFiles(
  folder: string,
  only?: string,
): { app: string; name: string; path: string }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => ({ app: name.replace(/\.ya?ml$/, ''), name, path: join(folder, name) }))
    .filter(({ app }) => only === undefined || app === only);
}

function readOverlay(text: string, file: string, mistakes: DocumentError[]): Overlay | undefined {
  try {
    const value = parseText(text, file);
    if (!isObject(value)) throw new DocumentError(file, '', 'an object is expected at the top');
    return parseOverlay(value, file);
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    mistakes.push(error);
    return undefined;
  }
}

/** The same target with two names, or two verdicts: merging them silently would hide one. */
function decidedTwice(overlay: Overlay): DocumentError[] {
  const seen = new Set<string>();
  const mistakes: DocumentError[] = [];
  for (const { target, update } of overlay.actions) {
    if (!isObject(update)) continue;
    const tool = update['x-tool'];
    for (const [key, decides] of [
      ['tool', isObject(tool) && 'name' in tool],
      ['exclusion', 'x-excluded' in update],
    ] as const) {
      if (!decides) continue;
      if (seen.has(`${key} ${target}`)) {
        mistakes.push(
          new DocumentError(overlay.file, target, `a second ${key} decision for the same target`),
        );
      }
      seen.add(`${key} ${target}`);
    }
  }
  return mistakes;
}
