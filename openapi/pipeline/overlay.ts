import { compile } from 'json-p3';
import type { JSONPathQuery, JSONValue } from 'json-p3';
import { DocumentError, asObject, asText, isObject } from './document.ts';
import type { JsonObject } from './document.ts';

interface Action {
  readonly target: string;
  readonly query: JSONPathQuery;
  readonly update: unknown;
  readonly remove: boolean;
}

/** A parsed OpenAPI Overlay 1.0 document. */
export interface Overlay {
  readonly file: string;
  readonly info: JsonObject;
  readonly actions: readonly Action[];
}

/** Reads the overlay object of a file; throws DocumentError for what Overlay 1.0 does not allow. */
export function parseOverlay(value: JsonObject, file: string): Overlay {
  if (!/^1\.0\.\d+$/.test(asText(value['overlay']) ?? '')) {
    throw new DocumentError(file, '', 'overlay: 1.0.0 is expected');
  }
  if (!Array.isArray(value['actions']))
    throw new DocumentError(file, '', 'actions: a list is expected');
  const actions = value['actions'].map((entry, index) => parseAction(entry, file, index));
  return { file, info: asObject(value['info']), actions };
}

function parseAction(entry: unknown, file: string, index: number): Action {
  const target = asText(asObject(entry)['target']);
  if (!isObject(entry) || target === undefined) {
    throw new DocumentError(file, `actions[${index}]`, 'target is missing');
  }
  const unknown = Object.keys(entry).find(
    (key) => !['target', 'update', 'remove', 'description'].includes(key) && !key.startsWith('x-'),
  );
  if (unknown !== undefined) throw new DocumentError(file, target, `unknown key ${unknown}`);
  const remove = entry['remove'] === true;
  if (!remove && entry['update'] === undefined) {
    throw new DocumentError(file, target, 'neither update nor remove: true');
  }
  try {
    return { target, query: compile(target), update: entry['update'], remove };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DocumentError(file, target, `not a JSONPath: ${reason}`);
  }
}

/**
 * Applies an overlay in place to the documents of all releases. Every action must match somewhere: what it was
 * written for is gone otherwise, and stale curation must not survive. Returns the mistakes instead of throwing, so
 * that one run tells them all.
 */
export function applyOverlay(overlay: Overlay, documents: readonly JsonObject[]): DocumentError[] {
  const mistakes: DocumentError[] = [];
  for (const action of overlay.actions) {
    let matches = 0;
    for (const document of documents) {
      try {
        matches += applyAction(action, document, overlay.file);
      } catch (error) {
        if (!(error instanceof DocumentError)) throw error;
        mistakes.push(error);
        matches += 1;
      }
    }
    if (matches === 0) {
      mistakes.push(
        new DocumentError(overlay.file, action.target, 'matches nothing in any release'),
      );
    }
  }
  return mistakes;
}

function applyAction(action: Action, document: JsonObject, file: string): number {
  const nodes = [...action.query.query(document as JSONValue)];
  if (action.remove) {
    // Last first, so that positions in arrays stay valid.
    for (const node of nodes.reverse()) removeAt(document, node.location);
    return nodes.length;
  }
  for (const node of nodes) {
    if (Array.isArray(node.value)) node.value.push(structuredClone(action.update) as JSONValue);
    else if (isObject(node.value) && isObject(action.update)) mergeInto(node.value, action.update);
    else
      throw new DocumentError(
        file,
        action.target,
        'update needs an object (or list) on both sides',
      );
  }
  return nodes.length;
}

/** Objects merge, lists are appended to, everything else is replaced (Overlay 1.0, Action Object). */
function mergeInto(target: JsonObject, update: JsonObject): void {
  for (const [key, value] of Object.entries(update)) {
    const present = target[key];
    if (isObject(present) && isObject(value)) mergeInto(present, value);
    else if (Array.isArray(present) && Array.isArray(value)) {
      target[key] = [...(present as unknown[]), ...(structuredClone(value) as unknown[])];
    } else if (key !== '__proto__') target[key] = structuredClone(value);
  }
}

function removeAt(document: JsonObject, location: readonly (string | number)[]): void {
  let parent: unknown = document;
  for (const step of location.slice(0, -1))
    parent = (parent as Record<string | number, unknown>)[step];
  const last = location.at(-1);
  if (last === undefined) return;
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else Reflect.deleteProperty(parent as object, last);
}
