import type { CompleteRequestParams, CompleteResult } from '@modelcontextprotocol/server';
import { RelayError } from '../errors.ts';
import type { Completions, ResourceEntry } from './resource-entries.ts';
import { missingScopes } from './select.ts';
import type { Session } from './session.ts';

/** Where the values of a template variable come from: a list operation, the id and the words people know it by. */
interface Source {
  readonly scope: string;
  readonly operation: string;
  readonly args?: (
    chosen: Readonly<Record<string, string>>,
  ) => Readonly<Record<string, unknown>> | undefined;
  readonly label: string;
  readonly id: string;
}

const SOURCES: Readonly<Record<string, Source>> = {
  note_id: {
    scope: 'notes:read',
    operation: 'notes.list-notes',
    args: () => ({ exclude: 'content' }),
    label: 'title',
    id: 'id',
  },
  board_id: { scope: 'deck:read', operation: 'deck.list-boards', label: 'title', id: 'id' },
  stack_id: {
    scope: 'deck:read',
    operation: 'deck.list-stacks',
    args: ({ board_id }) => (board_id === undefined ? undefined : { boardId: Number(board_id) }),
    label: 'title',
    id: 'id',
  },
  recipe_id: {
    scope: 'cookbook:read',
    operation: 'cookbook.listRecipes',
    label: 'name',
    id: 'recipe_id',
  },
};

const NONE: CompleteResult = { completion: { values: [] } };
const MOST = 100;

/**
 * Values for a variable of a resource template: ids that begin with what was typed, or whose title contains it.
 * Nothing to offer is an empty list, never an error: completion is a convenience.
 */
export async function complete(
  entries: readonly ResourceEntry[],
  params: CompleteRequestParams,
  session: Session,
  signal: AbortSignal,
): Promise<CompleteResult> {
  const { ref, argument } = params;
  if (ref.type !== 'ref/resource') return NONE;
  const { name } = argument;
  const entry = entries.find(({ uri }) => uri === ref.uri);
  const places = [`{${name}}`, `{+${name}}`];
  if (entry === undefined || !places.some((place) => entry.uri.includes(place))) return NONE;
  if (entry.complete !== undefined) {
    if (missingScopes([entry.scope], session.scopes).length > 0) return NONE;
    const { nextcloud } = session;
    const asked = { name, typed: argument.value, chosen: params.context?.arguments ?? {} };
    const { values, more } = await entry.complete(asked, { nextcloud, signal }).catch(nothing);
    return completion(values, more);
  }
  const source = SOURCES[argument.name];
  if (source === undefined || missingScopes([source.scope], session.scopes).length > 0) return NONE;
  const args = source.args === undefined ? {} : source.args(params.context?.arguments ?? {});
  if (args === undefined) return NONE;
  const { values } = await session.nextcloud
    .executeByKey(source.operation, args, { signal })
    .then(({ data }) => ({
      values: Array.isArray(data)
        ? matching(data as Record<string, unknown>[], source, argument.value)
        : [],
    }))
    .catch(nothing);
  return completion(values);
}

/** `more`: the server has others, so that nobody knows how many there are. */
function completion(values: readonly string[], more = false): CompleteResult {
  const shown = values.slice(0, MOST);
  return {
    completion: {
      values: shown,
      ...(more ? {} : { total: values.length }),
      hasMore: more || values.length > shown.length,
    },
  };
}

function nothing(error: unknown): Completions {
  if (error instanceof RelayError) return { values: [], more: false };
  throw error;
}

function matching(
  items: readonly Record<string, unknown>[],
  source: Source,
  typed: string,
): string[] {
  const wanted = typed.toLowerCase();
  return items
    .filter((item) => {
      const label = textOf(item[source.label]).toLowerCase();
      return String(item[source.id]).startsWith(wanted) || label.includes(wanted);
    })
    .map((item) => String(item[source.id]));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
