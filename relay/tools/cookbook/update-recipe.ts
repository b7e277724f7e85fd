import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import { aboutRecipe, savingRecipe } from './recipe-errors.ts';
import { recipeInput, schemaOrg } from './recipe-fields.ts';
import type { RecipeBody } from './recipe-fields.ts';
import { recipeUrl } from './recipe-stub.ts';

/** Added by the server to what it reads; writing them back would put them into the file. */
const DERIVED = ['imageUrl', 'imagePlaceholderUrl', 'printImage'];

/**
 * Reads first: the request replaces the whole file, and takes the id from the body, not from the path. The picture
 * stays, because Cookbook only fetches one anew when `image` differs.
 */
export const updateRecipe = defineTool({
  name: 'nc_cookbook_update_recipe',
  title: 'Update recipe',
  description:
    'Change parts of a recipe; what is left out stays. Lists such as ingredients are replaced as a whole.',
  app: 'cookbook',
  toolset: 'cookbook',
  scopes: ['cookbook:write'],
  effect: 'replace',
  uses: ['cookbook.recipeDetails', 'cookbook.updateRecipe'],
  input: z.object({
    recipe_id: z.int().describe('Id of the recipe'),
    name: z.string().trim().min(1).optional().describe('New name'),
    ...recipeInput,
  }),
  async run(args, { nextcloud, signal }) {
    const id = args.recipe_id;
    const changes = schemaOrg(args);
    if (Object.keys(changes).length === 0) {
      throw new RelayError('invalid_argument', 'Nothing to change was given.');
    }
    const { data: recipe } = await aboutRecipe(
      id,
      nextcloud.execute('cookbook.recipeDetails', { id }, { signal }),
    );
    const kept = Object.entries(recipe).filter(([name]) => !DERIVED.includes(name));
    const body = { ...Object.fromEntries(kept), ...changes, id: String(id) } as RecipeBody;
    await savingRecipe(
      body.name,
      nextcloud.execute('cookbook.updateRecipe', { id, body }, { signal }),
    );
    return {
      id,
      name: body.name,
      changed: Object.keys(changes),
      url: recipeUrl(id, nextcloud.publicUrl),
    };
  },
});
