import * as z from 'zod';
import type { ArgumentsOf } from '../../../openapi/index.ts';
import { isoDuration } from './duration.ts';

export type RecipeBody = ArgumentsOf<'cookbook.updateRecipe'>['body'];

const NUTRITION = [
  'calories',
  'carbohydrateContent',
  'cholesterolContent',
  'fatContent',
  'fiberContent',
  'proteinContent',
  'saturatedFatContent',
  'servingSize',
  'sodiumContent',
  'sugarContent',
  'transFatContent',
  'unsaturatedFatContent',
] as const;

const text = z.string().optional();
const lines = z.array(z.string()).optional();

/** Arguments for the parts of a recipe, besides its name. */
export const recipeInput = {
  description: text.describe('Short text about it'),
  ingredients: lines.describe('One ingredient each, with amount'),
  instructions: lines.describe('One step each'),
  url: text.describe('Where it comes from'),
  prep_time: text.describe('Duration: PT20M, 0:20 or 20 min'),
  cook_time: text.describe('Duration'),
  total_time: text.describe('Duration'),
  recipe_yield: z.int().min(1).optional().describe('Servings'),
  category: text.describe('One category; / is stored as _'),
  keywords: text.describe('Keywords, separated by commas'),
  tools: lines.describe('Utensils'),
  nutrition: z
    .partialRecord(z.enum(NUTRITION), z.union([z.string(), z.number()]))
    .optional()
    .describe('Per serving, e.g. {"calories": "300 kcal", "fatContent": "12 g"}'),
  image: text.describe("Address of a picture, or a path in the user's files"),
};

export type RecipeFields = z.output<z.ZodObject<typeof recipeInput & { name: typeof text }>>;

/**
 * Given fields under their schema.org names. Absence means "not given"; an empty text or list is a value.
 *
 * @throws RelayError `invalid_argument` for a duration that Cookbook would drop
 */
export function schemaOrg(given: RecipeFields): Partial<RecipeBody> {
  const values: Record<string, unknown> = {
    name: given.name,
    description: given.description,
    recipeIngredient: given.ingredients,
    recipeInstructions: given.instructions,
    url: given.url,
    prepTime: duration(given.prep_time, 'prep_time'),
    cookTime: duration(given.cook_time, 'cook_time'),
    totalTime: duration(given.total_time, 'total_time'),
    recipeYield: given.recipe_yield,
    recipeCategory: given.category,
    keywords: given.keywords === undefined ? undefined : keywordList(given.keywords),
    tool: given.tools,
    nutrition: given.nutrition === undefined ? undefined : nutrition(given.nutrition),
    image: given.image,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** An empty text clears the duration: Cookbook reads it as none. */
function duration(value: string | undefined, argument: string): string | undefined {
  if (value === undefined) return undefined;
  return value.trim() === '' ? '' : isoDuration(value, argument);
}

function keywordList(value: string): string {
  const words = value
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  return [...new Set(words)].join(',');
}

/** schema.org wants text; a number is what models write. */
function nutrition(values: Readonly<Record<string, string | number>>): Record<string, string> {
  const texts = Object.entries(values).map(([name, value]) => [name, String(value)]);
  return { '@type': 'NutritionInformation', ...Object.fromEntries(texts) } as Record<
    string,
    string
  >;
}
