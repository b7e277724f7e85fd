import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { aboutRecipe } from './recipe-errors.ts';

/** Reads first: Cookbook answers "deleted successfully" for any id, and takes a folder that is no recipe with it. */
export const deleteRecipe = defineTool({
  name: 'nc_cookbook_delete_recipe',
  title: 'Delete recipe',
  description: 'Delete a recipe with its picture. The folder goes to the trash bin of the files.',
  app: 'cookbook',
  toolset: 'cookbook',
  scopes: ['cookbook:write'],
  effect: 'delete',
  uses: ['cookbook.recipeDetails', 'cookbook.deleteRecipe'],
  input: z.object({ recipe_id: z.int().describe('Id of the recipe') }),
  async run({ recipe_id: id }, { nextcloud, signal }) {
    const { data } = await aboutRecipe(
      id,
      nextcloud.execute('cookbook.recipeDetails', { id }, { signal }),
    );
    await aboutRecipe(id, nextcloud.execute('cookbook.deleteRecipe', { id }, { signal }));
    return { success: true, deleted_id: id, name: data.name };
  },
});
