import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import { recipeUrl } from './recipe-stub.ts';

/** The server fetches the page, its pictures and reads them: slow sites take minutes. */
const TIMEOUT_MS = 300_000;

/** One request, but slow, and with refusals that come as bare text of many kinds. */
export const importRecipe = defineTool({
  name: 'nc_cookbook_import_recipe',
  title: 'Import recipe from web page',
  description:
    'Save the recipe of a web page. The Nextcloud server fetches the page, which must carry schema.org recipe data, as most recipe sites do.',
  app: 'cookbook',
  toolset: 'cookbook',
  scopes: ['cookbook:write'],
  effect: 'add',
  openWorld: true,
  uses: ['cookbook.import'],
  input: z.object({ url: z.string().min(1).describe('http(s) address of the page') }),
  async run({ url }, { nextcloud, signal }) {
    refuseUnreachable(url);
    try {
      const { data } = await nextcloud.execute(
        'cookbook.import',
        { url },
        { signal, timeoutMs: TIMEOUT_MS },
      );
      return {
        recipe_id: data.id,
        name: data.name,
        ingredients: data.recipeIngredient.length,
        steps: data.recipeInstructions.length,
        url: recipeUrl(String(data.id), nextcloud.publicUrl),
      };
    } catch (error) {
      throw error instanceof RelayError ? explained(error, url) : error;
    }
  },
});

/** Cookbook fetches neither IP addresses nor local names; saying so needs no request. */
function refuseUnreachable(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const host = parsed?.hostname ?? '';
  const bad =
    parsed === undefined || !/^https?:$/.test(parsed.protocol)
      ? 'is not an http(s) address'
      : /^\[|^[\d.]+$|^localhost$/i.test(host)
        ? 'names no public host'
        : undefined;
  if (bad === undefined) return;
  throw new RelayError('invalid_argument', `Argument 'url' ${bad}.`, {
    hint: 'Give the full address of a recipe page, e.g. https://example.org/pancakes.',
  });
}

function explained(error: RelayError, url: string): RelayError {
  const options = { status: error.status ?? 0, cause: error };
  if (error.status === 409) {
    return new RelayError(
      'already_exists',
      'A recipe with the name of the one on that page already exists.',
      {
        ...options,
        hint: 'Rename or delete the present recipe first.',
      },
    );
  }
  if (error.status === 400) {
    return new RelayError('refused', `Cookbook could not import a recipe from ${url}`, {
      ...options,
      hint:
        'The page may be unreachable from the Nextcloud server, or hold no recipe data it can read. ' +
        'Read the page yourself and use nc_cookbook_create_recipe.',
    });
  }
  return error;
}
