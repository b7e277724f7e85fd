import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import { keywordsOf, recipeList, twiceEncoded } from './recipe-stub.ts';

/** Composed for the encoding of the path: see `twiceEncoded`. */
export const searchRecipes = defineTool({
  name: 'nc_cookbook_search_recipes',
  title: 'Search recipes',
  description: 'Find recipes by words in name, keywords or category. One matching word is enough.',
  app: 'cookbook',
  toolset: 'cookbook',
  scopes: ['cookbook:read'],
  effect: 'read',
  uses: ['cookbook.search'],
  input: z.object({
    query: z.string().trim().min(1).describe('Words, separated by spaces or commas'),
  }),
  async run({ query }, { nextcloud, signal }) {
    const { data } = await nextcloud.execute(
      'cookbook.search',
      { query: twiceEncoded(query) },
      { signal },
    );
    return { query, ...recipeList(data, nextcloud.publicUrl) };
  },
});

/** What the category list calls `*`, the category operation calls `_`. */
const UNCATEGORISED = '_';

export const recipesInCategory = defineTool({
  name: 'nc_cookbook_get_recipes_in_category',
  title: 'List recipes in category',
  description: 'List the recipes of one category, or those without one.',
  app: 'cookbook',
  toolset: 'cookbook',
  scopes: ['cookbook:read'],
  effect: 'read',
  uses: ['cookbook.recipesInCategory'],
  input: z.object({ category: z.string().min(1).describe('Name of the category; * for none') }),
  async run({ category }, { nextcloud, signal }) {
    const { data } = await nextcloud.execute(
      'cookbook.recipesInCategory',
      { category: category === '*' ? UNCATEGORISED : storedCategory(category) },
      { signal },
    );
    return { category, ...recipeList(data, nextcloud.publicUrl) };
  },
});

export const renameCategory = defineTool({
  name: 'nc_cookbook_rename_category',
  title: 'Rename recipe category',
  description:
    'Rename a category: every recipe in it is rewritten. A name that exists merges both.',
  app: 'cookbook',
  toolset: 'cookbook',
  scopes: ['cookbook:write'],
  effect: 'replace',
  uses: ['cookbook.renameCategory'],
  input: z.object({
    category: z.string().min(1).describe('Present name'),
    new_name: z.string().trim().min(1).describe('New name; / is stored as _'),
  }),
  async run({ category, new_name: name }, { nextcloud, signal }) {
    const { data } = await nextcloud.execute(
      'cookbook.renameCategory',
      { category: storedCategory(category), name },
      { signal },
    );
    return { category: data };
  },
});

/** Cookbook stores `/` in a category as `_`. */
function storedCategory(category: string): string {
  return twiceEncoded(category.replaceAll('/', '_'));
}

/**
 * Filters the list of all recipes: the operation made for it finds nothing (Cookbook 0.11.9 binds the user id as a
 * number) and could not tell a comma inside a keyword from one between two.
 */
export const recipesWithKeywords = defineTool({
  name: 'nc_cookbook_get_recipes_with_keywords',
  title: 'List recipes with keywords',
  description: 'List the recipes that have all the given keywords.',
  app: 'cookbook',
  toolset: 'cookbook',
  scopes: ['cookbook:read'],
  effect: 'read',
  uses: ['cookbook.listRecipes'],
  input: z.object({
    keywords: z
      .array(z.string())
      .min(1)
      .describe('Keywords, as nc_cookbook_list_keywords names them'),
  }),
  async run({ keywords }, { nextcloud, signal }) {
    const wanted = keywords.map((word) => word.trim().toLowerCase()).filter((word) => word !== '');
    if (wanted.length === 0) throw new RelayError('invalid_argument', 'No keyword was given.');
    const { data } = await nextcloud.execute('cookbook.listRecipes', {}, { signal });
    const found = data.filter((stub) => {
      const has = keywordsOf(stub).map((word) => word.toLowerCase());
      return wanted.every((word) => has.includes(word));
    });
    return { keywords, ...recipeList(found, nextcloud.publicUrl) };
  },
});
