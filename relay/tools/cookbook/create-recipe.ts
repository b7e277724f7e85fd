import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { savingRecipe } from './recipe-errors.ts';
import { recipeInput, schemaOrg } from './recipe-fields.ts';
import type { RecipeBody } from './recipe-fields.ts';
import { recipeUrl } from './recipe-stub.ts';

/** Maps plain arguments to a schema.org Recipe; the operation takes the whole object and checks little. */
export const createRecipe = defineTool({
  name: 'nc_cookbook_create_recipe',
  title: 'Create recipe',
  description:
    'Save a new recipe. The name must be new. For a recipe on a web page use nc_cookbook_import_recipe.',
  app: 'cookbook',
  toolset: 'cookbook',
  scopes: ['cookbook:write'],
  effect: 'add',
  uses: ['cookbook.newRecipe'],
  input: z.object({
    name: z.string().trim().min(1).describe('Name of the recipe'),
    ...recipeInput,
  }),
  async run(args, { nextcloud, signal }) {
    const body = { '@type': 'Recipe', ...schemaOrg(args) } as RecipeBody;
    const { data: id } = await savingRecipe(
      args.name,
      nextcloud.execute('cookbook.newRecipe', { body }, { signal }),
    );
    return { id, name: args.name, url: recipeUrl(id, nextcloud.publicUrl) };
  },
});
