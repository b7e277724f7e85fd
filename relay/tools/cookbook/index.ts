import type { DefinedTool } from '../tool.ts';
import { createRecipe } from './create-recipe.ts';
import { deleteRecipe } from './delete-recipe.ts';
import {
  recipesInCategory,
  recipesWithKeywords,
  renameCategory,
  searchRecipes,
} from './find-recipes.ts';
import { getRecipeImage } from './get-image.ts';
import { importRecipe } from './import-recipe.ts';
import { updateRecipe } from './update-recipe.ts';

export const cookbookTools: readonly DefinedTool[] = [
  searchRecipes,
  recipesInCategory,
  recipesWithKeywords,
  renameCategory,
  getRecipeImage,
  importRecipe,
  createRecipe,
  updateRecipe,
  deleteRecipe,
];
