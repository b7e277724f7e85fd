import type { ResultOf } from '../../../openapi/index.ts';
import type { Nextcloud } from '../../nextcloud/nextcloud.ts';

type Stub = ResultOf<'cookbook.listRecipes'>[number];

/** What lists show of each recipe. */
export function recipeList(stubs: readonly Stub[], publicUrl: string): Record<string, unknown> {
  return { recipes: stubs.map((stub) => recipeStub(stub, publicUrl)), total: stubs.length };
}

function recipeStub(stub: Stub, publicUrl: string): Record<string, unknown> {
  const { id, name, dateCreated, dateModified } = stub;
  const { category } = stub as { category?: string | null };
  const keywords = keywordsOf(stub);
  return {
    id,
    name,
    ...(category ? { category } : {}),
    ...(keywords.length === 0 ? {} : { keywords: keywords.join(',') }),
    ...(dateCreated ? { dateCreated } : {}),
    ...(dateModified ? { dateModified } : {}),
    url: recipeUrl(id, publicUrl),
  };
}

export function keywordsOf(stub: Stub): readonly string[] {
  const keywords = (stub as { keywords?: string | null }).keywords ?? '';
  return keywords
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

export function recipeUrl(id: string | number, publicUrl: Nextcloud['publicUrl']): string {
  return `${publicUrl}/index.php/apps/cookbook/#/recipe/${String(id)}`;
}

/**
 * A path value for the operations that decode it once more than the web server does (`urldecode` in
 * RecipeImplementation.php): encoded here and again when the path is built, so `/`, `%` and `+` arrive as they are.
 */
export function twiceEncoded(value: string): string {
  return encodeURIComponent(value);
}
