import type { ToolContext } from '../tool.ts';
import { davPath, filePath, ROOT } from './file-path.ts';
import { fileView, isFolder } from './file-view.ts';
import { look, missing, notAFolder, statusOf } from './look.ts';
import { MAX_PAGE } from './page.ts';

export interface Filters {
  readonly name_pattern?: string | null | undefined;
  readonly mime_type?: string | null | undefined;
  readonly only_favorites?: boolean | undefined;
  readonly min_size?: number | undefined;
  readonly max_size?: number | undefined;
  readonly modified_after?: string | undefined;
  readonly modified_before?: string | undefined;
  readonly file_id?: number | undefined;
  readonly newest_first?: boolean | undefined;
}

export interface Search extends Filters {
  readonly scope: string;
  readonly limit?: number | null | undefined;
  readonly offset?: number | undefined;
}

const DEFAULT_LIMIT = 100;

/** One SEARCH below a folder; all filters have to hold. One row more than wanted tells whether there are more. */
export async function search(given: Search, context: ToolContext) {
  const { nextcloud, signal } = context;
  const scope = filePath('scope', given.scope);
  const limit = Math.min(given.limit ?? DEFAULT_LIMIT, MAX_PAGE);
  const offset = given.offset ?? 0;
  const user = await nextcloud.userId();
  const reply = await nextcloud
    .execute(
      'webdav.search-files',
      { scope: davPath(user, scope), limit: limit + 1, offset, ...conditions(given) },
      { signal },
    )
    .catch(async (error: unknown) => {
      throw await explained(error, scope, context);
    });
  const rows = reply.data.slice(0, limit);
  const applied = appliedFilters(given);
  return {
    success: true,
    timestamp: context.now().toISOString(),
    results: rows.map((row) => fileView(row, user, nextcloud.publicUrl)),
    total_found: rows.length,
    scope: scope === ROOT ? '' : scope,
    ...(Object.keys(applied).length === 0 ? {} : { filters_applied: applied }),
    ...(reply.data.length > limit ? { next_offset: offset + limit } : {}),
  };
}

async function explained(error: unknown, scope: string, context: ToolContext): Promise<unknown> {
  if (statusOf(error) === 404) return missing(scope);
  // what Nextcloud calls a failure of its own
  if (statusOf(error) !== 500 || scope === ROOT) return error;
  const there = await look(scope, context);
  return there === undefined || isFolder(there) ? error : notAFolder(scope);
}

function conditions(given: Filters) {
  const { name_pattern, mime_type, min_size, max_size, file_id } = given;
  return {
    ...(isSet(name_pattern) ? { name: name_pattern } : {}),
    ...(isSet(mime_type) ? { type: mime_type } : {}),
    ...(given.only_favorites === true ? { favorite: 1 as const } : {}),
    ...(min_size === undefined ? {} : { size_from: min_size }),
    ...(max_size === undefined ? {} : { size_to: max_size }),
    ...(given.modified_after === undefined ? {} : { modified_after: given.modified_after }),
    ...(given.modified_before === undefined ? {} : { modified_before: given.modified_before }),
    ...(file_id === undefined ? {} : { file_id }),
    ...(given.newest_first === true ? { newest_first: true } : {}),
  };
}

function isSet(text: string | null | undefined): text is string {
  return text !== undefined && text !== null && text !== '';
}

function appliedFilters(given: Filters): Record<string, unknown> {
  const { name_pattern, mime_type, only_favorites, min_size, max_size, file_id } = given;
  const { modified_after, modified_before } = given;
  const filters: Record<string, unknown> = {
    name_pattern,
    mime_type,
    only_favorites,
    min_size,
    max_size,
    modified_after,
    modified_before,
    file_id,
  };
  const unset: readonly unknown[] = [undefined, null, false, ''];
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => !unset.includes(value)));
}
